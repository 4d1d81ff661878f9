import { databaseDependency } from '@alloy/event-store';
import { retry } from '@alloy/runtime';

const RETRY_MS = 250;

/**
 * Resolves when Postgres accepts a connection; calls `onWaiting` once with the reason for waiting. Rejects with the
 * last failure after `patienceMs`, immediately if the failure is permanent.
 */
export async function waitForDatabase(databaseUrl: string, patienceMs: number, onWaiting: (why: string) => void): Promise<void> {
  const { title, probe, isTemporary } = databaseDependency(databaseUrl);
  await retry(probe, {
    delayMs: RETRY_MS, withinMs: patienceMs, isRetryable: isTemporary,
    onRetry: (error, failures) => failures === 1 && onWaiting(`${title}: ${(error as Error).message}`),
  });
}
