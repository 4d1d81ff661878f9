import type { Head } from '@alloy/audit';
import type { ClientBase } from 'pg';

const HEADS = {
  name: 'event-heads',
  text: `
    SELECT wanted.stream, head.version, head.hash, clock_timestamp() AS now
    FROM unnest($1::text[]) AS wanted(stream)
    LEFT JOIN LATERAL (SELECT version, hash FROM event WHERE event.stream = wanted.stream ORDER BY version DESC LIMIT 1) AS head ON true`,
};

export interface Heads {
  readonly heads: ReadonlyMap<string, Head>;
  /** Postgres' clock, ISO 8601. */
  readonly now: string;
}

/** Where the streams stand (absent: new), and what time it is; `streams` is not empty. Reads without a lock: a lock would take a transaction id too early. */
export async function readHeads(client: ClientBase, streams: readonly string[]): Promise<Heads> {
  type Row = { stream: string; version: number | null; hash: string | null; now: Date };
  const { rows } = await client.query<Row>({ ...HEADS, values: [streams] });
  const heads = rows.flatMap(({ stream, version, hash }) => (version === null || hash === null ? [] : [[stream, { version, hash }] as const]));
  return { heads: new Map(heads), now: rows[0]!.now.toISOString() };
}
