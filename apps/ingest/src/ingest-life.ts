import type { Projector } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import type { NatsConnection } from '@alloy/transport';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';

export interface IngestParts {
  readonly ledger: Ledger;
  readonly source: DataSource;
  readonly connection: NatsConnection;
  readonly projector: Projector;
}

/** Starts what runs by itself, and closes what was opened. */
export class IngestLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: IngestParts) {}

  onApplicationBootstrap(): void {
    this.parts.projector.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const { projector, connection, source, ledger } = this.parts;
    await projector.stop();
    await connection.drain();
    await source.destroy();
    await ledger.close();
  }
}
