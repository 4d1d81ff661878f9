import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAM, type Durable } from './streams';

/** Wakes that are published, but not done with by the durable's replicas. Rejects while JetStream does not answer. */
export async function consumerLag(connection: NatsConnection, durable: Durable): Promise<number> {
  const manager = await jetstreamManager(connection, { timeout: 2_000, checkAPI: false });
  const { num_pending: waiting, num_ack_pending: underWay } = await manager.consumers.info(STREAM, durable);
  return waiting + underWay;
}
