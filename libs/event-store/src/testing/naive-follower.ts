import type { Pool } from 'pg';

/** Follows the log incorrectly, by a cursor on the identity column, to show why the relay orders by transactions. */
export class NaiveFollower {
  /** `stream@version` of all events that it has read. */
  readonly seen: string[] = [];
  private position = '0';

  constructor(private readonly pool: Pool) {}

  async follow(): Promise<void> {
    const { rows } = await this.pool.query<{ key: string; position: string }>(
      `SELECT stream || '@' || version AS key, position FROM event WHERE position > $1 ORDER BY position`,
      [this.position],
    );
    this.seen.push(...rows.map((row) => row.key));
    this.position = rows.at(-1)?.position ?? this.position;
  }
}
