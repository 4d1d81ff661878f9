import { releaseStream } from '@alloy/contracts';
import { Relay } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import { runningStatuses, unplannedStatuses } from '@alloy/release';
import { JetStreamPublisher, onPoke, type NatsConnection } from '@alloy/transport';
import { randomUUID } from 'node:crypto';

const unfinished = [...unplannedStatuses, ...runningStatuses];

/** The relay, in this process: orders what was committed and publishes its wakes, as long as it holds the lease. */
export function createRelay(ledger: Ledger, connection: NatsConnection, onError: (error: unknown) => void): Relay {
  const relay = new Relay({
    pool: ledger.pool,
    holder: `planner-${randomUUID()}`,
    publisher: new JetStreamPublisher(connection),
    unfinished: async () => (await ledger.log.withStatus(unfinished)).map(({ releaseId }) => releaseStream(releaseId)),
    onError,
  });
  onPoke(connection, () => relay.poke());
  return relay;
}
