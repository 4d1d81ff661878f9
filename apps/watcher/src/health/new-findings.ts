import type { StoredEvent } from '@alloy/contracts';
import { wantedPods, type Current, type Payloads } from '@alloy/release';
import type { HealthFinding } from './findings';

/** Maximum number of reports of blocked pods for one decision, if their creation fails again and again. */
const MOST_BLOCKED = 10;

/**
 * The findings to append. A step that waits for no pods, such as a shift of traffic, records the workload only if it
 * differs from the last finding on the same track, of any step.
 */
export function newFindings(
  found: readonly HealthFinding[], current: Current, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>,
): readonly HealthFinding[] {
  const fresh = found.filter(({ type }) => type !== 'WorkloadBlocked' || timesBlocked(events, current.ref.decision) < MOST_BLOCKED);
  if (wantedPods(current.spec)) return fresh;
  return fresh.filter((finding) => !counting.has(finding.type) || !isRecorded(finding, events));
}

const counting: ReadonlySet<string> = new Set(['WorkloadBecameReady', 'WorkloadProgressed'] satisfies HealthFinding['type'][]);

const timesBlocked = (events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>, decision: number): number =>
  events.filter(({ type, data }) => type === 'WorkloadBlocked' && (data as Payloads['WorkloadBlocked']).decision === decision).length;

function isRecorded(
  { data: { track, desired, ready } }: HealthFinding, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>,
): boolean {
  const last = events.findLast(({ type, data }) => types.has(type) && (data as Payloads['WorkloadProgressed']).track === track);
  if (last === undefined || last.type === 'WorkloadDegraded') return false;
  const recorded = last.data as Payloads['WorkloadProgressed'];
  return recorded.desired === desired && recorded.ready === ready;
}

const types: ReadonlySet<string> = new Set(
  ['WorkloadBecameReady', 'WorkloadProgressed', 'WorkloadDegraded'] satisfies HealthFinding['type'][],
);
