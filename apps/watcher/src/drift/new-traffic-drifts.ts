import { trafficDriftKey, trafficDriftOf, type LiveTraffic } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import type { Payloads, RunningState, TrafficDrift } from '@alloy/release';

type Recorded = Pick<StoredEvent, 'type' | 'data'>;

/** Maximum number in the log of one release, also if another client keeps changing the objects. */
const MAX_RECORDED = 50;

/**
 * What is wrong with the objects of the router, and is not recorded yet for the step in progress: once per attempt and
 * found state, since a user may have repaired it while the release was paused.
 */
export function newTrafficDrifts(state: RunningState, live: LiveTraffic, events: readonly Recorded[]): readonly TrafficDrift[] {
  const all = recordedIn(events);
  const resumed = events.findLastIndex(({ type }) => type === 'ReleaseResumed');
  const known = recordedIn(events.slice(resumed + 1))
    .filter(({ decision }) => decision === state.current?.ref.decision)
    .map(trafficDriftKey);
  const found = trafficDriftOf(state, live).filter((drift) => !known.includes(trafficDriftKey(drift)));
  return found.slice(0, Math.max(0, MAX_RECORDED - all.length));
}

const recordedIn = (events: readonly Recorded[]): ReadonlyArray<Payloads['TrafficDrifted']> =>
  events.filter(({ type }) => type === 'TrafficDrifted').map(({ data }) => data as Payloads['TrafficDrifted']);
