import { EVIDENCE_MAX, type Detector, type Evidence, type EvidenceKind } from './evidence.js';
import { keeping, type Lasting, type Tape } from './tape.js';

const VERSION = 1;
/** A secret that was replaced, from where its key has been used: somebody has forgotten to install the new one. */
const FORGOTTEN = 5;

/** How often that has happened to this key, and since when. */
export class CertainState implements Lasting {
  uses = 0;
  firstAt = 0;

  pass(tape: Tape): void {
    this.uses = tape.number(this.uses);
    this.firstAt = tape.number(this.firstAt);
  }
}

/** The use of a key that was revoked, or of a secret whose grace has ended. */
export interface RetiredUse {
  readonly at: number;
  readonly was: 'key revoked' | 'secret replaced';
  /** Whether the key has been used from that network before. */
  readonly isKnownNetwork: boolean;
}

/** What was taken out of use is used. Needs no statistics: it has no right to happen once. */
export const retiredSecret: Detector<CertainState, RetiredUse> = {
  kind: 'retired_secret',
  ...keeping(VERSION, () => new CertainState()),
  step(state, { at, was, isKnownNetwork }) {
    const isForgotten = was === 'secret replaced' && isKnownNetwork;
    const facts = { was, network: isKnownNetwork ? 'known' : 'new' };
    return certain('retired_secret', state, at, isForgotten ? FORGOTTEN : EVIDENCE_MAX, facts);
  },
};

/** A key that nobody was given to use is used: somebody has read what he should not have. */
export const canary: Detector<CertainState, { readonly at: number }> = {
  kind: 'canary',
  ...keeping(VERSION, () => new CertainState()),
  step: (state, { at }) => certain('canary', state, at, EVIDENCE_MAX, {}),
};

function certain(kind: EvidenceKind, state: CertainState, at: number, e: number, facts: Evidence['facts']): Evidence {
  if (state.uses === 0) state.firstAt = at;
  state.uses++;
  return { kind, e, at, since: state.firstAt, observed: state.uses, typical: [0, 0], once: 'never by itself', facts };
}
