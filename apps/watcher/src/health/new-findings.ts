import type { StoredEvent } from '@alloy/contracts';
import { wantedPods, type Current, type Payloads } from '@alloy/release';
import type { HealthFinding } from './findings';

/**
 * The findings that add something to the record: a step that waits for no pods, such as a shift of traffic, records the workload only where it differs
 * from the last finding on the same track, of whichever step.
 */
export function newFindings(found: readonly HealthFinding[], current: Current, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>): readonly HealthFinding[] {
  if (wantedPods(current.spec)) return found;
  return found.filter((finding) => finding.type === 'WorkloadDegraded' || !isRecorded(finding, events));
}

function isRecorded({ data: { track, desired, ready } }: HealthFinding, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>): boolean {
  const last = events.findLast(({ type, data }) => types.has(type) && (data as Payloads['WorkloadProgressed']).track === track);
  if (last === undefined || last.type === 'WorkloadDegraded') return false;
  const recorded = last.data as Payloads['WorkloadProgressed'];
  return recorded.desired === desired && recorded.ready === ready;
}

const types: ReadonlySet<string> = new Set(['WorkloadBecameReady', 'WorkloadProgressed', 'WorkloadDegraded'] satisfies HealthFinding['type'][]);
