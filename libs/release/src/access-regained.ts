import type { EventOf } from './events';
import type { RunningState } from './state';

type Log = ReadonlyArray<{ readonly type: string; readonly data: unknown }>;

/** Most ClusterAccessRegained events for one decision; if access is lost more often, it counts as lost. */
const MAX_RECORDED = 10;

/**
 * The event to append when `by` reaches the cluster again; undefined if `by` recorded no failure before. `events`: the
 * release's log so far.
 */
export function accessRegained({ current }: RunningState, events: Log, by: string): EventOf<'ClusterAccessRegained'> | undefined {
  if (!current || current.access?.by !== by) return undefined;
  const { decision } = current.ref;
  return timesRegained(events, decision) < MAX_RECORDED ? { type: 'ClusterAccessRegained', data: { decision } } : undefined;
}

/** How often access was regained during that decision. */
const timesRegained = (events: Log, decision: number): number =>
  events.filter(
    ({ type, data }) => type === 'ClusterAccessRegained' && (data as EventOf<'ClusterAccessRegained'>['data']).decision === decision,
  ).length;
