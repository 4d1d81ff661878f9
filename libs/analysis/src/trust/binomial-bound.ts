/**
 * Natural logarithm of an upper bound of the probability that Bin(n, θ) has a share of successes at least as far from θ
 * as k/n, on the same side.
 * −n · KL(k/n ‖ θ), after Hoeffding, "Probability Inequalities for Sums of Bounded Random Variables", JASA 58 (1963),
 * theorem 1; it holds for every n, and errs towards no alarm.
 * 0 if undefined: n ≤ 0 or θ outside (0, 1). `n` and `k` may be fractions, such as counts divided by their
 * overdispersion.
 */
export function logTailBound(n: number, k: number, theta: number): number {
  if (!(n > 0) || !(theta > 0 && theta < 1)) return 0;
  const share = Math.min(1, Math.max(0, k / n));
  return -n * (term(share, theta) + term(1 - share, 1 - theta));
}

const term = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q));
