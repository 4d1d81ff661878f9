import type { NewEvent } from '@alloy/contracts';
import { MemoryEventStore, newEventId, type EventStore } from '@alloy/event-store';

/** An empty log in memory, for readers. */
export const emptyLog = (): EventStore => new MemoryEventStore({ now: () => 0 });

const eventOf = (project: string, reason: string): NewEvent => ({
  id: newEventId(),
  type: 'AbortRequested',
  schema: 1,
  family: 'intent',
  project,
  environment: 'production',
  actor: { kind: 'user', id: 'demo' },
  correlationId: 'r',
  causationId: null,
  traceparent: null,
  data: { reason },
});

/** Appends events of this project, one for each reason, to a stream that is not a release's. */
export const appendReasons = (store: Pick<EventStore, 'append'>, project: string, ...reasons: readonly string[]): Promise<unknown> =>
  store.append([{ stream: `test-${project}`, expected: 'any', events: reasons.map((reason) => eventOf(project, reason)) }]);

/** An event that a client has read from a live feed. */
export interface ReceivedEvent {
  readonly cursor: string;
  readonly project: string;
  readonly reason: string;
}

/** The complete events of a text in the format of server-sent events, without comments. */
export const readFrames = (text: string): readonly ReceivedEvent[] =>
  text.split('\n\n').slice(0, -1).flatMap((frame) => {
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    if (data === undefined) return [];
    const { cursor, project, data: payload } = JSON.parse(data) as { cursor: string; project: string; data: { reason: string } };
    if (!frame.startsWith(`id: ${cursor}\n`)) throw new Error('a frame whose id is not its cursor');
    return [{ cursor, project, reason: payload.reason }];
  });
