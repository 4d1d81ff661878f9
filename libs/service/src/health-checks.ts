import { Injectable } from '@nestjs/common';
import { within } from './within';

/** Resolves if the part is usable, rejects if not. */
export type HealthCheck = () => Promise<unknown>;

export interface Health {
  readonly ready: boolean;
  /** The result of each check; only `draining` while the service stops. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
  readonly draining: boolean;
}

const TIMEOUT_MS = 2_000;

/** The conditions for the service to be ready: each part registers its own check by name. */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();
  private draining = false;

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Makes the service unready, so that it gets no new requests. */
  drain(): void {
    this.draining = true;
  }

  /** Whether every part works now, also while the service stops. */
  async works(): Promise<boolean> {
    return Object.values((await this.look()).checks).every((result) => result === 'ok');
  }

  async look(): Promise<Health> {
    const results = await Promise.all([...this.checks].map(async ([name, check]) => [name, await outcome(check)] as const));
    return {
      ready: !this.draining && results.every(([, result]) => result === 'ok'),
      checks: Object.fromEntries(results),
      draining: this.draining,
    };
  }
}

const outcome = (check: HealthCheck): Promise<'ok' | 'failed'> => within(TIMEOUT_MS, check).then(() => 'ok', () => 'failed');
