/** NaN of no values. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

/** The smallest value that at least `share` of all values do not exceed (nearest rank); NaN of no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** NaN of no values. */
export function largest(values: readonly number[]): number {
  return percentile(values, 1);
}

/** To so many decimals, as a number. */
export function rounded(value: number, decimals = 0): number {
  return Number(value.toFixed(decimals));
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
