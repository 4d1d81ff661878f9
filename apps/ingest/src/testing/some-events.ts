import type { NewEvent } from '@alloy/contracts';
import { MemoryEventStore, newEventId, type EventStore } from '@alloy/event-store';

/** A log in memory, for what only reads it. */
export const emptyLog = (): EventStore => new MemoryEventStore({ now: () => 0 });

const eventOf = (project: string, reason: string): NewEvent => ({
  id: newEventId(), type: 'AbortRequested', schema: 1, family: 'intent', project, environment: 'production', actor: { kind: 'user', id: 'demo' },
  correlationId: 'r', causationId: null, traceparent: null, data: { reason },
});

/** Appends events of this project, one for each reason, to a stream that is no release's. */
export const tell = (store: Pick<EventStore, 'append'>, project: string, ...reasons: readonly string[]): Promise<unknown> =>
  store.append([{ stream: `test-${project}`, expected: 'any', events: reasons.map((reason) => eventOf(project, reason)) }]);

/** What a client has read of a live feed. */
export interface Told {
  readonly cursor: string;
  readonly project: string;
  readonly reason: string;
}

/** The events of a text in the format of server-sent events, as far as they are whole; comments are left out. */
export const readFrames = (text: string): readonly Told[] =>
  text.split('\n\n').slice(0, -1).flatMap((frame) => {
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    if (data === undefined) return [];
    const { cursor, project, data: payload } = JSON.parse(data) as { cursor: string; project: string; data: { reason: string } };
    if (!frame.startsWith(`id: ${cursor}\n`)) throw new Error('a frame whose id is not its cursor');
    return [{ cursor, project, reason: payload.reason }];
  });
