import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** TypeORM on the ledger's pool, loaded and initialised at its first use: who never uses it does not load it. */
export interface Orm {
  /** The one data source. Rejects while Postgres cannot be reached; the next call tries again. */
  source(): Promise<DataSource>;
}

export function ormOn(pool: Pool): Orm {
  let opening: Promise<DataSource> | undefined;
  const open = async (): Promise<DataSource> => {
    const { createDataSource } = await import('./data-source.js');
    return createDataSource(pool).initialize();
  };
  return {
    source: () => (opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    })),
  };
}
