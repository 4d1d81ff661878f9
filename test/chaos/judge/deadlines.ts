import type { StoredEvent } from '@alloy/contracts';
import type { Absence } from '@alloy/release';
import { absenceWithin, type Outage } from '../outages';
import { DEADLINE } from '../policy';
import type { PlayedRelease } from '../seed-run';
import type { Broken } from './broken';

/** Events after which a step's deadline begins anew, or stands for good. */
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

/** What a decision may be late for by itself: the sweep, and a machine that is busy. */
export const LATE_MS = 10_000;

/** P16: no step lasts longer without progress than its deadline and the time in which something was away that it needs, as seen from outside or, on a machine that is busy, as the log proves it. */
export function checkDeadlines({ id, project, tag, events }: PlayedRelease, outages: readonly Outage[]): readonly Broken[] {
  const marks = events.filter(({ type }) => PROGRESS.has(type));
  const since = marks.findIndex(({ type }) => type === 'GateOpened');
  return marks.slice(since + 1).flatMap((mark, index) => {
    const from = atOf(marks[since + index]!);
    const waited = atOf(mark) - from;
    const allowed = DEADLINE * 1_000 + Math.max(absenceWithin(outages, from, atOf(mark)), provenAbsence(mark)) + LATE_MS;
    return waited <= allowed
      ? []
      : [
          {
            promise: 'P16' as const,
            project,
            release: id,
            text: `${tag}: ${waited} ms passed between ${marks[since + index]!.type} and ${mark.type}, ${allowed} are allowed`,
          },
        ];
  });
}

/** Milliseconds. */
const provenAbsence = ({ data }: StoredEvent): number =>
  Math.round(((data as { readonly absence?: Absence }).absence?.seconds ?? 0) * 1_000);

export const atOf = ({ occurredAt }: StoredEvent): number => Date.parse(occurredAt);
