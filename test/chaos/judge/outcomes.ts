import type { Reason } from '@alloy/release';
import { recordedTwice } from '../../faults/history';
import { ENDS } from '../../support/releases';
import type { FinishedRelease } from '../seed-run';
import type { Broken } from './broken';

/**
 * P28: a good version is promoted, despite all outages. P30: a bad version, and a version that a user aborted before
 * its end, is rolled back. P4: no fact is recorded twice for one decision, and a release ends once.
 */
export function checkOutcome({ id, project, tag, behaviour, aborted, events }: FinishedRelease): readonly Broken[] {
  const ends = events.filter(({ type }) => ENDS.includes(type));
  const isAborted = aborted && events.some(({ type }) => type === 'AbortRequested');
  const wanted = behaviour === 'good' && !isAborted ? 'ReleasePromoted' : 'ReleaseRolledBack';
  const [end] = ends;
  const broken = (promise: Broken['promise'], text: string): Broken => ({ promise, project, release: id, text: `${tag}: ${text}` });
  return [
    ...(end?.type === wanted
      ? []
      : [broken(wanted === 'ReleasePromoted' ? 'P28' : 'P30', `ended ${end?.type ?? 'never'} instead of ${wanted}${reasonOf(end?.data)}`)]),
    ...(ends.length > 1 ? [broken('P4', `has ${ends.length} ends`)] : []),
    ...recordedTwice(events).map((fact) => broken('P4', `${fact} is recorded twice`)),
  ];
}

function reasonOf(data: unknown): string {
  const { reason } = (data ?? {}) as { readonly reason?: Reason };
  return reason ? ` (${reason.code}: ${reason.text})` : '';
}
