import type { Projector } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Poker } from './poker';

export interface IngestParts {
  readonly ledger: Ledger;
  readonly source: DataSource;
  readonly poker: Poker;
  readonly projector: Projector;
}

/** Starts what runs by itself, and closes what was opened. */
export class IngestLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: IngestParts) {}

  onApplicationBootstrap(): void {
    this.parts.poker.start();
    this.parts.projector.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const { projector, poker, source, ledger } = this.parts;
    await projector.stop();
    await poker.stop();
    await source.destroy();
    await ledger.close();
  }
}
