import type { ClientBase, Pool } from 'pg';
import type { Outbox, RouteTrouble, Waiting } from './outbox';

const CURSOR = 'notifier';

interface Row {
  readonly route: string;
  readonly seq: string;
  readonly event_id: string;
  readonly message: unknown;
  readonly attempts: number;
}

/** The outbox in the tables `delivery`, `delivery_route` and `delivery_thread`. */
export const postgresOutbox = (pool: Pool): Outbox => ({
  async queuedUpTo() {
    const { rows } = await pool.query<{ seq: string }>('SELECT seq FROM projection_cursor WHERE name = $1 AND generation = 1', [CURSOR]);
    return Number(rows[0]?.seq ?? 0);
  },
  queue: (messages, upTo) => inTransaction(pool, async (client) => {
    if (messages.length > 0) await client.query(insertMessages, [JSON.stringify(messages)]);
    await client.query(moveCursor, [CURSOR, upTo]);
  }),
  async dueRoutes() {
    const { rows } = await pool.query<{ route: string }>(`SELECT route FROM (${firsts}) AS first WHERE due_at <= clock_timestamp() ORDER BY due_at`);
    return rows.map(({ route }) => route);
  },
  async first(route) {
    const { rows } = await pool.query<Row>(`SELECT * FROM (SELECT * FROM delivery WHERE route = $1 ORDER BY seq LIMIT 1) AS first WHERE due_at <= clock_timestamp()`, [route]);
    return rows[0] && waitingOf(rows[0]);
  },
  async nextDueInMs() {
    const { rows } = await pool.query<{ ms: string | null }>(`SELECT extract(epoch FROM min(due_at) - clock_timestamp()) * 1000 AS ms FROM (${firsts}) AS first WHERE due_at > clock_timestamp()`);
    const ms = rows[0]?.ms ?? null;
    return ms === null ? null : Math.max(0, Math.ceil(Number(ms)));
  },
  settle: ({ eventId, route, seq }, givenUp) => inTransaction(pool, async (client) => {
    await client.query('INSERT INTO notification (event_id, route, given_up) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [eventId, route, givenUp ?? null]);
    await client.query('DELETE FROM delivery WHERE route = $1 AND seq = $2', [route, seq]);
  }),
  async postpone({ route, seq }, delayMs, failed = true) {
    await pool.query(later, [route, seq, Math.ceil(delayMs), failed ? 1 : 0]);
  },
  async forget(route) {
    await pool.query('DELETE FROM delivery WHERE route = $1', [route]);
    await pool.query('DELETE FROM delivery_route WHERE route = $1', [route]);
  },
  async trouble(route) {
    const { rows } = await pool.query<RouteTrouble>('SELECT state, settings, why FROM delivery_route WHERE route = $1', [route]);
    return rows[0];
  },
  async setTrouble(route, trouble) {
    const { rowCount } = trouble
      ? await pool.query(writeTrouble, [route, trouble.settings, trouble.state, trouble.why])
      : await pool.query('DELETE FROM delivery_route WHERE route = $1', [route]);
    return rowCount === 1;
  },
  async countTroubles() {
    const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM delivery_route');
    return rows[0]!.count;
  },
  async forgetTold(days, limit) {
    const told = await pool.query(forgetOld('notification', 'told_at'), [days, limit]);
    const threads = await pool.query(forgetOld('delivery_thread', 'created_at'), [days, limit]);
    const waited = await pool.query(forgetOld('delivery', 'queued_at'), [days, limit]);
    return (told.rowCount ?? 0) + (threads.rowCount ?? 0) + (waited.rowCount ?? 0);
  },
  async thread(route, releaseId) {
    const { rows } = await pool.query<{ thread: string }>('SELECT thread FROM delivery_thread WHERE route = $1 AND release_id = $2', [route, releaseId]);
    return rows[0]?.thread;
  },
  async keepThread(route, releaseId, thread) {
    await pool.query('INSERT INTO delivery_thread (route, release_id, thread) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [route, releaseId, thread]);
  },
});

const waitingOf = (row: Row): Waiting => ({ eventId: row.event_id, seq: Number(row.seq), route: row.route, message: row.message, attempts: row.attempts });

const firsts = 'SELECT DISTINCT ON (route) route, due_at FROM delivery ORDER BY route, seq';

const insertMessages = `
  INSERT INTO delivery (route, seq, event_id, message)
  SELECT route, seq, "eventId", message FROM jsonb_to_recordset($1::jsonb) AS given (route text, seq bigint, "eventId" uuid, message jsonb)
  WHERE NOT EXISTS (SELECT FROM notification WHERE notification.event_id = "eventId" AND notification.route = given.route)
  ON CONFLICT DO NOTHING`;

const forgetOld = (table: 'notification' | 'delivery_thread' | 'delivery', time: 'told_at' | 'created_at' | 'queued_at'): string =>
  `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${time} < clock_timestamp() - $1 * interval '1 day' ORDER BY ${time} LIMIT $2))`;

const moveCursor = `
  INSERT INTO projection_cursor AS at (name, generation, seq) VALUES ($1, 1, $2)
  ON CONFLICT (name, generation) DO UPDATE SET seq = greatest(at.seq, EXCLUDED.seq)`;

const later = `UPDATE delivery SET attempts = attempts + $4, due_at = clock_timestamp() + $3 * interval '1 millisecond' WHERE route = $1 AND seq = $2`;

const writeTrouble = `
  INSERT INTO delivery_route AS at (route, settings, state, why) VALUES ($1, $2, $3, $4)
  ON CONFLICT (route) DO UPDATE SET settings = EXCLUDED.settings, state = EXCLUDED.state, why = EXCLUDED.why, since = clock_timestamp()
  WHERE (at.settings, at.state) IS DISTINCT FROM (EXCLUDED.settings, EXCLUDED.state)`;

async function inTransaction(pool: Pool, work: (client: ClientBase) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
