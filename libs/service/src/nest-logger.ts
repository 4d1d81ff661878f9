import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/**
 * Writes Nest's log lines with pino. Lines about Nest's own start get the level `debug`; a failure there is also
 * thrown.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal', message: unknown, rest: readonly unknown[]): void {
    const context = contextOf(rest);
    const err = [message, ...rest].find((item) => item instanceof Error);
    const { msg, ...fields } =
      typeof message === 'object' && message !== null && !err ? (message as Record<string, unknown>) : { msg: message };
    const text = typeof msg === 'string' ? msg : err instanceof Error ? err.message : '';
    this.logger[context && OF_THE_START.has(context) ? 'debug' : level](
      { ...fields, ...(context ? { context } : {}), ...(err ? { err } : {}) },
      text,
    );
  }
}

const OF_THE_START = new Set([
  'NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication', 'NestMicroservice',
  'NestApplicationContext', 'ExceptionHandler',
]);

/** Nest passes the context as the last string. */
const contextOf = (rest: readonly unknown[]): string | undefined => {
  const last = rest.at(-1);
  return typeof last === 'string' && !last.includes('\n') ? last : undefined;
};
