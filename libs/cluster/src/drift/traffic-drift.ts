import { affinityRoutes, managedRoutesAt, type RunningState, type TrafficDrift } from '@alloy/release';
import type { LiveTraffic } from '../live';
import { routers } from '../routers/registry';
import type { ReachedTraffic } from '../routers/traffic-fault';

/**
 * What the last shift has set, in a step in which Alloy writes nothing. Undefined: there was none, or the traffic is on
 * its way. Pure.
 */
export function reachedTraffic(state: RunningState): ReachedTraffic | undefined {
  const { current, plan: { traffic, steps }, plan, lastShift } = state;
  if (!traffic || !current || !lastShift) return undefined;
  if (current.spec.kind !== 'analyse' && current.spec.kind !== 'pause') return undefined;
  const shift = steps[lastShift.step];
  if (!shift || !('weight' in shift)) return undefined;
  const kept = affinityRoutes({ policy: state.policy, releaseId: state.releaseId, weight: shift.weight });
  return { plan: traffic, weight: shift.weight, routes: [...managedRoutesAt(plan, current.ref.step), ...kept] };
}

/** How the objects of the router differ from what the last shift has set. Empty: they do not. Pure. */
export function trafficDriftOf(state: RunningState, live: LiveTraffic): readonly TrafficDrift[] {
  const reached = reachedTraffic(state);
  return reached ? routers[state.plan.router].verify(reached, live) : [];
}

/** Equal for the same found state, whenever it is observed. */
export const trafficDriftKey = ({ object, cause, manager, found }: TrafficDrift): string =>
  JSON.stringify([object.kind, object.name, cause, manager, found]);
