import { z } from 'zod';

/** Who caused an event: a user, a CI pipeline, or one of Alloy's services. */
export const actorSchema = z.object({ kind: z.enum(['user', 'ci', 'service', 'system']), id: z.string().min(1) });
export type Actor = z.infer<typeof actorSchema>;

/** Which of the four families an event belongs to; only the planner writes decisions. */
export const eventFamilies = ['intent', 'decision', 'outcome', 'finding'] as const;
export type EventFamily = (typeof eventFamilies)[number];

/**
 * An event before it is appended, with all fields that the writer sets.
 * The store adds `version`, `occurredAt` and `hash`.
 */
export interface NewEvent<T extends string = string, D = unknown> {
  /** UUIDv7; a second append of the same id is refused, so a writer may retry. */
  readonly id: string;
  readonly type: T;
  /** Version of the payload's shape, from 1; older ones are upcast on read. */
  readonly schema: number;
  readonly family: EventFamily;
  readonly project: string;
  /** Default `production`. */
  readonly environment: string;
  readonly actor: Actor;
  /** The release's id, one for everything that follows from one request; of a project's event, its stream. */
  readonly correlationId: string;
  /** Id of the event that led to this one, if any. */
  readonly causationId: string | null;
  /** W3C trace context of the writer, if any. */
  readonly traceparent: string | null;
  readonly data: D;
}

/** An event as the store returns it. */
export interface StoredEvent<T extends string = string, D = unknown> extends NewEvent<T, D> {
  /** `release-<ULID>` or `project-<id>`. */
  readonly stream: string;
  /** 1.. without gaps within the stream. */
  readonly version: number;
  /** Postgres' clock, ISO 8601 with milliseconds, UTC. */
  readonly occurredAt: string;
  /** Hex SHA-256 over the stream's previous hash and the canonical envelope (RFC 8785). */
  readonly hash: string;
}

/** An event with its position in the total order that cursors, views and followers use. */
export interface OrderedEvent extends StoredEvent {
  /** 1.. without gaps over all streams. */
  readonly seq: number;
}

export const releaseStream = (releaseId: string): string => `release-${releaseId}`;
export const releaseIdOf = (stream: string): string | undefined =>
  stream.startsWith('release-') ? stream.slice('release-'.length) : undefined;
export const projectStream = (projectId: string): string => `project-${projectId}`;
