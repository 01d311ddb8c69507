import { v7 as uuidv7 } from 'uuid';
import {
  type Alert,
  decideAlert,
  type Evidence,
  type EvidenceKind,
  explain,
  SEVERITIES,
  type Thresholds,
} from '#domain';
import { Anomaly } from './anomaly.entity.js';
import { anomalyTypeOf } from './anomaly-type.js';
import type { Quiet } from './quiet.js';

/** Whom evidence is about. */
export interface Subject {
  readonly keyId: string | null;
  readonly ownerId: string | null;
  readonly canWrite: boolean;
  /** What nobody wants to hear of it. */
  readonly muted: ReadonlySet<EvidenceKind>;
}

const DAY_MS = 86_400_000;

/**
 * The anomalies of one turn: each moment of evidence opens one, joins the one of that kind and day, or is silence. What has
 * been changed is asked for at the end and written at once.
 */
export class AnomalyBook {
  private readonly rows: Map<string, Anomaly>;
  private readonly changed = new Set<Anomaly>();
  private readonly news = new Map<Anomaly, Alert>();

  /**
   * @param known the anomalies that evidence may join: `joinable` of everybody's `Quiet`.
   * @param now milliseconds since the epoch.
   */
  constructor(
    known: readonly Anomaly[],
    private readonly thresholds: Thresholds,
    private readonly now: number,
  ) {
    this.rows = new Map(known.map((row) => [row.id, row]));
  }

  /** Takes the evidence of one moment down, and answers what to pass at the next about the same subject. */
  note(subject: Subject, evidence: readonly Evidence[], before: Quiet): Quiet {
    const heard = evidence.filter(({ kind }) => !subject.muted.has(kind));
    const { alert, quiet } = decideAlert(heard, this.thresholds, before, subject);
    if (alert) {
      const { id } = this.told(subject, alert, before);
      const anomalyIds = { ...before.anomalyIds };
      for (const { kind } of alert.evidence) anomalyIds[kind] = id;
      return { ...quiet, anomalyIds };
    }
    for (const each of heard) {
      const row = each.e >= this.thresholds[each.kind] ? this.openRow(before, each.kind) : undefined;
      if (row) this.join(row, [each]);
    }
    return { ...quiet, anomalyIds: before.anomalyIds };
  }

  /** Anomalies to be written. */
  get written(): readonly Anomaly[] {
    return [...this.changed];
  }

  /** Of these, those that somebody is to be told of: they are new, or have become worse. Each with its last alert. */
  get worthTelling(): readonly (readonly [Anomaly, Alert])[] {
    return [...this.news];
  }

  private told(subject: Subject, alert: Alert, before: Quiet): Anomaly {
    const [{ kind }] = alert.evidence;
    const last = before.alerted[kind];
    const isToday = last !== undefined && alert.at - last.at < DAY_MS;
    const row = (isToday ? this.openRow(before, kind) : undefined) ?? this.opened(subject, alert);
    this.join(row, alert.evidence);
    if (SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(row.severity)) row.severity = alert.severity;
    this.news.set(row, alert);
    return row;
  }

  private opened({ keyId, ownerId }: Subject, { severity, evidence: [first] }: Alert): Anomaly {
    const row: Anomaly = Object.assign(new Anomaly(), {
      id: uuidv7(),
      keyId,
      ownerId,
      type: anomalyTypeOf(first),
      severity,
      description: '',
      evidence: [],
      actionTaken: 'notified',
      response: null,
      respondedAt: null,
      undoneAt: null,
      createdAt: new Date(this.now),
      resolvedAt: null,
      isConfirmed: false,
    });
    this.rows.set(row.id, row);
    return row;
  }

  /** Undefined also when somebody has dealt with it. */
  private openRow({ anomalyIds }: Quiet, kind: EvidenceKind): Anomaly | undefined {
    const row = this.rows.get(anomalyIds[kind] ?? '');
    return row?.resolvedAt === null ? row : undefined;
  }

  private join(row: Anomaly, evidence: readonly Evidence[]): void {
    for (const each of evidence) {
      const at = row.evidence.findIndex(({ kind }) => kind === each.kind);
      const known = row.evidence[at];
      if (known === undefined) row.evidence.push(each);
      else if (isStronger(each, known)) row.evidence[at] = { ...each, since: Math.min(each.since, known.since) };
    }
    row.description = explain(row.evidence, 'en');
    this.changed.add(row);
  }
}

/** What says no more than is known is no news, so that it does not matter into how many uses a run is divided. */
function isStronger(each: Evidence, known: Evidence): boolean {
  return each.e > known.e || (each.e === known.e && each.observed > known.observed);
}

/** The anomalies that evidence at this moment may join. */
export function joinable({ alerted, anomalyIds }: Quiet, at: number): string[] {
  return Object.entries(anomalyIds).flatMap(([kind, id]) => {
    const last = alerted[kind as EvidenceKind];
    return last !== undefined && at - last.at < DAY_MS ? [id] : [];
  });
}
