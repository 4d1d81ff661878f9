import type { Context } from '../context';
import { isUnplanned } from '../guards';
import { holdSubject, isSubjectToHold, type Hold } from '../hold';
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

/** What a release waits for: another release, a hold, or both. */
export interface Block {
  /** The other release, or the rollback that placed the hold; null: a hold without a rollback. */
  readonly behind: string | null;
  readonly hold?: Hold;
}

/**
 * What this release must wait for: the slot's holder, or else a hold, or else the first of the queue; undefined:
 * nothing. Waiting releases that a hold stops do not stop one that it does not apply to.
 */
export function blockedBy(state: UnplannedState, context: Context): Block | undefined {
  const { holder } = context.slot;
  if (holder !== null && holder !== state.releaseId) return behind(state, holder, context);
  if (isOnHold(state, context)) return behind(state, context.hold.release, context);
  const before = first(withoutHeld(others(state, context), context).filter(goesBefore(state)));
  return before && { behind: before.releaseId };
}

/** The release waits behind another one, and also for the hold if one applies to it. */
export const behind = (state: UnplannedState, releaseId: string | null, context: Context): Block =>
  ({ behind: releaseId, ...(isOnHold(state, context) && { hold: context.hold }) });

/** Whether a hold stops this release. One that has a plan continues. */
export const isOnHold = (state: UnplannedState, context: Context): context is Context & { readonly hold: Hold } =>
  context.hold !== undefined && isSubjectToHold(holdSubject(state.request));

const withoutHeld = (waiting: readonly Waiting[], { hold }: Context): readonly Waiting[] =>
  hold === undefined ? waiting : waiting.filter((other) => !isSubjectToHold(other));

const first = (waiting: readonly Waiting[]): Waiting | undefined =>
  [...waiting].sort((a, b) => (a.urgent === b.urgent ? (older(a, b) ? -1 : 1) : a.urgent ? -1 : 1))[0];

/**
 * The newest waiting release of a version that was requested after this one; undefined if none. One that a hold stops
 * takes the place only of a release that the hold stops, too.
 */
export function newestAfter(state: UnplannedState | RunningState, context: Context): Waiting | undefined {
  const all = others(state, context);
  const rivals = isUnplanned(state) && isOnHold(state, context) ? all : withoutHeld(all, context);
  return newest(rivals.filter((other) => !other.handsBack && older(state, other)));
}

/** The newest expedited release that preempts this one. An expedited release yields only to one requested later. */
export const expeditedReplacement = (state: UnplannedState | RunningState, context: Context): Waiting | undefined =>
  newest(others(state, context).filter((other) => other.urgent && (!isExpedited(state) || older(state, other))));

const newest = (waiting: readonly Waiting[]): Waiting | undefined => [...waiting].sort((a, b) => (older(a, b) ? 1 : -1))[0];

/** Whether a newer release replaces older ones that wait; otherwise each one is carried out, or is rejected. */
export const onlyLatest = (whenBusy: Waiting['whenBusy']): boolean => whenBusy === 'latestOnly' || whenBusy === 'supersede';
