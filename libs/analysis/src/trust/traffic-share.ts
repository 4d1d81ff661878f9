import { logTailBound } from './binomial-bound';
import type { TrackPages } from './track-pages';

/** The canary's counted requests compared with its expected share. */
export interface TrafficShare {
  /** Requests that as many stable pods would have counted in the same time. */
  readonly expected: number;
  /** Whether the canary counts less than `minShare` of that, beyond chance. */
  readonly isShort: boolean;
}

/** Probability that a canary with at least `minShare` of its share is called short in one check. */
const ALPHA = 0.001;
/**
 * Requests arrive in clusters, by connection: assumed dispersion before the stable pods show theirs, and its weight in
 * degrees of freedom.
 */
const PRIOR = { dispersion: 3, weight: 2 };

/**
 * Compares the canary's requests with its share of all requests. Without `weight` that is by pods and time: the router
 * gives every ready pod the same part of the traffic. `weight`: percent that the router gives to the canary, whatever
 * its number of pods.
 * With w the canary's part of the pods' time, a canary that counts r times its share has θ(r) = w·r / (w·r + 1 − w) of
 * the requests; it is short where
 * r ≥ `minShare` has a chance of at most 0.001. Counts are divided by their overdispersion φ, Pearson's χ² between the
 * stable pods with a prior of 3.
 * Undefined if a comparison is not possible: no stable pod was read twice, or its page is unreliable.
 */
export function trafficShare(canary: TrackPages, stable: TrackPages, minShare: number, weight?: number): TrafficShare | undefined {
  const [x, y] = [canary.counted?.requests ?? 0, stable.counted?.requests ?? 0];
  if (canary.exposureMs <= 0 || stable.exposureMs <= 0 || stable.flawed !== null) return undefined;
  // The canary's and stable's part, in time of pods or in percent.
  const [ours, theirs] = weight === undefined ? [canary.exposureMs, stable.exposureMs] : [weight, 100 - weight];
  if (theirs <= 0) return undefined;
  const expected = (y * ours) / theirs;
  const w = ours / (ours + theirs);
  const theta = (w * minShare) / (w * minShare + 1 - w);
  const isBelow = x + y > 0 && x / (x + y) < theta;
  const n = (x + y) / dispersionOf(stable);
  return { expected, isShort: isBelow && logTailBound(n, (n * x) / (x + y), theta) <= Math.log(ALPHA) };
}

/** How much more the pods' requests differ than independent requests would; at least 1. */
export function dispersionOf({ pods, exposureMs }: TrackPages): number {
  const total = pods.reduce((sum, { requests }) => sum + requests, 0);
  const chiSquare = pods.reduce((sum, pod) => {
    const expected = (total * pod.exposureMs) / exposureMs;
    return expected > 0 ? sum + (pod.requests - expected) ** 2 / expected : sum;
  }, 0);
  return Math.max(1, (PRIOR.weight * PRIOR.dispersion + chiSquare) / (PRIOR.weight + Math.max(0, pods.length - 1)));
}
