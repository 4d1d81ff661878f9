import type { OrderedEvent } from '@alloy/contracts';
import { cursorOf } from './event-cursor';

/** An event as clients get it: with its cursor instead of its place in the order. */
export const shownEvent = ({ seq, ...event }: OrderedEvent) => ({ cursor: cursorOf(seq), ...event });

/** An event as server-sent event, whose id is the cursor. */
export const frameOf = (event: OrderedEvent): string => `id: ${cursorOf(event.seq)}\ndata: ${JSON.stringify(shownEvent(event))}\n\n`;

/** Says only where a follower stands: one that breaks off before its first event goes on from here. */
export const placeFrame = (seq: number): string => `id: ${cursorOf(seq)}\n\n`;

/** A comment, which every client ignores: it shows both ends that the other is there. */
export const HEARTBEAT = ':\n\n';
