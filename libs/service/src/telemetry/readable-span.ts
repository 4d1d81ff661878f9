import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Attributes, EndedSpan, SpanKind } from './span';

/** A span as OpenTelemetry's exporters take it. */
export type ReadableSpan = Parameters<OTLPTraceExporter['export']>[0][number];

// OpenTelemetry's own numbers, without loading it.
const kinds: Readonly<Record<SpanKind, number>> = { internal: 0, server: 1, client: 2, producer: 3 };
const ERROR = 2;
const UNSET = 0;

export function toReadableSpan(span: EndedSpan, resource: Attributes): ReadableSpan {
  const { traceId, spanId, parentId } = span;
  const traceFlags = 1;
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => ({ traceId, spanId, traceFlags }),
    ...(parentId !== undefined && { parentSpanContext: { traceId, spanId: parentId, traceFlags } }),
    startTime: hrTime(span.startedAt),
    endTime: hrTime(span.endedAt),
    duration: hrTime(span.endedAt - span.startedAt),
    status: span.error === undefined ? { code: UNSET } : { code: ERROR, message: span.error },
    attributes: { ...span.attributes },
    links: [],
    events: [],
    ended: true,
    resource: resourceOf(resource),
    instrumentationScope: { name: 'alloy' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}

function resourceOf(attributes: Attributes): ReadableSpan['resource'] {
  const resource: ReadableSpan['resource'] = { attributes, merge: () => resource, getRawAttributes: () => Object.entries(attributes) };
  return resource;
}
