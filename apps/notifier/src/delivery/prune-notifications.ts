import type { Outbox } from '@alloy/ledger';

const BATCH = 1_000;

/**
 * Deletes records of notifications sent more than `days` ago, in batches to keep transactions short. Returns the number
 * of deleted records.
 */
export async function pruneNotifications(outbox: Pick<Outbox, 'forgetSent'>, days: number): Promise<number> {
  for (let forgotten = 0; ; ) {
    const batch = await outbox.forgetSent(days, BATCH);
    forgotten += batch;
    if (batch === 0) return forgotten;
  }
}
