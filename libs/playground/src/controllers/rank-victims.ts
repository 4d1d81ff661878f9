import type { Pod } from '../kinds';
import { isReady, readySince, restartsOf } from './pod-state';

const phaseRank = { Pending: 0, Running: 2, Succeeded: 2, Failed: 2 } as const;

const deletionCost = (pod: Pod): number => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;

/** Lower ranks are removed first, compared field by field, as in Kubernetes' `ActivePodsWithRanks`. */
const rank = (pod: Pod): readonly number[] => [
  pod.spec.nodeName ? 1 : 0,
  phaseRank[pod.status?.phase ?? 'Pending'],
  isReady(pod) ? 1 : 0,
  deletionCost(pod),
  -(readySince(pod) ?? 0),
  -restartsOf(pod),
  -Date.parse(pod.metadata.creationTimestamp ?? ''),
];

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [i, left] of a.entries()) if (left !== b[i]) return left - (b[i] ?? 0);
  return 0;
};

/** The `count` pods to remove on scale-down: not running, not ready, cheap, young and often restarted pods first. */
export const rankVictims = (pods: readonly Pod[], count: number): Pod[] =>
  [...pods].sort((a, b) => compare(rank(a), rank(b))).slice(0, count);
