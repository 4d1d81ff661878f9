import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { eventually } from '../../../../test/support/eventually';
import { Relay, type RelayOptions } from '../relay/relay';
import { relayLag } from '../relay/relay-lag';

/** A relay for tests; every option can be given. It publishes to nobody. */
export function aRelay(options: Partial<RelayOptions> & { readonly pool: Pool }): Relay {
  const onError = (error: unknown): void => {
    throw error;
  };
  return new Relay({ holder: randomUUID(), publisher: { publish: async () => {} }, unfinished: async () => [], onError, ...options });
}

/** A relay that orders by itself, every 10 ms and whenever it is poked, until it is stopped. What fails is tried again: whoever waits for the order sees it. */
export function runningRelay(pool: Pool): Relay {
  const relay = aRelay({ pool, pollMs: 10, onError: () => undefined });
  relay.start();
  return relay;
}

/** Orders until nothing is left; another database's open transaction on the same server may hold it back for a while. */
export async function orderAll(pool: Pool, relay: Relay): Promise<void> {
  await eventually(async () => {
    await relay.order();
    const { unordered } = await relayLag(pool);
    if (unordered > 0) throw new Error(`${unordered} events have no seq`);
  });
}
