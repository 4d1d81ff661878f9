import { triggerSubject } from '@alloy/contracts';
import { jetstream, jetstreamManager, type JetStreamClient, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStream } from './ensure-stream';

/** The parts of an event that its trigger contains. */
export interface Published {
  readonly id: string;
  readonly family: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
}

const TIMEOUT_MS = 5_000;

/**
 * Position of the stream: `store` changes if the stream was created again, `last` decreases if it was restored from an
 * older state.
 */
export interface StreamPosition {
  readonly store: string;
  readonly last: number;
}

/** Publishes the relay's triggers to JetStream; creates the stream again if it is missing. */
export class JetStreamPublisher {
  private readonly client: JetStreamClient;

  constructor(private readonly connection: NatsConnection) {
    this.client = jetstream(connection, { timeout: TIMEOUT_MS });
  }

  /**
   * Idempotent within the deduplication window by the event's id. Rejects if JetStream does not confirm; retry then.
   */
  async publish({ id, family, type, stream, version }: Published): Promise<void> {
    const publish = () =>
      this.client.publish(triggerSubject(family, type, stream), JSON.stringify({ id, version }), { msgID: id, timeout: TIMEOUT_MS });
    try {
      await publish();
    } catch (error) {
      // This error means that no stream listens on the subject, so the stream is missing.
      if (!(error instanceof Error) || error.name !== 'JetStreamNotEnabled') throw error;
      await this.stream();
      await publish();
    }
  }

  async position(): Promise<StreamPosition> {
    const { created, state } = await this.stream();
    return { store: String(created), last: state.last_seq };
  }

  private async stream(): Promise<StreamInfo> {
    return ensureStream(await jetstreamManager(this.connection, { timeout: TIMEOUT_MS }));
  }
}
