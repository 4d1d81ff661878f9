import { JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { consumerConfig, STREAM, streamConfig, type Durable } from './streams';

const NAME_IN_USE = 10058;
const CONSUMER_EXISTS = new Set([10013, 10148]);

/**
 * Creates the stream if it is missing, and updates the limits of an existing one. Idempotent, safe to call from many
 * services at once.
 */
export async function ensureStream(manager: JetStreamManager): Promise<StreamInfo> {
  try {
    return await manager.streams.add(streamConfig);
  } catch (error) {
    if (apiCode(error) !== NAME_IN_USE) throw error;
    return manager.streams.update(STREAM, streamConfig);
  }
}

/** The same for a durable consumer. */
export async function ensureConsumer(manager: JetStreamManager, durable: Durable): Promise<void> {
  const config = consumerConfig(durable);
  try {
    await manager.consumers.add(STREAM, config);
  } catch (error) {
    const code = apiCode(error);
    if (code === undefined || !CONSUMER_EXISTS.has(code)) throw error;
    await manager.consumers.update(STREAM, durable, config);
  }
}

const apiCode = (error: unknown): number | undefined => (error instanceof JetStreamApiError ? error.apiError().err_code : undefined);
