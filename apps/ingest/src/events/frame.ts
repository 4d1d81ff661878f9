import type { OrderedEvent } from '@alloy/contracts';
import { cursorOf } from './event-cursor';

/** An event as clients get it: with its cursor instead of its seq. */
export const shownEvent = ({ seq, ...event }: OrderedEvent) => ({ cursor: cursorOf(seq), ...event });

/** A server-sent event, whose id is the cursor. */
export const frameOf = (event: OrderedEvent): string => `id: ${cursorOf(event.seq)}\ndata: ${JSON.stringify(shownEvent(event))}\n\n`;

/**
 * Contains only the position of a follower, so that a client that is disconnected before its first event continues from
 * here.
 */
export const placeFrame = (seq: number): string => `id: ${cursorOf(seq)}\n\n`;

/** A comment, which clients ignore: it shows both ends that the connection works. */
export const HEARTBEAT = ':\n\n';
