import { setTimeout as delay } from 'node:timers/promises';
import { connectNats, notifyCommit as poke, type Committed, type NatsConnection, type NatsOptions } from '@alloy/transport';

/** How long one try to connect may take; a stop waits no longer than that. */
const PATIENCE_MS = 1_000;
/** Refused credentials are reported at once, so a try may take no time. */
const RETRY_MS = 500;

/** Pokes the relay over NATS, once there is a connection: releases are taken without one, too, for the relay polls as well. */
export class Poker {
  private connection: NatsConnection | undefined;
  private stopped = false;
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly options: NatsOptions,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Connects in the background, trying for ever; the first failure is reported. */
  start(): void {
    this.connecting ??= this.connect();
  }

  /** Never throws. */
  poke(events: readonly Committed[]): void {
    if (this.connection) poke(this.connection, events);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.connecting;
    await this.connection?.close();
  }

  private async connect(): Promise<void> {
    for (let tries = 0; !this.stopped && !this.connection; tries += 1) {
      try {
        this.connection = await connectNats({ ...this.options, patienceMs: PATIENCE_MS });
      } catch (error) {
        if (tries === 0) this.onError(error);
        await delay(RETRY_MS);
      }
    }
  }
}
