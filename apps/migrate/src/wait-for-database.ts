import { databaseDependency } from '@alloy/event-store';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 250;

/**
 * Resolves when Postgres accepts a connection; calls `onWaiting` once with the reason for waiting. Rejects with the
 * last failure after `patienceMs`, immediately if the failure is permanent.
 */
export async function waitForDatabase(databaseUrl: string, patienceMs: number, onWaiting: (why: string) => void): Promise<void> {
  const { title, probe, isTemporary } = databaseDependency(databaseUrl);
  const end = performance.now() + patienceMs;
  for (let tries = 0; ; tries += 1) {
    try {
      return await probe();
    } catch (error) {
      if (!isTemporary(error) || performance.now() + RETRY_MS > end) throw error;
      if (tries === 0) onWaiting(`${title}: ${(error as Error).message}`);
      await delay(RETRY_MS);
    }
  }
}
