// Jest's global setup does not support path aliases.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetPostgres, startNats, startPostgres, tether } from '../../libs/embedded/src';

/** The only user of the test's nats-server, with all permissions. */
const ADMIN = { name: 'admin', password: 'alloy-test-password' };

export interface Infrastructure {
  /** The owner's URL of the database `postgres`, in which a test creates a separate database. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
  stop(): Promise<void>;
}

/**
 * One real Postgres (without durability) and one real nats-server for a test run; both end with this process, for any
 * reason of its end.
 */
export async function startInfrastructure(): Promise<Infrastructure> {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-test-'));
  const [postgres, nats] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), volatile: true, maxConnections: 300 }),
    startNats({ dir: join(dir, 'nats'), users: [ADMIN] }),
  ]);
  const untether = [tether(postgres.pid), tether(nats.pid)];
  const stop = async (): Promise<void> => {
    await Promise.all([postgres.stop(), nats.stop()]);
    for (const release of untether) release();
    forgetPostgres(join(dir, 'postgres'));
    rmSync(dir, { recursive: true, force: true });
  };
  return { databaseUrl: postgres.url, natsUrl: nats.url.replace('//', `//${ADMIN.name}:${ADMIN.password}@`), stop };
}
