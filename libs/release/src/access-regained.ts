import type { EventOf } from './events';
import type { RunningState } from './state';

type Log = ReadonlyArray<{ readonly type: string; readonly data: unknown }>;

/** Told for one decision; a cluster that comes and goes more often than that counts as gone. */
const MOST_TOLD = 10;

/** What a service has to tell once it has got through to the cluster: undefined, unless it told before that it did not. `events`: of the release so far. */
export function accessRegained({ current }: RunningState, events: Log, by: string): EventOf<'ClusterAccessRegained'> | undefined {
  if (!current || current.access?.by !== by) return undefined;
  const { decision } = current.ref;
  return timesRegained(events, decision) < MOST_TOLD ? { type: 'ClusterAccessRegained', data: { decision } } : undefined;
}

/** How often the cluster was lost and found again while that decision was acted on. */
const timesRegained = (events: Log, decision: number): number =>
  events.filter(({ type, data }) => type === 'ClusterAccessRegained' && (data as EventOf<'ClusterAccessRegained'>['data']).decision === decision).length;
