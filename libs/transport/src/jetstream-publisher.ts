import { wakeSubject } from '@alloy/contracts';
import { jetstream, jetstreamManager, type JetStreamClient, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStream } from './ensure-stream';

/** Of an event, what its wake is made of. */
export interface Published {
  readonly id: string;
  readonly family: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
}

const TIMEOUT_MS = 5_000;

/** Where the stream stands: `store` differs once it was made anew, `last` is less than before once it was set back. */
export interface StreamPosition {
  readonly store: string;
  readonly last: number;
}

/** The relay's way to JetStream; makes the stream anew when it is gone. */
export class JetStreamPublisher {
  private readonly client: JetStreamClient;

  constructor(private readonly connection: NatsConnection) {
    this.client = jetstream(connection, { timeout: TIMEOUT_MS });
  }

  /** Idempotent within the dedupe window by the event's id. Rejects if JetStream does not confirm: try again. */
  async publish({ id, family, type, stream, version }: Published): Promise<void> {
    const publish = () => this.client.publish(wakeSubject(family, type, stream), JSON.stringify({ id, version }), { msgID: id, timeout: TIMEOUT_MS });
    try {
      await publish();
    } catch (error) {
      // The client's word for: nobody listens on the subject, so the stream is gone.
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
