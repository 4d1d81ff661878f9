import type { Cluster } from '@alloy/cluster';
import type { Ledger } from '@alloy/ledger';
import type { Sweeper } from '@alloy/service';
import type { NatsConnection } from '@alloy/transport';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Watcher } from './watcher';

export interface WatcherParts {
  readonly ledger: Ledger;
  readonly connection: NatsConnection;
  readonly cluster: Cluster;
  readonly watcher: Watcher;
  readonly sweeper: Sweeper;
}

/** Starts the sweep, and ends everything in order: no new work, then what is under way, then the connections. */
export class WatcherLife implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly parts: WatcherParts) {}

  onApplicationBootstrap(): void {
    this.parts.sweeper.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.parts.sweeper.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    const { watcher, cluster, connection, ledger } = this.parts;
    await watcher.stop();
    await cluster.close();
    await connection.drain();
    await ledger.close();
  }
}
