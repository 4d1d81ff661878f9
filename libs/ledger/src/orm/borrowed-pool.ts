import type { Pool } from 'pg';

/** The part of the package `pg` that TypeORM's postgres driver needs: a constructor of pools. */
export interface PgDriver {
  readonly Pool: new () => Pick<Pool, 'connect'>;
}

/**
 * A replacement for `pg` whose only pool is the given one, borrowed: TypeORM checks connections out and returns them.
 * TypeORM cannot end the pool, and its handler for pool errors is not attached, because the creator of the pool has
 * attached one.
 */
export function borrowedPool(pool: Pool): PgDriver {
  class BorrowedPool {
    readonly connect = pool.connect.bind(pool) as Pool['connect'];

    on(): this {
      return this;
    }

    end(ended: () => void): void {
      ended();
    }
  }
  return { Pool: BorrowedPool };
}
