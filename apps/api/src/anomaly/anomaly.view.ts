import type { Evidence } from '#domain';
import type { Anomaly } from './anomaly.entity.js';
import type { AnomalyDto, EvidenceDto } from './anomaly.dto.js';
import { responseView } from './responses/response.view.js';

export function anomalyView(anomaly: Anomaly): AnomalyDto {
  const [first] = anomaly.evidence;
  if (first === undefined) throw new Error(`anomaly ${anomaly.id} rests on nothing`);
  return {
    id: anomaly.id,
    api_key_id: anomaly.keyId,
    anomaly_type: anomaly.type,
    severity: anomaly.severity,
    score: rounded(first.e),
    description: anomaly.description,
    detected_value: rounded(first.observed),
    expected_range: rangeOf(first),
    evidence: anomaly.evidence.map(evidenceView),
    action_taken: anomaly.actionTaken,
    response: responseView(anomaly),
    resolved: anomaly.resolvedAt !== null,
    resolved_at: anomaly.resolvedAt,
    confirmed: anomaly.isConfirmed,
    created_at: anomaly.createdAt,
  };
}

function evidenceView(evidence: Evidence): EvidenceDto {
  const { kind, e, at, since, observed, once, facts } = evidence;
  return {
    kind,
    score: rounded(e),
    at: new Date(at),
    since: new Date(since),
    observed: rounded(observed),
    expected: rangeOf(evidence),
    rarity: once,
    facts: Object.fromEntries(Object.entries(facts).map(([name, fact]) => [snakeCase(name), factView(fact)])),
  };
}

function rangeOf({ typical: [from, to] }: Evidence): { from: number; to: number } {
  return { from: rounded(from), to: rounded(to) };
}

/** Numbers that were measured, not counted, are exact to three digits behind the point at most. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function factView(fact: number | string): number | string {
  return typeof fact === 'number' ? rounded(fact) : fact;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
