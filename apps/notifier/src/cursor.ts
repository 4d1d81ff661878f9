import type { Ledger } from '@alloy/ledger';

/** How far a route has told the log, by seq; it only moves forward. */
export interface Cursor {
  /** 0 if nothing was told yet. */
  read(): Promise<number>;
  /** Idempotent. */
  move(seq: number): Promise<void>;
}

/** A row of `projection_cursor` of its own. */
export const postgresCursor = (pool: Ledger['pool'], route: string): Cursor => {
  const name = `notifier:${route}`;
  return {
    async read() {
      const { rows } = await pool.query<{ seq: string }>('SELECT seq FROM projection_cursor WHERE name = $1 AND generation = 1', [name]);
      return Number(rows[0]?.seq ?? 0);
    },
    async move(seq) {
      await pool.query(
        `INSERT INTO projection_cursor AS at (name, generation, seq) VALUES ($1, 1, $2)
         ON CONFLICT (name, generation) DO UPDATE SET seq = greatest(at.seq, EXCLUDED.seq)`,
        [name, seq],
      );
    },
  };
};
