import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStream } from './ensure-stream';

interface Seen {
  readonly created: string;
  readonly lastSequence: number;
}

/** Finds out whether JetStream's stream is another one, or an older copy of itself, than at the last look. */
export class StreamWatch {
  private seen: Seen | undefined;

  constructor(private readonly connection: NatsConnection) {}

  /** True at the first look, and whenever wakes were lost since the last one. Makes the stream if it is gone. */
  async lost(): Promise<boolean> {
    const { created, state } = await ensureStream(await jetstreamManager(this.connection, { timeout: 5_000 }));
    const before = this.seen;
    this.seen = { created: String(created), lastSequence: state.last_seq };
    return before === undefined || before.created !== this.seen.created || this.seen.lastSequence < before.lastSequence;
  }

  /** The next look counts as the first: what the last one found could not be mended. */
  forget(): void {
    this.seen = undefined;
  }
}
