import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';

/** The lifecycle hooks of a part of a service; each is optional. */
export interface LifecycleHooks {
  /** After all parts are created: starts work in the background. */
  readonly start?: () => unknown;
  /** At the start of the shutdown: accepts no new work. */
  readonly quiesce?: () => unknown;
  /** After all handlers have ended: finishes the work in progress and releases resources. */
  readonly close?: () => unknown;
}

/**
 * The start and the shutdown of a service: parts start in the order of their creation and stop in the reverse order, so
 * that none outlives its dependencies.
 */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: LifecycleHooks[] = [];

  add(hooks: LifecycleHooks): void {
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

  /** A part that fails does not block the others; rejects with the first failure after all parts. */
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
