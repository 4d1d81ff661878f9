import { AuditFolder } from '@alloy/audit';
import { Checkpointer, signingKeyIn, unsignedSeconds, type Relay } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import type { PlannerConfig } from './config';

/** Age of the oldest event without a checkpoint; NaN if no checkpoints are configured. */
export const checkpointAge = ({ ALLOY_AUDIT_DIR }: PlannerConfig, { pool }: Ledger): Promise<number> =>
  ALLOY_AUDIT_DIR === undefined ? Promise.resolve(NaN) : unsignedSeconds(pool);

/** Creates checkpoints of the log in the process that runs the relay; undefined: none are configured. */
export async function createCheckpointer(
  config: PlannerConfig, ledger: Ledger, relay: Relay,
  onError: (error: unknown) => void,
): Promise<Checkpointer | undefined> {
  const { ALLOY_AUDIT_DIR, ALLOY_AUDIT_KEY_FILE, ALLOY_AUDIT_SECONDS } = config;
  if (ALLOY_AUDIT_DIR === undefined || ALLOY_AUDIT_KEY_FILE === undefined) return undefined;
  const folder = new AuditFolder(ALLOY_AUDIT_DIR);
  const key = await signingKeyIn(ALLOY_AUDIT_KEY_FILE);
  await folder.publish(key);
  return new Checkpointer({
    pool: ledger.pool, folder, key,
    active: () => relay.leading !== undefined,
    onError,
    everyMs: ALLOY_AUDIT_SECONDS * 1_000,
  });
}
