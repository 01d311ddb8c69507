/** "about once in 52 days". A chance a day of less than once in a lifetime is not told apart further. */
export function onceInDays(days: number): string {
  if (days < 1.5) return 'about once a day';
  if (days < 60) return `about once in ${Math.round(days)} days`;
  if (days < 730) return `about once in ${Math.round(days / 30)} months`;
  if (days < 36_500) return `about once in ${Math.round(days / 365)} years`;
  return 'less than once in a century';
}

/** "p < 1e-6": the power of ten next above the chance that evidence stands for. */
export function chanceBelow(e: number): string {
  return `p < 1e-${Math.floor(e)}`;
}
