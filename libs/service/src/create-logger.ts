import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { redact, redactText } from './redact';
import { scopeFields } from './telemetry/scope';

export interface LoggerOptions {
  readonly service: string;
  readonly level: string;
  /** Default: standard output, pretty when that is a terminal. */
  readonly destination?: DestinationStream;
}

/** JSON lines with `service`, and with `release` and `trace` where something is being handled; every line is redacted, whatever is logged. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      mixin: scopeFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (line) => redact(line) as Record<string, unknown> },
      hooks: { logMethod: redactMessage },
    },
    destination ?? standardOutput(),
  );
}

function redactMessage(this: Logger, args: Parameters<Logger['info']>, method: (...args: Parameters<Logger['info']>) => void): void {
  method.apply(this, args.map((arg: unknown) => (typeof arg === 'string' ? redactText(arg) : arg)) as typeof args);
}

function standardOutput(): DestinationStream {
  if (!process.stdout.isTTY) return pino.destination({ dest: 1, sync: true });
  return pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' });
}
