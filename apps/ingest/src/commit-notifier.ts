import { retry } from '@alloy/runtime';
import { connectNats, notifyCommit, notifyPlan, type Committed, type NatsConnection, type NatsOptions } from '@alloy/transport';

/** Time limit of one attempt to connect; a stop waits no longer than that. */
const PATIENCE_MS = 1_000;
/** Pause between attempts, because refused credentials fail immediately. */
const RETRY_MS = 500;

/**
 * Sends commit notifications over NATS while there is a connection. Without one, ingest still accepts releases, because
 * the relay polls.
 */
export class CommitNotifier {
  private connection: NatsConnection | undefined;
  private readonly stopping = new AbortController();
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly options: NatsOptions,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Connects in the background, with unlimited attempts; reports the first failure. */
  start(): void {
    this.connecting ??= this.connect();
  }

  /** Never throws. */
  notify(events: readonly Committed[]): void {
    if (this.connection) notifyCommit(this.connection, events);
  }

  /** Reports that a plan is requested. Never throws. */
  notifyPlan(): void {
    if (this.connection) notifyPlan(this.connection);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.connecting;
    await this.connection?.close();
  }

  private async connect(): Promise<void> {
    // Rejects only after a stop.
    this.connection = await retry(() => connectNats({ ...this.options, patienceMs: PATIENCE_MS }), {
      delayMs: RETRY_MS,
      isRetryable: () => true,
      onRetry: (error, failures) => failures === 1 && this.onError(error),
      signal: this.stopping.signal,
    }).catch(() => undefined);
  }
}
