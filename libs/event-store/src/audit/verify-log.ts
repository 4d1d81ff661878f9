import type { KeyObject } from 'node:crypto';
import { type AuditReport, checkCheckpoints, Findings, LogWalk, type SignedCheckpoint } from '@alloy/audit';
import type { ClientBase, Pool } from 'pg';
import { EVENT_COLUMNS, fromRow, type EventRow } from '../postgres/event-row';
import { readCheckpoints } from './checkpoint-table';

export interface VerifyLogOptions {
  readonly pool: Pool;
  /** Public keys by their ids. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** The file's checkpoints. */
  readonly file: readonly SignedCheckpoint[];
}

const BATCH = 1_000;
const ORDERED = `
  SELECT o.seq, o.stream AS "orderedStream", o.version AS "orderedVersion", ${EVENT_COLUMNS}
  FROM event_order o LEFT JOIN event e USING (stream, version) WHERE o.seq > $1 ORDER BY o.seq LIMIT $2`;
/** Events without a position in the order: not relayed yet, or their position was deleted. */
const UNORDERED = `
  SELECT ${EVENT_COLUMNS} FROM event e
  WHERE NOT EXISTS (SELECT FROM event_order o WHERE o.stream = e.stream AND o.version = e.version) AND (e.stream, e.version) > ($1, $2)
  ORDER BY e.stream, e.version LIMIT $3`;

/**
 * Hashes the whole log again, in its order and in one snapshot, and compares it with every checkpoint.
 * Takes about 20 µs of this process' time per event, in slices of 1,000; memory: one entry per stream. Read-only.
 */
export async function verifyLog({ pool, keys, file }: VerifyLogOptions): Promise<AuditReport> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const findings = new Findings();
    const checkpoints = checkCheckpoints(await readCheckpoints(client), file, keys, findings);
    const walk = new LogWalk(checkpoints, findings);
    await walkOrdered(client, walk);
    await walkUnordered(client, walk);
    return {
      ok: findings.count === 0, at: rows[0]!.now.toISOString(), events: walk.events, streams: walk.streams, checkpoints: checkpoints.length,
      signedUpTo: walk.signedUpTo, findings: findings.list, foundInAll: findings.count,
    };
  } finally {
    await client.query('ROLLBACK').then(() => client.release(), (error: Error) => client.release(error));
  }
}

async function walkOrdered(client: ClientBase, walk: LogWalk): Promise<void> {
  type Row = { readonly seq: string; readonly orderedStream: string; readonly orderedVersion: number } & (
    EventRow | { readonly stream: null }
  );
  for (let after = '0'; ; ) {
    const { rows } = await client.query<Row>(ORDERED, [after, BATCH]);
    for (const row of rows) {
      const place = { seq: Number(row.seq), stream: row.orderedStream, version: row.orderedVersion };
      walk.ordered(place, row.stream === null ? undefined : fromRow(row));
    }
    const last = rows.at(-1);
    if (!last) return walk.endOfOrder();
    after = last.seq;
  }
}

async function walkUnordered(client: ClientBase, walk: LogWalk): Promise<void> {
  for (let after: readonly [string, number] = ['', 0]; ; ) {
    const { rows } = await client.query<EventRow>(UNORDERED, [...after, BATCH]);
    for (const row of rows) walk.unordered(fromRow(row));
    const last = rows.at(-1);
    if (!last) return;
    after = [last.stream, last.version];
  }
}
