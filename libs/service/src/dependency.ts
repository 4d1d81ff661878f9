import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** A server that a service can't start without. */
export interface Dependency {
  /** As `/readyz` names it, e.g. `db`. */
  readonly name: string;
  /** For people, without credentials, e.g. `Postgres at db:5432`. */
  readonly title: string;
  /** Connects once and disconnects. Rejects while it can't be used. Safe to repeat. */
  readonly probe: () => Promise<void>;
  /** Whether a failure may pass without a change of the configuration. */
  readonly isTemporary: (error: unknown) => boolean;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** Milliseconds before the next try after the given number of failed ones, from 100 to 2,000. */
export const retryDelayMs = (failures: number): number => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);

export interface WaitOptions {
  readonly logger: Logger;
  /** Called once per dependency that is waited for. */
  readonly onWaiting: (dependency: Dependency) => Promise<void>;
  readonly onAvailable: (dependency: Dependency) => void;
}

/** Resolves when every dependency answers; one log line per dependency says that it is waited for, and one that it answers. Rejects at once with a failure that can't pass. */
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
      if (failures > 1) logger.info({ dependency: dependency.name, seconds: Math.round((performance.now() - begun) / 100) / 10 }, `${dependency.title} answers`);
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

/** Of a host with several addresses the error has no words of its own. */
export function messageOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return first instanceof Error ? first.message : String(first);
}
