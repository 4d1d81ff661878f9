import type { Pool } from 'pg';
import type { BusPosition, Publisher, TriggerSource } from './publisher';

/**
 * Checks whether the bus' store is the one to which triggers were published, and was not reset; if not, publishes a
 * trigger for each of `unfinished` once (the other streams are processed). Returns the number of triggers. Idempotent;
 * rejects if the bus is unreachable.
 */
export async function refillBus(pool: Pool, publisher: Publisher, unfinished: () => Promise<readonly string[]>): Promise<number> {
  const position = await publisher.position?.();
  if (!position || !(await isBehind(pool, position))) return 0;
  const triggers = await lastEvents(pool, await unfinished());
  await Promise.all(triggers.map((event) => publisher.publish(event)));
  await remember(pool, position);
  return triggers.length;
}

/** Stores a position that has advanced; true if it is behind the stored one. */
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

async function lastEvents(pool: Pool, streams: readonly string[]): Promise<readonly TriggerSource[]> {
  const { rows } = await pool.query<TriggerSource>(
    `SELECT e.id, e.family, e.type, e.stream, e.version FROM unnest($1::text[]) AS wanted(stream)
     CROSS JOIN LATERAL (SELECT * FROM event WHERE event.stream = wanted.stream ORDER BY version DESC LIMIT 1) AS e`,
    [streams],
  );
  return rows;
}
