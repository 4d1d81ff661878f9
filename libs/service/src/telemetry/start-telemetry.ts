import type { Service } from '@alloy/contracts';
import type { PostgresDriver } from '@alloy/opentelemetry';
import type { Logger } from 'pino';
import { PROBES } from '../http/reserve-for-probes';
import { rarely } from '../rarely';
import { within } from '../within';
import { configuredSignals, type OpenTelemetryConfig } from './opentelemetry-config';
import { useSpanRecorder } from './recorder';

export interface TelemetryOptions {
  readonly service: Service;
  readonly config: OpenTelemetryConfig;
  readonly logger: Logger;
  readonly postgres?: PostgresDriver | undefined;
  readonly secretPaths?: boolean | undefined;
}

/** Exports the remaining spans and metrics, and shuts down. Never rejects. */
export type EndTelemetry = () => Promise<void>;

/** Time limit for the last export when the service stops, ms. */
const PATIENCE_MS = 2_000;
/** Minimum interval between two log lines with the same message, ms. */
const EVERY_MS = 60_000;
/** Number of different messages of the SDK that are remembered. */
const MESSAGES = 50;

/** Starts OpenTelemetry's SDK if an exporter or an endpoint is configured; otherwise does not load it. */
export async function startTelemetry({ service, config, logger, postgres, secretPaths = false }: TelemetryOptions): Promise<EndTelemetry> {
  const signals = configuredSignals(config);
  if (!signals.traces && !signals.metrics) return async () => {};
  const { startOpenTelemetry } = await import('@alloy/opentelemetry');
  const { recorder, shutdown } = startOpenTelemetry({
    serviceName: `alloy-${service}`,
    signals,
    configFile: config.OTEL_CONFIG_FILE,
    postgres,
    ignoredPaths: PROBES,
    secretPaths,
    report: atMostOncePerMinute(logger),
  });
  useSpanRecorder(recorder);
  return async () => {
    useSpanRecorder();
    await within(PATIENCE_MS, shutdown).catch((err: unknown) =>
      logger.warn({ err }, 'spans and metrics may be lost: the last export did not succeed'),
    );
  };
}

/**
 * Logs each message of the SDK at most once a minute, because an unavailable collector causes the same message for each
 * batch.
 */
function atMostOncePerMinute(logger: Logger): (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void {
  const known = new Map<string, (text: unknown) => void>();
  return (level, text) => {
    if (level === 'debug' || level === 'info') return logger[level](`OpenTelemetry: ${text}`);
    const key = text.replace(/\d+/g, '0');
    const log = known.get(key) ?? rarely((message, times) => logger.warn({ times }, `OpenTelemetry: ${String(message)}`), EVERY_MS);
    if (known.size >= MESSAGES) known.clear();
    known.set(key, log);
    log(text);
  };
}
