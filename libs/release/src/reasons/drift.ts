import type { Drift, Reason } from '../events';
import type { RecordedDrift } from '../state';
import { reason } from './reason';

/** Who changed what outside Alloy, for users. */
export function driftReason(drift: Drift): Reason {
  const { object, manager, fields } = drift;
  const pods = fields.find(({ found }) => found !== null);
  const text = textOf(drift, fields.length);
  return reason('drifted', 'cluster', text, {
    object: `${object.kind}/${object.name}`,
    manager,
    ...(pods && { expected: pods.expected, found: pods.found }),
  });
}

/** Maximum number of fields that the reason of a deadline names. */
const NAMED = 3;

/** Appends to the reason of a deadline which client has changed the release's objects: that may be the cause. */
export const noteDrift = (why: Reason, drift: RecordedDrift | undefined): Reason =>
  drift
    ? {
        ...why,
        text: `${why.text}; ${textOf(drift, NAMED)} (since ${drift.at})`,
        evidence: { ...why.evidence, changedBy: drift.manager, changedAt: drift.at },
      }
    : why;

function textOf({ object, manager, fields }: Drift, most: number): string {
  const changes = fields.slice(0, most).map(({ path, expected, found }) =>
    found === null ? path : `${path} is ${found}${expected === null ? '' : ` instead of ${expected}`}`,
  );
  const more = fields.length > most ? ` and ${fields.length - most} more` : '';
  return `${object.kind} ${object.name} was changed by ${manager ?? 'another client'}: ${changes.join(', ')}${more}`;
}
