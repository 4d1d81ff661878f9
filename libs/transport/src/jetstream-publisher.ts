import { wakeSubject } from '@alloy/contracts';
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStream } from './ensure-stream';
import { refillSubject } from './streams';

/** Of an event, what its wake is made of. */
export interface Published {
  readonly id: string;
  readonly family: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
}

const TIMEOUT_MS = 5_000;

/** Puts wakes on JetStream; makes the stream anew when it is gone. */
export class JetStreamPublisher {
  private readonly client: JetStreamClient;

  constructor(private readonly connection: NatsConnection) {
    this.client = jetstream(connection, { timeout: TIMEOUT_MS });
  }

  /** Idempotent within the dedupe window by the event's id. Rejects if JetStream does not confirm: try again. */
  async publish({ id, family, type, stream, version }: Published): Promise<void> {
    await this.send(wakeSubject(family, type, stream), { id, version }, id);
  }

  /** One wake that no event belongs to, e.g. for an unfinished release after the stream was lost. */
  async wake(stream: string): Promise<void> {
    await this.send(refillSubject(stream), {});
  }

  private async send(subject: string, content: object, msgID?: string): Promise<void> {
    const publish = () => this.client.publish(subject, JSON.stringify(content), msgID ? { msgID, timeout: TIMEOUT_MS } : { timeout: TIMEOUT_MS });
    try {
      await publish();
    } catch (error) {
      // The client's word for: nobody listens on the subject, so the stream is gone.
      if (!(error instanceof Error) || error.name !== 'JetStreamNotEnabled') throw error;
      await ensureStream(await jetstreamManager(this.connection, { timeout: TIMEOUT_MS }));
      await publish();
    }
  }
}
