import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { eventually } from '../../../../test/support/eventually';
import { Relay, type RelayOptions } from '../relay/relay';
import { relayLag } from '../relay/relay-lag';

/** A relay for tests; every option can be set. Its publisher discards triggers. */
export function aRelay(options: Partial<RelayOptions> & { readonly pool: Pool }): Relay {
  const onError = (error: unknown): void => {
    throw error;
  };
  return new Relay({ holder: randomUUID(), publisher: { publish: async () => {} }, unfinished: async () => [], onError, ...options });
}

/**
 * A relay that orders every 10 ms and after each trigger, until it is stopped. Failures are retried: tests that wait
 * for the order fail if it does not come.
 */
export function runningRelay(pool: Pool): Relay {
  const relay = aRelay({ pool, pollMs: 10, onError: () => undefined });
  relay.start();
  return relay;
}

/** Orders until no event is left; an open transaction of another database on the same server may delay it. */
export async function orderAll(pool: Pool, relay: Relay): Promise<void> {
  await eventually(async () => {
    await relay.order();
    const { unordered } = await relayLag(pool);
    if (unordered > 0) throw new Error(`${unordered} events have no seq`);
  });
}
