import type { Cluster } from '@alloy/cluster';
import type { Ledger } from '@alloy/ledger';
import type { Sweeper } from '@alloy/service';
import type { NatsConnection } from '@alloy/transport';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Executor } from './executor';
import type { PodWatches } from './pod-watches';

export interface ExecutorParts {
  readonly ledger: Ledger;
  readonly connection: NatsConnection;
  readonly cluster: Cluster;
  readonly executor: Executor;
  readonly watches: PodWatches;
  readonly sweeper: Sweeper;
}

/** Starts what runs by itself, and ends everything in order: no new work, then what is under way, then the connections. */
export class ExecutorLife implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly parts: ExecutorParts) {}

  onApplicationBootstrap(): void {
    this.parts.sweeper.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.parts.watches.stop();
    await this.parts.sweeper.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    const { executor, watches, cluster, connection, ledger } = this.parts;
    await executor.idle();
    watches.stop();
    await cluster.close();
    await connection.drain();
    await ledger.close();
  }
}
