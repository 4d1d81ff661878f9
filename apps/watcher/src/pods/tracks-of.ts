import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import { isPartitioned, type PlannedState } from '@alloy/release';
import type { Workloads } from '../cluster-reader';

/**
 * The workloads by the version of their pods. While a rollout by steps is on its way, both versions are pods of one
 * Deployment: those with the template of the release are the canary, the others are stable.
 */
export function tracksOf(state: PlannedState, workloads: Workloads): Workloads {
  const isOnTheWay = state.status === 'releasing' || state.status === 'paused' || state.status === 'held';
  if (!isOnTheWay || !isPartitioned(state.plan) || state.done > lastPartition(state)) return workloads;
  const { deployment, pods } = workloads.stable;
  const isNew = (pod: KubeObject): boolean => pod.metadata.labels?.[RELEASE_LABEL] === state.releaseId;
  return {
    stable: { deployment, pods: pods.filter((pod) => !isNew(pod)) },
    canary: { deployment, pods: pods.filter(isNew) },
  };
}

/** The steps from the promotion on replace the remaining pods. */
const lastPartition = ({ plan }: PlannedState): number => plan.steps.findIndex(({ kind }) => kind === 'promote') - 1;
