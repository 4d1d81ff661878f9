import { releaseStream, type Service } from '@alloy/contracts';
import { Relay, type RelayOptions } from '@alloy/event-store';
import { runningStatuses, unplannedStatuses } from '@alloy/release';
import { randomUUID } from 'node:crypto';
import type { Ledger } from './create-ledger';

const unfinished = [...unplannedStatuses, ...runningStatuses];

/**
 * The relay of this process: assigns the order of committed events and publishes their triggers while it holds the
 * lease. `standby`: only while no other relay does; default false.
 */
export function createRelay(
  { pool, log }: Pick<Ledger, 'pool' | 'log'>,
  { service, ...options }: { readonly service: Service } & Pick<RelayOptions, 'publisher' | 'standby' | 'onError'>,
): Relay {
  return new Relay({
    pool,
    holder: `${service}-${randomUUID()}`,
    unfinished: async () => (await log.withStatus(unfinished)).map(({ releaseId }) => releaseStream(releaseId)),
    ...options,
  });
}
