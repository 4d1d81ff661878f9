import type { Pool } from 'pg';

/** What TypeORM's postgres driver needs of the package `pg`: a constructor of pools. */
export interface PgDriver {
  readonly Pool: new () => Pick<Pool, 'connect'>;
}

/**
 * A stand-in for `pg` whose one pool is the given one, lent: TypeORM checks connections out and hands them back.
 * It cannot end the pool, and its handler for pool errors is not attached, since the pool's maker has attached one.
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
