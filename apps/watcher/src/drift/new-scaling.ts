import { isStableScaled, stablePodsOf, type EventOf, type RunningState } from '@alloy/release';
import type { Deployments } from '../cluster-reader';

/** What the log does not contain yet of stable's number of pods, as far as the canary's depends on it. */
export function newScaling(state: RunningState, { stable }: Deployments): ReadonlyArray<EventOf<'StableScaled'>> {
  const to = stable?.spec.replicas;
  if (!state.current || to === undefined || !isStableScaled(state, to)) return [];
  return [{ type: 'StableScaled', data: { ...state.current.ref, from: stablePodsOf(state), to } }];
}
