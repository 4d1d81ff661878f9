import { logTailBound } from './binomial-bound';
import type { TrackPages } from './track-pages';

/** What the canary counts of the requests that its pods should have had. */
export interface TrafficShare {
  /** Requests that as many stable pods would have counted in the same time. */
  readonly expected: number;
  /** The canary counts less than `minShare` of that, beyond chance. */
  readonly isShort: boolean;
}

/** Chance that a canary which counts `minShare` of its share, or more, is called short at one look. */
const ALPHA = 0.001;
/** Requests come in clumps, by connection: what is assumed before the stable pods show how they differ, and how many degrees of freedom that is worth. */
const PRIOR = { dispersion: 3, weight: 2 };

/**
 * Compares the canary's requests with its share of all, by pod and time: the router gives every ready pod the same part of the traffic.
 * With w the canary's part of the pods' time, a canary that counts r times its share has θ(r) = w·r / (w·r + 1 − w) of the requests; it is short where
 * r ≥ `minShare` has a chance of at most 0.001. Counts are divided by their overdispersion φ, Pearson's χ² between the stable pods with a prior of 3.
 * Undefined where there is nothing to compare: no stable pod was read twice, or its page can't be trusted.
 */
export function trafficShare(canary: TrackPages, stable: TrackPages, minShare: number): TrafficShare | undefined {
  const [x, y] = [canary.counted?.requests ?? 0, stable.counted?.requests ?? 0];
  if (canary.exposureMs <= 0 || stable.exposureMs <= 0 || stable.flawed !== null) return undefined;
  const expected = (y * canary.exposureMs) / stable.exposureMs;
  const w = canary.exposureMs / (canary.exposureMs + stable.exposureMs);
  const theta = (w * minShare) / (w * minShare + 1 - w);
  const isBelow = x + y > 0 && x / (x + y) < theta;
  const n = (x + y) / dispersionOf(stable);
  return { expected, isShort: isBelow && logTailBound(n, (n * x) / (x + y), theta) <= Math.log(ALPHA) };
}

/** How much more the pods' requests differ than independent requests would, at least 1. */
export function dispersionOf({ pods, exposureMs }: TrackPages): number {
  const total = pods.reduce((sum, { requests }) => sum + requests, 0);
  const chiSquare = pods.reduce((sum, pod) => {
    const expected = (total * pod.exposureMs) / exposureMs;
    return expected > 0 ? sum + (pod.requests - expected) ** 2 / expected : sum;
  }, 0);
  return Math.max(1, (PRIOR.weight * PRIOR.dispersion + chiSquare) / (PRIOR.weight + Math.max(0, pods.length - 1)));
}
