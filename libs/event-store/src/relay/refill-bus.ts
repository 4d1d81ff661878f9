import type { Pool } from 'pg';
import type { BusPosition, Publisher, WakeOf } from './publisher';

/**
 * Looks whether the bus' store is the one that wakes were published to, and not set back; if not, wakes each of `unfinished` once (the rest was acted upon).
 * How many wakes that took. Idempotent; rejects if the bus can't be reached.
 */
export async function refillBus(pool: Pool, publisher: Publisher, unfinished: () => Promise<readonly string[]>): Promise<number> {
  const position = await publisher.position?.();
  if (!position || !(await isBehind(pool, position))) return 0;
  const wakes = await lastEvents(pool, await unfinished());
  await Promise.all(wakes.map((event) => publisher.publish(event)));
  await remember(pool, position);
  return wakes.length;
}

/** Remembers a position that has moved on; true if it is behind the one remembered. */
async function isBehind(pool: Pool, { store, last }: BusPosition): Promise<boolean> {
  const { rows } = await pool.query<{ bus: string | null; bus_last: string }>('SELECT bus, bus_last FROM relay_published');
  const known = rows[0]!;
  if (known.bus !== store || Number(known.bus_last) > last) return true;
  if (Number(known.bus_last) < last) await remember(pool, { store, last });
  return false;
}

async function remember(pool: Pool, { store, last }: BusPosition): Promise<void> {
  await pool.query('UPDATE relay_published SET bus = $1, bus_last = $2', [store, last]);
}

async function lastEvents(pool: Pool, streams: readonly string[]): Promise<readonly WakeOf[]> {
  const { rows } = await pool.query<WakeOf>(
    `SELECT e.id, e.family, e.type, e.stream, e.version FROM unnest($1::text[]) AS wanted(stream)
     CROSS JOIN LATERAL (SELECT * FROM event WHERE event.stream = wanted.stream ORDER BY version DESC LIMIT 1) AS e`,
    [streams],
  );
  return rows;
}
