import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';

/** A part of a service that has a beginning and an end of its own; each is optional. */
export interface LifeHooks {
  /** Once everything is made: starts what runs by itself. */
  readonly start?: () => unknown;
  /** At the beginning of the end: takes on no new work. */
  readonly quiesce?: () => unknown;
  /** When nothing is handled any more: ends what is under way, then lets go. */
  readonly close?: () => unknown;
}

/** The beginning and the end of a service: parts start in the order in which they were made, and end in the reverse one, so that none outlives what it stands on. */
@Injectable()
export class Life implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: LifeHooks[] = [];

  add(hooks: LifeHooks): void {
    this.parts.push(hooks);
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const { start } of this.parts) await start?.();
  }

  onModuleDestroy(): Promise<void> {
    return this.end('quiesce');
  }

  onApplicationShutdown(): Promise<void> {
    return this.end('close');
  }

  /** One that fails holds up no other; rejects with the first failure once all were asked. */
  private async end(hook: 'quiesce' | 'close'): Promise<void> {
    const failures: unknown[] = [];
    for (const part of [...this.parts].reverse()) {
      try {
        await part[hook]?.();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
