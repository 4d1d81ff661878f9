import { encodeCursor } from '../requests/cursor';

/** What a cursor of an event stands for. */
export const placeOf = (seq: number): string => `seq:${seq}`;

/** A position in the order of all events, as clients keep it; opaque to them. `seq` 0 is before the first. */
export const cursorOf = (seq: number): string => encodeCursor(placeOf(seq));

/** Reads what a cursor stands for; undefined if it is none of an event. */
export function seqOf(place: string): number | undefined {
  const match = /^seq:(0|[1-9][0-9]{0,14})$/.exec(place);
  return match ? Number(match[1]) : undefined;
}
