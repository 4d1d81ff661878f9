import type { DiagLogger } from '@opentelemetry/api';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Passes on the SDK's messages about itself, as text, without headers or bodies of exports. */
export function diagLogger(report: (level: Level, text: string) => void): DiagLogger {
  const as =
    (level: Level) =>
    (message: string, ...args: unknown[]): void =>
      report(level, [message, ...args.filter((arg) => typeof arg === 'string' || arg instanceof Error).map(String)].join(' '));
  return { error: as('error'), warn: as('warn'), info: as('info'), debug: as('debug'), verbose: as('debug') };
}
