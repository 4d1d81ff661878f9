import type { StoredEvent } from '@alloy/contracts';
import type { Absence } from '@alloy/release';
import { absenceWithin, type Outage } from '../outages';
import { DEADLINE } from '../policy';
import type { FinishedRelease } from '../seed-run';
import type { Broken } from './broken';

/** Events after which the deadline of a step begins again, or ends. */
const PROGRESS: ReadonlySet<string> = new Set([
  'GateOpened',
  'ReleasePlanned',
  'StepStarted',
  'StepCompleted',
  'WorkloadProgressed',
  'WorkloadBecameReady',
  'RollbackDecided',
  'ReleasePromoted',
  'ReleaseRolledBack',
  'ReleaseFailed',
  'ReleaseStuck',
]);

/** Tolerance for a decision: the interval of the resync, and a busy machine. */
export const LATE_MS = 10_000;

/**
 * P16: no step lasts longer without progress than its deadline plus the absence of a part that it needs. The absence is
 * the injected outage, or the absence in the log if that is longer, as on a busy machine.
 */
export function checkDeadlines({ id, project, tag, events }: FinishedRelease, outages: readonly Outage[]): readonly Broken[] {
  const progress = events.filter(({ type }) => PROGRESS.has(type));
  const since = progress.findIndex(({ type }) => type === 'GateOpened');
  return progress.slice(since + 1).flatMap((event, index) => {
    const from = atOf(progress[since + index]!);
    const waited = atOf(event) - from;
    const allowed = DEADLINE * 1_000 + Math.max(absenceWithin(outages, from, atOf(event)), provenAbsence(event)) + LATE_MS;
    return waited <= allowed
      ? []
      : [
          {
            promise: 'P16' as const,
            project,
            release: id,
            text: `${tag}: ${waited} ms passed between ${progress[since + index]!.type} and ${event.type}, ${allowed} are allowed`,
          },
        ];
  });
}

/** The absence in the event, in milliseconds. */
const provenAbsence = ({ data }: StoredEvent): number =>
  Math.round(((data as { readonly absence?: Absence }).absence?.seconds ?? 0) * 1_000);

export const atOf = ({ occurredAt }: StoredEvent): number => Date.parse(occurredAt);
