import type { Relay } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import type { Sweeper } from '@alloy/service';
import type { NatsConnection } from '@alloy/transport';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { DueTimer } from './due-timer';
import type { Planner } from './planner';

export interface PlannerParts {
  readonly ledger: Ledger;
  readonly connection: NatsConnection;
  readonly planner: Planner;
  readonly relay: Relay;
  readonly sweeper: Sweeper;
  readonly timer: DueTimer;
}

/** Starts what runs by itself, and ends everything in order: no new work, then what is under way, then the connections. */
export class PlannerLife implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly parts: PlannerParts) {}

  onApplicationBootstrap(): void {
    this.parts.relay.start();
    this.parts.sweeper.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.parts.timer.stop();
    await this.parts.sweeper.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    const { planner, relay, connection, ledger } = this.parts;
    await planner.idle();
    await relay.stop();
    await connection.drain();
    await ledger.close();
  }
}
