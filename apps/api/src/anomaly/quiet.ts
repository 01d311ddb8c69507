import { type EvidenceKind, NEVER_ALERTED, type QuietState } from '#domain';

/** What was said about a key lately, and in which anomaly each kind was said. */
export interface Quiet extends QuietState {
  readonly anomalyIds: Readonly<Partial<Record<EvidenceKind, string>>>;
}

export const NOTHING_SAID: Quiet = { ...NEVER_ALERTED, anomalyIds: {} };
