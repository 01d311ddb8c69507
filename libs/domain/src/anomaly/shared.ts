import { EVIDENCE_MAX, EVIDENCE_MIN, type Evidence } from './evidence.js';

/** From this evidence of its shape on a key counts as one that changed: of many that do, most do mildly. */
export const SHAPE_CHANGED = EVIDENCE_MIN;
/** Within so long a time keys change together. */
export const SHARED_MS = 3_600_000;
const SHARE = 0.1;
/** Fewer than so many have nothing in common but chance. */
const KEYS_MIN = 3;

/**
 * Whether so many keys have changed the shape of their requests within the hour that it is no key's own doing: something
 * that all of them call has failed, or is back. Nobody is to be told that of each of them.
 */
export function isShared(changed: number, watched: number): boolean {
  return changed >= KEYS_MIN && changed > SHARE * watched;
}

/** What is said of all of them at once. @param at the moment at which the last of them changed. */
export function sharedChange(changed: number, watched: number, at: number): Evidence {
  return {
    kind: 'shared',
    e: EVIDENCE_MAX,
    at,
    since: at - SHARED_MS,
    observed: changed,
    typical: [0, Math.floor(SHARE * watched)],
    once: 'no key does that by itself',
    facts: { keys: watched },
  };
}
