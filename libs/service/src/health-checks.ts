import { Injectable } from '@nestjs/common';
import { within } from './within';

/** Resolves when the thing is usable, rejects when not. */
export type HealthCheck = () => Promise<unknown>;

export interface Health {
  readonly ready: boolean;
  /** Per check; `draining` alone once the service is stopping. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
  readonly draining: boolean;
}

const TIMEOUT_MS = 2_000;

/** What must work for the service to be ready: each part registers its own check by name. */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();
  private draining = false;

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From here on the service is not ready: nothing new is to be sent to it. */
  drain(): void {
    this.draining = true;
  }

  /** Whether every part that is needed answers now; stopping is no matter. */
  async works(): Promise<boolean> {
    return Object.values((await this.look()).checks).every((result) => result === 'ok');
  }

  async look(): Promise<Health> {
    const results = await Promise.all([...this.checks].map(async ([name, check]) => [name, await outcome(check)] as const));
    return { ready: !this.draining && results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results), draining: this.draining };
  }
}

const outcome = (check: HealthCheck): Promise<'ok' | 'failed'> => within(TIMEOUT_MS, check).then(() => 'ok', () => 'failed');
