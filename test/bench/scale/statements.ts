import type { Pool } from 'pg';

/** Settings for `Installation.postgresSettings`. */
export const countingSettings: readonly string[] = [
  'shared_preload_libraries=pg_stat_statements',
  'pg_stat_statements.max=10000',
  'pg_stat_statements.track=top',
];

export interface Statement {
  readonly service: string;
  readonly text: string;
  readonly calls: number;
  readonly ms: number;
}

/**
 * Counts each statement of a service with pg_stat_statements, including BEGIN and COMMIT.
 * Statements inside functions do not count.
 */
export class Statements {
  private constructor(private readonly pool: Pool) {}

  static async on(pool: Pool): Promise<Statements> {
    await pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    return new Statements(pool);
  }

  async reset(): Promise<void> {
    await this.pool.query('SELECT pg_stat_statements_reset()');
  }

  /** The statements since the last reset, most frequent first. Rejects if Postgres has dropped entries. */
  async read(): Promise<readonly Statement[]> {
    const {
      rows: [info],
    } = await this.pool.query<{ dropped: string }>('SELECT dealloc AS dropped FROM pg_stat_statements_info');
    if (info!.dropped !== '0') throw new Error(`pg_stat_statements dropped entries ${info!.dropped} times: raise pg_stat_statements.max`);
    const { rows } = await this.pool.query<{ role: string; text: string; calls: string; ms: number }>(
      `SELECT rolname AS role, query AS text, sum(calls) AS calls, sum(total_exec_time) AS ms
       FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
       WHERE rolname LIKE 'alloy\\_%' GROUP BY rolname, query ORDER BY sum(calls) DESC`,
    );
    return rows.map(({ role, text, calls, ms }) => ({
      service: role.replace(/^alloy_/, ''),
      text: text.replace(/\s+/g, ' ').trim(),
      calls: Number(calls),
      ms,
    }));
  }
}
