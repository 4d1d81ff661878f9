import { quantile } from '../quantile';
import { number } from '../section';

const QUANTILES = [0.5, 0.9, 0.99, 1] as const;

/**
 * The ratio of the slowest of `expected` releases to the median; Infinity if one has not ended.
 * `seconds`: durations of the releases that have ended.
 */
export function spreadOf(seconds: readonly number[], expected: number): { readonly ratio: number; readonly text: string } {
  const all = [...seconds, ...Array.from({ length: Math.max(0, expected - seconds.length) }, () => Infinity)];
  const [p50, p90, p99, most] = QUANTILES.map((q) => quantile(all, q)) as [number, number, number, number];
  const shown = (value: number): string => (Number.isFinite(value) ? `${number(value)} s` : 'not ended');
  return {
    ratio: Number.isFinite(most) ? most / p50 : Infinity,
    text: `p50 ${shown(p50)}, p90 ${shown(p90)}, p99 ${shown(p99)}, slowest ${shown(most)}.`,
  };
}
