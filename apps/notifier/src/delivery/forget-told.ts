import type { Outbox } from '@alloy/ledger';

const BATCH = 1_000;

/** Forgets what was told more than so many days ago, in batches, so that no transaction is long. Gives how much that was. */
export async function forgetTold(outbox: Pick<Outbox, 'forgetTold'>, days: number): Promise<number> {
  for (let forgotten = 0; ; ) {
    const batch = await outbox.forgetTold(days, BATCH);
    forgotten += batch;
    if (batch === 0) return forgotten;
  }
}
