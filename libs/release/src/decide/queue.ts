import type { Context, RunningState, UnplannedState } from '../state';

type Waiting = Context['waiting'][number];
type Place = { readonly releaseId: string; readonly requestedAt: string };

/** By time, then by id. */
const older = (a: Place, b: Place): boolean => (a.requestedAt === b.requestedAt ? a.releaseId < b.releaseId : a.requestedAt < b.requestedAt);

const others = (state: Place, context: Context): readonly Waiting[] => context.waiting.filter(({ releaseId }) => releaseId !== state.releaseId);

export const isUrgent = (state: UnplannedState | RunningState): boolean => state.request.urgent ?? false;

/** The order of the queue: what is urgent first, then what was requested first. */
const goesBefore = (state: UnplannedState) => (other: Waiting): boolean => (other.urgent === isUrgent(state) ? older(other, state) : other.urgent);

/** Who is in the way: the slot's holder, or else who goes first of those that wait too. */
export function inTheWay(state: UnplannedState, context: Context): string | undefined {
  const { holder } = context.slot;
  if (holder !== null && holder !== state.releaseId) return holder;
  return first(others(state, context).filter(goesBefore(state)))?.releaseId;
}

const first = (waiting: readonly Waiting[]): Waiting | undefined => [...waiting].sort((a, b) => (a.urgent === b.urgent ? (older(a, b) ? -1 : 1) : a.urgent ? -1 : 1))[0];

/** The newest release that was requested later and waits, if any. */
export const newestAfter = (state: Place, context: Context): Waiting | undefined => newest(others(state, context).filter((other) => older(state, other)));

/** The urgent release that takes over from this one: the newest of them. An urgent one makes way only for one that was requested later. */
export const urgentInstead = (state: UnplannedState | RunningState, context: Context): Waiting | undefined =>
  newest(others(state, context).filter((other) => other.urgent && (!isUrgent(state) || older(state, other))));

const newest = (waiting: readonly Waiting[]): Waiting | undefined => [...waiting].sort((a, b) => (older(a, b) ? 1 : -1))[0];
