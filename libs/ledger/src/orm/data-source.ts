import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { borrowedPool } from './borrowed-pool';
import { entities } from './entities';

/** TypeORM on a pool that its creator ends. No synchronisation, no extensions, and never an append. */
export const createDataSource = (pool: Pool): DataSource =>
  new DataSource({ type: 'postgres', driver: borrowedPool(pool), nativeDriver: {}, entities, installExtensions: false });
