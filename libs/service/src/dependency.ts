import { backOffMs, retry } from '@alloy/runtime';
import type { Logger } from 'pino';

/** A server that a service needs to start. */
export interface Dependency {
  /** Its name in `/readyz`, for example `db`. */
  readonly name: string;
  /** Its name in log lines, without credentials, for example `Postgres at db:5432`. */
  readonly title: string;
  /** Connects once and disconnects. Rejects if the server is unavailable. Safe to repeat. */
  readonly probe: () => Promise<void>;
  /** Whether the failure can end without a change of the configuration. */
  readonly isTemporary: (error: unknown) => boolean;
}

/** Milliseconds before the next attempt after the given number of failures, from 100 to 2,000. */
export const retryDelayMs = (failures: number): number => backOffMs({ firstMs: 100, mostMs: 2_000 }, failures);

export interface WaitOptions {
  readonly logger: Logger;
  /** Called once per dependency that is not available immediately. */
  readonly onWaiting: (dependency: Dependency) => Promise<void>;
  readonly onAvailable: (dependency: Dependency) => void;
}

/**
 * Resolves when every dependency is available; logs one line when it starts to wait for a dependency, and one when it
 * becomes available. Rejects immediately with a permanent failure.
 */
export async function waitForDependencies(dependencies: readonly Dependency[], options: WaitOptions): Promise<void> {
  const ending = new AbortController();
  try {
    await Promise.all(dependencies.map((dependency) => waitFor(dependency, options, ending.signal)));
  } finally {
    ending.abort();
  }
}

async function waitFor(dependency: Dependency, { logger, onWaiting, onAvailable }: WaitOptions, signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  let waits = false;
  const onRetry = async (error: unknown): Promise<void> => {
    if (waits) return;
    waits = true;
    logger.warn({ dependency: dependency.name }, `waiting for ${dependency.title}: ${messageOf(error)}`);
    await onWaiting(dependency);
  };
  await retry(() => dependency.probe(), { delayMs: retryDelayMs, isRetryable: dependency.isTemporary, onRetry, signal });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  if (waits) logger.info({ dependency: dependency.name, seconds }, `${dependency.title} answers`);
  onAvailable(dependency);
}

/** The error of a host with several addresses has an empty message. */
export function messageOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return first instanceof Error ? first.message : String(first);
}
