import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** TypeORM on the ledger's pool, loaded and initialised on first use, so that a service without it does not load it. */
export interface Orm {
  /** The only data source. Rejects while Postgres is unreachable; the next call tries again. */
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
