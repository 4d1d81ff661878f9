import { driftKey, driftOf } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import type { Drift, RunningState } from '@alloy/release';
import type { Deployments } from '../cluster-reader';

/**
 * Maximum number of drifts in the log of one release: a reader of 50 drifts knows that another controller keeps
 * changing the objects.
 */
const MAX_RECORDED = 50;

/** The changes by other clients to the release's Deployments that the log does not contain yet. */
export function newDrifts(state: RunningState, deployments: Deployments, events: readonly StoredEvent[]): readonly Drift[] {
  const recorded = events.filter(({ type }) => type === 'WorkloadDrifted').map(({ data }) => driftKey(data as Drift));
  const found = driftOf(state, deployments).filter((drift) => !recorded.includes(driftKey(drift)));
  return found.slice(0, Math.max(0, MAX_RECORDED - recorded.length));
}
