export type { PostgresDriver } from './pg-instrumentation';
export type { Attributes, SpanKind, SpanRecorder, TraceContext, WorkSpan } from './span-recorder';
export { startOpenTelemetry, type OpenTelemetry, type OpenTelemetryOptions } from './start-opentelemetry';
