import { setTimeout as delay } from 'node:timers/promises';
import type { OrderedEvent, Upcasters } from '@alloy/contracts';
import type { Pool, PoolClient } from 'pg';
import { readBySeq } from '../postgres/read-events';
import { foldBatch, inTransaction } from './advance-view';
import type { AsyncView } from './async-view';

export interface RebuildProgress {
  /** Last folded seq. */
  readonly seq: number;
  /** Last seq of the log when it was last read. */
  readonly target: number;
}

/** Rows of both tables at the same position of the log. */
export interface Comparison {
  readonly live: number;
  readonly rebuilt: number;
  readonly onlyLive: number;
  readonly onlyRebuilt: number;
}

export interface RebuildOptions {
  readonly pool: Pool;
  readonly view: AsyncView;
  /** Default: events are passed as written. */
  readonly upcasters?: Upcasters | undefined;
  /** False: the new view is only compared, then dropped; default true. */
  readonly swap?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: RebuildProgress) => Promise<void>;
  /** Events per transaction; default 2000. */
  readonly batch?: number;
  /** How long to wait for a live view that is behind; default 10 000 ms. */
  readonly patienceMs?: number;
}

/** A rebuild of the same view is already running. */
export class RebuildRunning extends Error {
  readonly code = 'rebuild_running';
  constructor(readonly view: string) {
    super(`${view} is already being rebuilt`);
    this.name = 'RebuildRunning';
  }
}

const POLL_MS = 50;
const BATCH = 2_000;

/**
 * Builds a view from the start of the log in parallel to the live one, compares the two at the same position of the
 * log, and replaces the live one. The live view stays in use meanwhile, and is kept if anything fails. Uses at most
 * three connections of the pool. Returns the comparison; undefined: the live view is behind and does not move. Rejects
 * with `RebuildRunning`, with the upcaster's error for an unknown event, or with the signal's reason.
 */
export async function rebuildView(options: RebuildOptions): Promise<Comparison | undefined> {
  const { pool, signal, view: { name } } = options;
  signal?.throwIfAborted();
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('rebuild/' || $1, 0)) AS locked`,
      [name],
    );
    if (!rows[0]!.locked) throw new RebuildRunning(name);
    return await rebuild(client, options);
  } finally {
    await client.query('SELECT pg_advisory_unlock_all()').then(() => client.release(), (error: Error) => client.release(error));
  }
}

async function rebuild(client: PoolClient, options: RebuildOptions): Promise<Comparison | undefined> {
  const { pool, view: { name }, swap = true } = options;
  try {
    await client.query('SELECT begin_rebuild($1)', [name]);
    await foldTo(client, options, await lastSeq(pool));
    const comparison = await compareAtOnePlace(client, options);
    await client.query(swap ? 'SELECT swap_rebuild($1)' : 'SELECT drop_rebuild($1)', [name]);
    return comparison;
  } catch (error) {
    await client.query('SELECT drop_rebuild($1)', [name]).catch(() => undefined);
    throw error;
  }
}

/**
 * Reads the next batch while this one is folded. This process holds the lock, so no other process moves the cursor of
 * the rebuilt view.
 */
async function foldTo(client: PoolClient, options: RebuildOptions, target: number): Promise<void> {
  const { pool, view, upcasters, signal, batch = BATCH, onProgress } = options;
  const read = (after: number): Promise<readonly OrderedEvent[]> => readBySeq(pool, { after, limit: Math.min(batch, target - after) });
  let { rebuilt: seq } = await places(pool, view.name);
  for (let next = seq < target ? read(seq) : undefined; next; ) {
    signal?.throwIfAborted();
    const events = await next;
    const last = events.at(-1);
    if (!last) throw new Error(`${view.name}: the order ends at ${seq}, before ${target}`);
    seq = last.seq;
    next = seq < target ? read(seq) : undefined;
    // Awaited in the next iteration; until then a failure must not count as unhandled.
    next?.catch(() => undefined);
    await fold(client, view, events, upcasters);
    await onProgress?.({ seq, target });
  }
}

async function fold(client: PoolClient, view: AsyncView, events: readonly OrderedEvent[], upcasters: Upcasters | undefined): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL search_path = rebuild, public');
    await foldBatch(client, { ...view, generation: 2 }, events, upcasters);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Both views move by seq, so they can be compared in a snapshot in which both have the same seq. */
async function compareAtOnePlace(client: PoolClient, options: RebuildOptions): Promise<Comparison | undefined> {
  const { pool, view: { name }, signal, patienceMs = 10_000 } = options;
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    signal?.throwIfAborted();
    const { live, rebuilt } = await places(pool, name);
    if (live > rebuilt) await foldTo(client, options, live);
    if (live < rebuilt) await delay(POLL_MS);
    const comparison = await compareNow(client, options);
    if (comparison) return comparison;
  }
  return undefined;
}

async function compareNow(client: PoolClient, options: RebuildOptions): Promise<Comparison | undefined> {
  const { name } = options.view;
  try {
    const { live, rebuilt } = await snapshotAtOnePlace(client, options);
    if (live !== rebuilt) return undefined;
    const [a, b] = [`public.${client.escapeIdentifier(name)}`, `rebuild.${client.escapeIdentifier(name)}`];
    const { rows } = await client.query<Comparison>(`
      SELECT (SELECT count(*) FROM ${a})::integer AS live, (SELECT count(*) FROM ${b})::integer AS rebuilt,
        (SELECT count(*) FROM (TABLE ${a} EXCEPT ALL TABLE ${b}) AS d)::integer AS "onlyLive",
        (SELECT count(*) FROM (TABLE ${b} EXCEPT ALL TABLE ${a}) AS d)::integer AS "onlyRebuilt"`);
    return rows[0]!;
  } finally {
    await client.query('ROLLBACK');
  }
}

/**
 * Locks the live view's cursor until the rebuilt view has caught up and `client` has its snapshot. No longer: a lock
 * delays the order of the log.
 */
function snapshotAtOnePlace(client: PoolClient, options: RebuildOptions): Promise<Places> {
  const { pool, view: { name } } = options;
  return inTransaction(pool, async (holder) => {
    const { rows } = await holder.query<{ seq: string }>(
      'SELECT seq FROM projection_cursor WHERE name = $1 AND generation = 1 FOR UPDATE',
      [name],
    );
    await foldTo(client, { ...options, batch: BATCH }, Number(rows[0]?.seq ?? 0));
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return places(client, name);
  });
}

interface Places {
  readonly live: number;
  readonly rebuilt: number;
}

/** The cursors of the live view and of the rebuilt one. */
async function places(connection: Pool | PoolClient, name: string): Promise<Places> {
  const { rows } = await connection.query<{ generation: number; seq: string }>(
    'SELECT generation, seq FROM projection_cursor WHERE name = $1',
    [name],
  );
  const of = (generation: number): number => Number(rows.find((row) => row.generation === generation)?.seq ?? 0);
  return { live: of(1), rebuilt: of(2) };
}

async function lastSeq(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ seq: string }>('SELECT coalesce(max(seq), 0) AS seq FROM event_order');
  return Number(rows[0]!.seq);
}
