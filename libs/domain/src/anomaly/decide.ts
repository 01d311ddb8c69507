import { EVIDENCE_KINDS, EVIDENCE_MAX, type Evidence, type EvidenceKind, IN_VAIN } from './evidence.js';
import { type Thresholds } from './thresholds.js';

/** From the mildest up. */
export const SEVERITIES = ['medium', 'high', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

export interface Alert {
  readonly at: number;
  /** When the first of what is alerted began. */
  readonly since: number;
  readonly severity: Severity;
  /** How grave it is without what was used in vain: what calls for something to be done. Null: nothing does. */
  readonly misuse: Severity | null;
  /** What was over its threshold within the hour, this evidence included. */
  readonly kinds: readonly EvidenceKind[];
  /** Over its threshold, the strongest against it first. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

/** What was said about a key lately, and so need not be said again. Kept for it from one decision to the next. */
export interface QuietState {
  /** Of each kind, the last alert. */
  readonly alerted: Readonly<Partial<Record<EvidenceKind, { readonly at: number; readonly severity: Severity }>>>;
  /** When each kind was over its threshold last. */
  readonly overAt: Readonly<Partial<Record<EvidenceKind, number>>>;
}

export const NEVER_ALERTED: QuietState = { alerted: {}, overAt: {} };

const QUIET_MS = 86_400_000;
const TOGETHER_MS = 3_600_000;
/** From which a new place is critical for a key that can write. */
const FAR_PLACE = 4.5;

/**
 * Whether the evidence of one moment about one key is worth an alert: over its threshold, and not said within the last
 * day about the same kind, unless it has become worse.
 *
 * @returns the alert or null, and what to pass at the next decision about this key.
 */
export function decide(
  evidence: readonly Evidence[],
  thresholds: Thresholds,
  quiet: QuietState,
  key: { readonly canWrite: boolean },
): { alert: Alert | null; quiet: QuietState } {
  const over = evidence.filter(({ kind, e }) => e >= thresholds[kind]);
  over.sort((one, other) => other.e / thresholds[other.kind] - one.e / thresholds[one.kind]);
  const [first, ...others] = over;
  if (first === undefined) return { alert: null, quiet };

  const at = Math.max(...over.map((each) => each.at));
  const overAt = { ...quiet.overAt };
  for (const { kind } of over) overAt[kind] = at;
  const kinds = EVIDENCE_KINDS.filter((kind) => (overAt[kind] ?? -Infinity) > at - TOGETHER_MS);
  const severity = severityOf(over, kinds.length, key.canWrite);
  const isNews = over.some(({ kind }) => {
    const last = quiet.alerted[kind];
    return last === undefined || at - last.at >= QUIET_MS || rank(severity) > rank(last.severity);
  });
  if (!isNews) return { alert: null, quiet: { ...quiet, overAt } };

  const alerted = { ...quiet.alerted };
  for (const { kind } of over) alerted[kind] = { at, severity };
  const since = Math.min(...over.map((each) => each.since));
  const misuse = misuseOf(over, kinds, key.canWrite);
  return { alert: { at, since, severity, misuse, kinds, evidence: [first, ...others] }, quiet: { alerted, overAt } };
}

/** Whoever shows an old secret of a key on a day on which its owner has moved is not to make that any graver. */
function misuseOf(over: readonly Evidence[], kinds: readonly EvidenceKind[], canWrite: boolean): Severity | null {
  const used = over.filter(({ kind }) => !IN_VAIN.has(kind));
  return used.length === 0 ? null : severityOf(used, kinds.filter((kind) => !IN_VAIN.has(kind)).length, canWrite);
}

function severityOf(over: readonly Evidence[], kindsTogether: number, canWrite: boolean): Severity {
  const severities = over.map((evidence) => severityOfOne(evidence, canWrite));
  if (kindsTogether >= 2 || severities.includes('critical')) return 'critical';
  return severities.includes('high') ? 'high' : 'medium';
}

function severityOfOne({ kind, e }: Evidence, canWrite: boolean): Severity {
  switch (kind) {
    case 'canary':
      return 'critical';
    case 'retired_secret':
      return e >= EVIDENCE_MAX ? 'critical' : 'high';
    case 'place':
      return e >= FAR_PLACE && canWrite ? 'critical' : 'high';
    case 'denied':
    case 'sharing':
    case 'dormant':
    case 'stuffing':
      return 'high';
    case 'shape':
    case 'shared':
      return 'medium';
  }
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
