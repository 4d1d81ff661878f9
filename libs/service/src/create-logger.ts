import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { redact, redactText } from './redact';
import { scopeFields } from './telemetry/scope';

export interface LoggerOptions {
  readonly service: string;
  readonly level: string;
  /** Default: standard output, by `stdoutOrPretty`. */
  readonly destination?: DestinationStream;
}

/** Logs JSON lines with `service`, and with `release` and `trace` in the scope of a release; redacts every line. */
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
    destination ?? stdoutOrPretty(process.stdout),
  );
}

function redactMessage(this: Logger, args: Parameters<Logger['info']>, method: (...args: Parameters<Logger['info']>) => void): void {
  method.apply(this, args.map((arg: unknown) => (typeof arg === 'string' ? redactText(arg) : arg)) as typeof args);
}

/** Readable lines if the output is a terminal; else JSON lines. */
export function stdoutOrPretty(output: { readonly isTTY?: boolean | undefined; readonly fd: number }): DestinationStream {
  if (!output.isTTY) return pino.destination({ dest: output.fd, sync: true });
  return pretty({ destination: output.fd, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' });
}
