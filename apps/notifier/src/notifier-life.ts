import type { Ledger } from '@alloy/ledger';
import type { Sweeper } from '@alloy/service';
import type { NatsConnection } from '@alloy/transport';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

/** Starts the sweep; at the end lets what is being told be recorded, then closes the connections. */
export class NotifierLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly connection: NatsConnection,
    private readonly ledger: Ledger,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
    await this.connection.drain();
    await this.ledger.close();
  }
}
