import type { Context, UnplannedState } from '../state';

type Waiting = Context['waiting'][number];
type Place = { readonly releaseId: string; readonly requestedAt: string };

/** The order of the queue: by time, then by id. */
const before = (a: Place, b: Place): boolean => (a.requestedAt === b.requestedAt ? a.releaseId < b.releaseId : a.requestedAt < b.requestedAt);

const others = (state: Place, context: Context): readonly Waiting[] => context.waiting.filter(({ releaseId }) => releaseId !== state.releaseId);

/** Who is in the way: the slot's holder, or else the oldest release that was requested earlier and waits too. */
export function inTheWay(state: UnplannedState, context: Context): string | undefined {
  const { holder } = context.slot;
  if (holder !== null && holder !== state.releaseId) return holder;
  return others(state, context).filter((other) => before(other, state)).sort((a, b) => (before(a, b) ? -1 : 1))[0]?.releaseId;
}

/** The newest release that was requested later and waits, if any. */
export const newestAfter = (state: Place, context: Context): Waiting | undefined =>
  others(state, context).filter((other) => before(state, other)).sort((a, b) => (before(a, b) ? 1 : -1))[0];
