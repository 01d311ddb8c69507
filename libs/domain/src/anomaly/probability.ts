/** The chance of at least `count` where `mean` is expected and the variance is mean + mean² / size. Above 0, both. */
export function negativeBinomialTail(count: number, mean: number, size: number): number {
  return count <= 0 ? 1 : incompleteBeta(count, size, mean / (mean + size));
}

/** The chance of at least `count` out of `trials`. */
export function binomialTail(count: number, trials: number, chance: number): number {
  return count <= 0 ? 1 : incompleteBeta(count, trials - count + 1, chance);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction. */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // On the other side of the mean the fraction converges slowly, and the function is symmetric.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, 1 - x)) / b;
}

const TERMS_MAX = 300;
const PRECISION = 3e-9;

/** Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

const LANCZOS = [
  76.18009172947146, -86.5053203294168, 24.01409824083091, -1.231739572450155, 1.208650973866179e-3, -5.395239384953e-6,
];

/** The logarithm of the gamma function, for x above 0, to ten digits. */
function logGamma(x: number): number {
  const series = LANCZOS.reduce((sum, term, index) => sum + term / (x + 1 + index), 1.000000000190015);
  return (x + 0.5) * Math.log(x + 5.5) - (x + 5.5) + Math.log((Math.sqrt(2 * Math.PI) * series) / x);
}
