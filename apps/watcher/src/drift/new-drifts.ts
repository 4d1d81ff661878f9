import { driftKey, driftOf, type Deployment } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import type { Drift, RunningState } from '@alloy/release';

/** Told of one release; who is told more often than that knows that something is at war with it. */
const MAX_TOLD = 50;

/** What others have changed on the release's Deployments and the log does not tell yet. */
export function newDrifts(state: RunningState, deployments: { readonly stable: Deployment | undefined; readonly canary: Deployment | undefined }, events: readonly StoredEvent[]): readonly Drift[] {
  const told = events.filter(({ type }) => type === 'WorkloadDrifted').map(({ data }) => driftKey(data as Drift));
  const found = driftOf(state, deployments).filter((drift) => !told.includes(driftKey(drift)));
  return found.slice(0, Math.max(0, MAX_TOLD - told.length));
}
