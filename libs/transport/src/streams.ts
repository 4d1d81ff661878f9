import {
  AckPolicy, DeliverPolicy, DiscardPolicy, RetentionPolicy, StorageType, type ConsumerConfig, type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { STREAM, SUBJECTS, type Durable } from './names';

export { durables, STREAM, SUBJECTS, type Durable } from './names';

const HOUR_MS = 3_600_000;

export const streamConfig = {
  name: STREAM,
  subjects: [SUBJECTS],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_age: nanos(24 * HOUR_MS),
  max_bytes: 256 * 1024 * 1024,
  duplicate_window: nanos(120_000),
} satisfies Partial<StreamConfig>;

/**
 * Longest time in ms that a handler may take without a progress message; running handlers send one three times as
 * often.
 */
export const ACK_WAIT_MS = 30_000;
/** A message is dead-lettered after this many deliveries. */
export const MAX_DELIVERIES = 10;

/** The server never stops delivering: Alloy dead-letters a message itself, so that it is logged and counted. */
export const consumerConfig = (durable: Durable): Partial<ConsumerConfig> => ({
  durable_name: durable,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  filter_subject: SUBJECTS,
  ack_wait: nanos(ACK_WAIT_MS),
  max_deliver: -1,
  max_ack_pending: 1_000,
});
