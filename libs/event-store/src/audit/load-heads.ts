import { StreamHeads } from '@alloy/audit';
import type { Pool } from 'pg';

const BATCH = 2_000;

interface Row {
  readonly stream: string;
  readonly version: number;
  /** Null: the order refers to an event that does not exist. */
  readonly hash: string | null;
}

const AT = `
  SELECT stream, version, hash
  FROM (SELECT stream, min(seq) AS first, max(version) AS version FROM event_order WHERE seq <= $1 GROUP BY stream) AS heads
  LEFT JOIN event USING (stream, version) ORDER BY first`;
const NEXT =
  `SELECT seq, stream, version, hash FROM event_order LEFT JOIN event USING (stream, version) WHERE seq > $1 AND seq <= $2
    ORDER BY seq LIMIT $3`;

/** The heads of all streams at a position of the total order. */
export async function loadHeads(pool: Pool, seq: number): Promise<StreamHeads> {
  const heads = new StreamHeads();
  const { rows } = await pool.query<Row>(AT, [seq]);
  for (const row of rows) move(heads, row);
  heads.seq = seq;
  return heads;
}

/** Advances the heads to a later position of the order. */
export async function advanceHeads(pool: Pool, heads: StreamHeads, seq: number): Promise<void> {
  while (heads.seq < seq) {
    const { rows } = await pool.query<Row & { seq: string }>(NEXT, [heads.seq, seq, BATCH]);
    for (const row of rows) move(heads, row);
    heads.seq = Number(rows.at(-1)?.seq ?? seq);
  }
}

const move = (heads: StreamHeads, { stream, version, hash }: Row): void => heads.move(stream, { version, hash: hash ?? '' });
