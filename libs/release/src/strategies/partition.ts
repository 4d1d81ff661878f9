import type { Split } from '../plan';
import type { PodBound } from '../policy-rollout';

/** Where a rolling update of `replicas` pods stops. */
export interface Partition {
  readonly split: Split;
  /** Pods above `replicas`. */
  readonly maxSurge: number;
}

/** Number of pods of a bound. */
export function podsOfBound(bound: PodBound, replicas: number, round: (value: number) => number): number {
  return typeof bound === 'number' ? bound : round((Number.parseInt(bound, 10) * replicas) / 100);
}

/**
 * The least whole percentage that Kubernetes rounds down to at least `pods` of `replicas`: a percentage keeps its
 * meaning if the workload is scaled, where a number of pods could become all of them.
 */
export const unavailablePercent = (pods: number, replicas: number): number => Math.ceil((100 * pods) / Math.max(1, replicas));

/**
 * The pods of both versions at a weight, with `surge` additional pods: T = N + surge, new = clamp(round(w·T), 1, N),
 * old = T − new; at 100 % there are no old ones. A rollout that needs fewer additional pods has fewer.
 */
export function partition(replicas: number, weight: number, surge: number): Partition {
  if (weight === 100) return { split: { canary: replicas, stable: 0 }, maxSurge: surge };
  const wanted = Math.min(Math.max(Math.round((weight * (replicas + surge)) / 100), 1), replicas);
  const maxSurge = Math.min(surge, wanted);
  const replaced = Math.floor((unavailablePercent(wanted - maxSurge, replicas) * replicas) / 100);
  return { split: { canary: Math.min(replicas, maxSurge + replaced), stable: replicas - replaced }, maxSurge };
}
