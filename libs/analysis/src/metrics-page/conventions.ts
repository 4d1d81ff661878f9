import type { Codes } from './status';

/** A convention for counting the requests that a server answered. */
export interface Convention {
  /** Kebab-case; `alloy metrics inspect` prints it as the row. */
  readonly id: string;
  /** Libraries that use it. */
  readonly writtenBy: string;
  /** Regular expression for the full sample name: a counter, or the `_count` of a histogram or summary. */
  readonly series: string;
  /** Status labels; the first that the series has is used. */
  readonly statusLabels: readonly string[];
  readonly codes: Codes;
}

/**
 * Supported conventions in order of preference: only the first one found on a page is read, because the families of a
 * page usually count the same requests.
 * gRPC precedes HTTP, because HTTP servers that carry gRPC count each call as 200. Counters precede histograms of the
 * same library.
 */
export const conventions: readonly Convention[] = [
  {
    id: 'grpc-server-handled',
    writtenBy: 'go-grpc-prometheus, grpc-ecosystem/go-grpc-middleware, py-grpc-prometheus, java-grpc-prometheus',
    series: 'grpc_server_handled(_total)?',
    statusLabels: ['grpc_code', 'code'],
    codes: 'grpc',
  },
  {
    id: 'grpc-call-duration',
    writtenBy: "gRPC's own OpenTelemetry plugin",
    series: 'grpc_server_call_duration(_seconds)?_count',
    statusLabels: ['grpc_status'],
    codes: 'grpc',
  },
  {
    id: 'otel-rpc',
    writtenBy: 'OpenTelemetry instrumentation of gRPC servers, old and new names',
    series: '(.+_)?rpc_server_(call_)?duration(_seconds|_milliseconds|_ms)?_count',
    statusLabels: ['rpc_response_status_code', 'rpc_grpc_status_code'],
    codes: 'grpc',
  },
  {
    id: 'micrometer-grpc',
    writtenBy: 'Micrometer (Spring gRPC, grpc-spring, Quarkus)',
    series: 'grpc_server(_processing_duration)?_seconds_count',
    statusLabels: ['statusCode', 'grpc_status_code'],
    codes: 'grpc',
  },
  {
    id: 'prometheus-net-grpc',
    writtenBy: 'prometheus-net.AspNetCore.Grpc',
    series: 'grpc_requests_received_total',
    statusLabels: ['status'],
    codes: 'grpc',
  },
  {
    id: 'http-requests',
    writtenBy:
      "client_golang's promhttp, prom-client, fiberprometheus, prometheus-fastapi-instrumentator, prometheus-client, @promster, @hono/prometheus",
    series: 'http_requests(_total)?',
    statusLabels: ['code', 'status', 'status_code'],
    codes: 'http',
  },
  {
    id: 'otel-http',
    writtenBy: 'OpenTelemetry HTTP server instrumentation, ASP.NET Core 8 and later',
    series: '(.+_)?http_server_request_duration(_seconds|_milliseconds|_ms)?_count',
    statusLabels: ['http_response_status_code', 'http_status_code'],
    codes: 'http',
  },
  {
    id: 'otel-http-old',
    writtenBy: 'OpenTelemetry HTTP server instrumentation before semantic conventions 1.21',
    series: '(.+_)?http_server_duration(_seconds|_milliseconds|_ms)?_count',
    statusLabels: ['http_status_code', 'http_response_status_code'],
    codes: 'http',
  },
  {
    id: 'micrometer-http',
    writtenBy: 'Micrometer (Spring Boot, Quarkus, Micronaut)',
    series: 'http_server_requests_seconds_count',
    statusLabels: ['status', 'outcome'],
    codes: 'http',
  },
  {
    id: 'prometheus-net',
    writtenBy: 'prometheus-net.AspNetCore',
    series: 'http_requests_received_total',
    statusLabels: ['code'],
    codes: 'http',
  },
  {
    id: 'flask-exporter',
    writtenBy: 'prometheus-flask-exporter',
    series: 'flask_http_request_total',
    statusLabels: ['status'],
    codes: 'http',
  },
  {
    id: 'django',
    writtenBy: 'django-prometheus',
    series: 'django_http_responses_total_by_status_total',
    statusLabels: ['status'],
    codes: 'http',
  },
  { id: 'starlette', writtenBy: 'starlette-prometheus', series: 'starlette_responses_total', statusLabels: ['status_code'], codes: 'http' },
  { id: 'aioprometheus', writtenBy: 'aioprometheus', series: 'status_codes_counter', statusLabels: ['status_code'], codes: 'http' },
  {
    id: 'http-request-duration',
    writtenBy: 'express-prom-bundle, prometheus-api-metrics, fastify-metrics, slok/go-http-metrics',
    series: 'http_request_duration(_seconds|_milliseconds|_ms)?_count',
    statusLabels: ['status_code', 'code', 'status'],
    codes: 'http',
  },
];
