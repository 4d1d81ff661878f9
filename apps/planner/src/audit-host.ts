import { AuditFolder } from '@alloy/audit';
import { Checkpointer, signingKeyIn, unsignedSeconds, type Relay } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import type { PlannerConfig } from './config';

/** How far the checkpoints are behind; NaN where none are made. */
export const checkpointAge = ({ ALLOY_AUDIT_DIR }: PlannerConfig, { pool }: Ledger): Promise<number> => (ALLOY_AUDIT_DIR === undefined ? Promise.resolve(NaN) : unsignedSeconds(pool));

/** The checkpoints of the log, made where the relay runs; undefined: none are asked for. */
export async function createCheckpointer(config: PlannerConfig, ledger: Ledger, relay: Relay, onError: (error: unknown) => void): Promise<Checkpointer | undefined> {
  const { ALLOY_AUDIT_DIR, ALLOY_AUDIT_KEY_FILE, ALLOY_AUDIT_SECONDS } = config;
  if (ALLOY_AUDIT_DIR === undefined || ALLOY_AUDIT_KEY_FILE === undefined) return undefined;
  const folder = new AuditFolder(ALLOY_AUDIT_DIR);
  const key = await signingKeyIn(ALLOY_AUDIT_KEY_FILE);
  await folder.publish(key);
  return new Checkpointer({ pool: ledger.pool, folder, key, active: () => relay.leading !== undefined, onError, everyMs: ALLOY_AUDIT_SECONDS * 1_000 });
}
