/**
 * Draws numbers from 0 to `count` - 1 as often as real keys are used: the n-th is 1/n^exponent as likely as the first.
 * Exact, by the inverse of the cumulated weights; eight bytes a number.
 */
export function zipfSampler(count: number, exponent: number, random: () => number): () => number {
  const cumulated = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n++) cumulated[n] = sum += (n + 1) ** -exponent;
  return () => firstAbove(cumulated, random() * sum);
}

function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
