/**
 * What is at hand, or a promise of it. The warm path of a verification waits for nothing, and a promise that is resolved
 * already still costs a turn of the microtask queue and several allocations: so whoever can answer at once does.
 */
export type NowOrLater<T> = T | Promise<T>;

/** Goes on with the value: at once where it is at hand. */
export function whenKnown<T, Next>(value: NowOrLater<T>, next: (value: T) => NowOrLater<Next>): NowOrLater<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
