/**
 * How well one number tells two groups apart: the chance that a random member of `a` is smaller than one of `b`, ties
 * counting half (the area under the ROC curve). 0.5 tells nothing; 0 and 1 tell everything.
 */
export function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((one, other) => one.value - other.value);
  let rankSumOfB = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    // Equal values share the mean of the ranks they cover.
    const rank = (start + 1 + end) / 2;
    rankSumOfB += rank * all.slice(start, end).filter(({ isA }) => !isA).length;
    start = end;
  }
  return (rankSumOfB - (b.length * (b.length + 1)) / 2) / (a.length * b.length);
}
