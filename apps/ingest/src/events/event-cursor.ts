import { encodeCursor } from '../requests/cursor';

/** The content of an event's cursor. */
export const placeOf = (seq: number): string => `seq:${seq}`;

/**
 * A position in the order of all events, for clients, which must not interpret it. `seq` 0 is before the first event.
 */
export const cursorOf = (seq: number): string => encodeCursor(placeOf(seq));

/** The seq in a cursor's content; undefined if it is not of an event. */
export function seqOf(place: string): number | undefined {
  const match = /^seq:(0|[1-9][0-9]{0,14})$/.exec(place);
  return match ? Number(match[1]) : undefined;
}
