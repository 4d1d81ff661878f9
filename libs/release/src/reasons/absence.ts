import type { Reason } from '../events';
import type { Absence } from '../heartbeats';
import type { Decision } from '../context';

/** Appends the time that the deadline did not count to a reason's text. */
export const noteAbsence = (why: Reason, absence: Absence | undefined): Reason =>
  absence
    ? {
        ...why,
        text: `${why.text}; the deadline did not count ${Math.round(absence.seconds)} s in which ${describeWorkers(absence)} absent${describeWriting(absence)}`,
      }
    : why;

const describeWorkers = ({ of }: Absence): string =>
  `${of.map((worker) => `the ${worker}`).join(' and ')} ${of.length === 1 ? 'was' : 'were'}`;

const describeWriting = ({ writing = 0 }: Absence): string => (writing < 1 ? '' : ` or writing (${Math.round(writing)} s)`);

/** Copies the absence into the decision, so that the log contains the evidence. */
export const withAbsence = <D extends Decision>(decision: D, absence: Absence | undefined): D =>
  absence ? { ...decision, data: { ...decision.data, absence } } : decision;
