import type { Reason } from '../events';
import type { Absence } from '../heartbeats';
import type { Decision } from '../state';

/** The reason, with the time that its deadline did not count. */
export const despite = (why: Reason, absence: Absence | undefined): Reason =>
  absence ? { ...why, text: `${why.text}; not counted: ${Math.round(absence.seconds)} s in which ${describeWorkers(absence)} not at work${describeWriting(absence)}` } : why;

const describeWorkers = ({ of }: Absence): string => `${of.map((worker) => `the ${worker}`).join(' and ')} ${of.length === 1 ? 'was' : 'were'}`;

const describeWriting = ({ writing = 0 }: Absence): string => (writing < 1 ? '' : `, or was writing (${Math.round(writing)} s)`);

/** The decision with the absence that it rests on copied into it, so that the log proves it. */
export const withAbsence = <D extends Decision>(decision: D, absence: Absence | undefined): D => (absence ? { ...decision, data: { ...decision.data, absence } } : decision);
