import { setTimeout as delay } from 'node:timers/promises';
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

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** Milliseconds before the next attempt after the given number of failures, from 100 to 2,000. */
export const retryDelayMs = (failures: number): number => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);

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
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      await dependency.probe();
      if (failures > 1)
        logger.info(
          { dependency: dependency.name, seconds: Math.round((performance.now() - begun) / 100) / 10 },
          `${dependency.title} answers`,
        );
      return onAvailable(dependency);
    } catch (error) {
      if (!dependency.isTemporary(error)) throw error;
      if (failures === 1) {
        logger.warn({ dependency: dependency.name }, `waiting for ${dependency.title}: ${messageOf(error)}`);
        await onWaiting(dependency);
      }
      await delay(retryDelayMs(failures), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** The error of a host with several addresses has an empty message. */
export function messageOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return first instanceof Error ? first.message : String(first);
}
