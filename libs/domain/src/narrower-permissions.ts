import { covers } from './permission.js';

/** What a key might do with, going by what was asked of it. */
export interface NarrowerPermissions {
  /** Every permission that it should keep. */
  readonly left: readonly string[];
  /** Of those it has, the ones that nobody asked for. */
  readonly unasked: readonly string[];
  /** Of those it has, the ones that stand for more than what was asked for. */
  readonly tooBroad: readonly string[];
}

/** Who asks for more than that below one wildcard will ask for others tomorrow. */
const NAMED_INSTEAD_MAX = 10;

/**
 * The fewest permissions that would have given the same answers; undefined where it has no others, or would have none.
 * Those of akm itself stay: what a request to akm needs beyond the one permission that is asked for is nowhere said.
 * @param asked what was asked for, and granted then.
 */
export function narrowerPermissions(
  granted: readonly string[],
  asked: readonly string[],
): NarrowerPermissions | undefined {
  const kept = granted.filter((permission) => permission.startsWith(OF_AKM) || asked.includes(permission));
  const others = granted.filter((permission) => !kept.includes(permission));
  const askedOf = (permission: string) => asked.filter((each) => covers([permission], each) && !covers(kept, each));
  const wide = others.filter((permission) => askedOf(permission).length > NAMED_INSTEAD_MAX);
  const tooBroad = others.filter((permission) => !wide.includes(permission) && askedOf(permission).length > 0);
  const unasked = others.filter((permission) => askedOf(permission).length === 0);
  const named = tooBroad.flatMap(askedOf).filter((permission) => !covers(wide, permission));
  const left = [...new Set([...kept, ...wide, ...named])].sort();
  return left.length === 0 || unasked.length + tooBroad.length === 0 ? undefined : { left, unasked, tooBroad };
}

const OF_AKM = 'akm:';
