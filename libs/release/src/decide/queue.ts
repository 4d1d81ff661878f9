import type { Context } from '../context';
import type { RunningState, UnplannedState } from '../state';

type Waiting = Context['waiting'][number];
type Position = { readonly releaseId: string; readonly requestedAt: string };

/** By time, then by id. */
const older = (a: Position, b: Position): boolean =>
  a.requestedAt === b.requestedAt ? a.releaseId < b.releaseId : a.requestedAt < b.requestedAt;

const others = (state: Position, context: Context): readonly Waiting[] =>
  context.waiting.filter(({ releaseId }) => releaseId !== state.releaseId);

export const isExpedited = (state: UnplannedState | RunningState): boolean => state.request.urgent ?? false;

/** Queue order: expedited releases first, then by time of request. */
const goesBefore =
  (state: UnplannedState) =>
  (other: Waiting): boolean =>
    other.urgent === isExpedited(state) ? older(other, state) : other.urgent;

/** The release that this one must wait for: the slot's holder, or else the first of the queue. */
export function blockedBy(state: UnplannedState, context: Context): string | undefined {
  const { holder } = context.slot;
  if (holder !== null && holder !== state.releaseId) return holder;
  return first(others(state, context).filter(goesBefore(state)))?.releaseId;
}

const first = (waiting: readonly Waiting[]): Waiting | undefined =>
  [...waiting].sort((a, b) => (a.urgent === b.urgent ? (older(a, b) ? -1 : 1) : a.urgent ? -1 : 1))[0];

/** The newest waiting release of a version that was requested after this one; undefined if none. */
export const newestAfter = (state: Position, context: Context): Waiting | undefined =>
  newest(others(state, context).filter((other) => !other.handsBack && older(state, other)));

/** The newest expedited release that preempts this one. An expedited release yields only to one requested later. */
export const expeditedReplacement = (state: UnplannedState | RunningState, context: Context): Waiting | undefined =>
  newest(others(state, context).filter((other) => other.urgent && (!isExpedited(state) || older(state, other))));

const newest = (waiting: readonly Waiting[]): Waiting | undefined => [...waiting].sort((a, b) => (older(a, b) ? 1 : -1))[0];

/** Whether a newer release replaces older ones that wait; otherwise each one is carried out, or is rejected. */
export const onlyLatest = (whenBusy: Waiting['whenBusy']): boolean => whenBusy === 'latestOnly' || whenBusy === 'supersede';
