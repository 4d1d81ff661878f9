import { setTimeout as delay } from 'node:timers/promises';
import { countRequests, total, writes } from './audit-counts';
import type { AuditLog } from './audit-log';

const QUIET_MS = 5_000;
const PATIENCE_MS = 90_000;

/**
 * Waits until the services have written nothing to the API server for five seconds; returns false after the time limit.
 */
export async function settled(
  audit: Pick<AuditLog, 'here' | 'between'>,
  { quietMs = QUIET_MS, patienceMs = PATIENCE_MS } = {},
): Promise<boolean> {
  const end = performance.now() + patienceMs;
  do {
    const from = audit.here();
    await delay(quietMs);
    if (total(writes(countRequests(await audit.between(from)))) === 0) return true;
  } while (performance.now() < end);
  return false;
}
