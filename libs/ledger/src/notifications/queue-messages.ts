import type { EntityManager } from 'typeorm';
import type { Waiting } from './outbox';

const CURSOR = 'notifier';

/**
 * One statement, so that a message that is sent concurrently is not queued again; TypeORM has no INSERT from a SELECT.
 */
const INSERT = `
  INSERT INTO delivery (route, seq, event_id, message)
  SELECT route, seq, "eventId", message FROM jsonb_to_recordset($1::jsonb) AS given (route text, seq bigint, "eventId" uuid, message jsonb)
  WHERE NOT EXISTS (SELECT FROM notification WHERE notification.event_id = "eventId" AND notification.route = given.route)
  ON CONFLICT DO NOTHING`;

const READ_CURSOR = 'SELECT seq FROM projection_cursor WHERE name = $1 AND generation = 1';
/** A cursor of the event store; TypeORM's upsert can only set the new value, and this one keeps the greater. */
const MOVE_CURSOR = `
  INSERT INTO projection_cursor AS at (name, generation, seq) VALUES ($1, 1, $2)
  ON CONFLICT (name, generation) DO UPDATE SET seq = greatest(at.seq, EXCLUDED.seq)`;

/** Appends the messages that were not sent yet to the queues of their routes. */
export async function queueMessages(manager: EntityManager, messages: ReadonlyArray<Omit<Waiting, 'attempts'>>): Promise<void> {
  if (messages.length > 0) await manager.query(INSERT, [JSON.stringify(messages)]);
}

/** The last queued seq of the log; 0: none. */
export async function readCursor(manager: EntityManager): Promise<number> {
  const [cursor] = await manager.query<{ readonly seq: string }[]>(READ_CURSOR, [CURSOR]);
  return Number(cursor?.seq ?? 0);
}

/** Never moves back. */
export async function moveCursor(manager: EntityManager, upTo: number): Promise<void> {
  await manager.query(MOVE_CURSOR, [CURSOR, upTo]);
}
