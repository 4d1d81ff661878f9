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

/** Exports what is left, and ends. Never rejects. */
export type EndTelemetry = () => Promise<void>;

/** How long the last export may hold up the service's end, ms. */
const PATIENCE_MS = 2_000;
/** How often a message that repeats is logged, ms. */
const EVERY_MS = 60_000;
/** Different messages of the SDK that are remembered. */
const MESSAGES = 50;

/** Starts OpenTelemetry's SDK where an exporter or an endpoint is configured; elsewhere nothing of it is loaded. */
export async function startTelemetry({ service, config, logger, postgres, secretPaths = false }: TelemetryOptions): Promise<EndTelemetry> {
  const signals = configuredSignals(config);
  if (!signals.traces && !signals.metrics) return async () => {};
  const { startOpenTelemetry } = await import('@alloy/opentelemetry');
  const { recorder, shutdown } = startOpenTelemetry({
    serviceName: `alloy-${service}`, signals, configFile: config.OTEL_CONFIG_FILE, postgres, ignoredPaths: PROBES, secretPaths, report: seldom(logger),
  });
  useSpanRecorder(recorder);
  return async () => {
    useSpanRecorder();
    await within(PATIENCE_MS, shutdown).catch((err: unknown) => logger.warn({ err }, 'spans and metrics may be lost: the last export did not succeed'));
  };
}

/** Each message of the SDK, once a minute at most: with a collector that is away the same one comes with each batch. */
function seldom(logger: Logger): (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void {
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
