import { backOffMs, sleep } from '@alloy/runtime';
import type { Pool } from 'pg';
import type { AsyncView } from './async-view';

const PAUSES = { firstMs: 5, mostMs: 80 };

export interface CatchUp {
  readonly pool: Pool;
  readonly view: AsyncView;
  /** Called while the view is behind. */
  readonly trigger: () => void;
  readonly patienceMs: number;
}

/** Whether, within `patienceMs`, a view contains all events that were committed before this call. */
export async function catchUp({ pool, view, trigger, patienceMs }: CatchUp): Promise<boolean> {
  const end = await endOfLog(pool);
  if (end === undefined) return true;
  const until = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    if (await holds(pool, view, end)) return true;
    if (performance.now() >= until) return false;
    trigger();
    await sleep(backOffMs(PAUSES, attempt));
  }
}

interface Place {
  readonly stream: string;
  readonly version: number;
}

/** The relay assigns seqs in this order, so a view that contains the last event contains all. */
async function endOfLog(pool: Pool): Promise<Place | undefined> {
  const { rows } = await pool.query<Place>(
    'SELECT stream, version FROM event ORDER BY epoch DESC, transaction_id DESC, position DESC LIMIT 1',
  );
  return rows[0];
}

async function holds(pool: Pool, view: AsyncView, { stream, version }: Place): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM event_order o JOIN projection_cursor c ON c.seq >= o.seq WHERE o.stream = $1 AND o.version = $2 AND c.name = $3
      AND c.generation = $4`,
    [stream, version, view.name, view.generation ?? 1],
  );
  return rowCount === 1;
}
