import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAM, type Durable } from './streams';

/**
 * Triggers that are published and not yet acknowledged by the durable's replicas. Rejects while JetStream does not
 * answer.
 */
export async function consumerLag(connection: NatsConnection, durable: Durable): Promise<number> {
  const manager = await jetstreamManager(connection, { timeout: 2_000, checkAPI: false });
  const { num_pending: waiting, num_ack_pending: unacknowledged } = await manager.consumers.info(STREAM, durable);
  return waiting + unacknowledged;
}
