import { Acquaintance } from './acquaintance.js';
import { EVIDENCE_MIN, evidenceOf, type Detector } from './evidence.js';
import { onceInDays } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';
import { type Uses } from './uses.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** In days. Shorter ones say nothing about when a key is out of use. */
const GAP_MIN = 0.01;
const GAP_KEPT = 30;
const HOUR = 1 / 24;

/** How long a key is left alone, in days. */
export class DormantState implements Lasting {
  readonly acquaintance: Acquaintance;
  lastAt = -1;
  gaps = 0;
  mean = 0;
  longest = 0;

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    this.lastAt = tape.number(this.lastAt);
    this.gaps = tape.number(this.gaps);
    this.mean = tape.number(this.mean);
    this.longest = tape.number(this.longest);
  }
}

/** How likely is it that this key is used again after such a silence? */
export const dormant: Detector<DormantState, Uses> = {
  kind: 'dormant',
  ...keeping(VERSION, (now) => new DormantState(now)),
  step(state, { at }) {
    const { lastAt, longest } = state;
    const typical = Math.max(state.mean, HOUR, longest / 3);
    state.acquaintance.meet(at);
    state.lastAt = at;
    if (lastAt < 0) return null;
    const gap = (at - lastAt) / DAY_MS;
    if (gap > GAP_MIN) note(state, gap);
    const chance = Math.exp(-gap / typical);
    const e = evidenceOf(chance);
    if (!state.acquaintance.isWell(at) || gap <= 1 || e < EVIDENCE_MIN) return null;
    return {
      kind: 'dormant',
      e,
      at,
      since: at,
      observed: gap,
      typical: [0, Math.max(longest, typical)],
      once: onceInDays(typical / Math.max(chance, 1e-30)),
      facts: { silentSince: lastAt, longestBefore: longest },
    };
  },
};

function note(state: DormantState, gap: number): void {
  state.gaps++;
  state.mean += Math.max(0.01, 1 / state.gaps) * (gap - state.mean);
  state.longest = Math.min(GAP_KEPT, Math.max(state.longest, gap));
}
