import { context, diag, DiagLogLevel, isSpanContextValid, metrics, trace, type Exception } from '@opentelemetry/api';
import { diagLogLevelFromString, getStringFromEnv, setGlobalErrorHandler } from '@opentelemetry/core';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK, startNodeSdk } from '@opentelemetry/sdk-node';
import { diagLogger, type Level } from './diag-logger';
import { guardedTracerProvider } from './guarded-tracer-provider';
import { createInstrumentations, type InstrumentationOptions } from './instrumentations';
import type { PostgresDriver } from './pg-instrumentation';
import { SdkRecorder } from './sdk-recorder';
import type { SpanRecorder } from './span-recorder';
import { WorkContextManager } from './work-context-manager';

export interface OpenTelemetryOptions extends InstrumentationOptions {
  /** Default of `service.name`. */
  readonly serviceName: string;
  /** Signals to export; the SDK would send an unconfigured one to localhost:4318. */
  readonly signals: { readonly traces: boolean; readonly metrics: boolean };
  /** Path of a declarative configuration, which replaces all other OTEL_* variables. */
  readonly configFile: string | undefined;
  readonly postgres: PostgresDriver | undefined;
  /** Called for each message of the SDK about itself. Must not throw. */
  readonly report: (level: Level, text: string) => void;
}

export interface OpenTelemetry {
  /** undefined: traces are not recorded, only metrics. */
  readonly recorder: SpanRecorder | undefined;
  /** Exports the remaining data. May take as long as the exporters' timeouts. */
  shutdown(): Promise<void>;
}

const SCOPE = 'alloy';

/**
 * Starts the SDK, which reads the OTEL_* variables of the environment, and the instrumentations; once per process.
 * Connects to no collector yet.
 */
export function startOpenTelemetry(options: OpenTelemetryOptions): OpenTelemetry {
  setGlobalErrorHandler((error) => options.report('error', `export failed: ${describe(error)}`));
  diag.setLogger(diagLogger(options.report), {
    logLevel: diagLogLevelFromString(getStringFromEnv('OTEL_LOG_LEVEL')) ?? DiagLogLevel.WARN,
    suppressOverrideMessage: true,
  });
  const sdk = keepingLogger(() => (options.configFile === undefined ? createSdk(options) : startNodeSdk()));
  if (sdk instanceof NodeSDK) sdk.start();
  context.disable();
  context.setGlobalContextManager(new WorkContextManager().enable());
  instrument(options);
  return { recorder: recorder(), shutdown: () => sdk.shutdown() };
}

/** Restores the logger, which the SDK replaces by one that writes to the console. */
function keepingLogger<T>(create: () => T): T {
  const { setLogger } = diag;
  diag.setLogger = () => false;
  try {
    return create();
  } finally {
    diag.setLogger = setLogger;
  }
}

function createSdk({ serviceName, signals }: OpenTelemetryOptions): NodeSDK {
  return new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName, 'service.namespace': SCOPE })),
    // Alloy always writes its log lines to standard output, and exports none.
    logRecordProcessors: [],
    ...(!signals.metrics && { metricReaders: [] }),
    ...(!signals.traces && { spanProcessors: [] }),
  });
}

function instrument(options: OpenTelemetryOptions): void {
  const { http, fastify, pg } = createInstrumentations(options);
  registerInstrumentations({
    instrumentations: [http, fastify, pg],
    tracerProvider: guardedTracerProvider(trace.getTracerProvider()),
    meterProvider: metrics.getMeterProvider(),
  });
  if (options.postgres) pg.patch(options.postgres);
}

/** An error of several addresses has a code and no message. */
function describe(error: Exception): string {
  if (typeof error === 'string') return error;
  return error.message || String(error.code ?? error.name);
}

/** Without a provider of tracers spans have no ids. */
function recorder(): SpanRecorder | undefined {
  const tracer = trace.getTracer(SCOPE);
  return isSpanContextValid(tracer.startSpan('probe').spanContext()) ? new SdkRecorder(tracer) : undefined;
}
