import { z } from 'zod';
import { parseConfig } from '../parse-config';
import { configuredSignals, openTelemetryConfig } from './opentelemetry-config';

const parse = (env: Record<string, string>) => parseConfig(z.object(openTelemetryConfig), env);
const none = { traces: false, metrics: false };
const both = { traces: true, metrics: true };

describe('configuredSignals', () => {
  it.each<[Record<string, string>, { readonly traces: boolean; readonly metrics: boolean }]>([
    [{}, none],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '' }, none],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, both],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, { traces: true, metrics: false }],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318/v1/metrics' }, { traces: false, metrics: true }],
    [{ OTEL_TRACES_EXPORTER: 'console' }, { traces: true, metrics: false }],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, { traces: true, metrics: false }],
    [{ OTEL_METRICS_EXPORTER: 'prometheus' }, { traces: false, metrics: true }],
    [{ OTEL_TRACES_EXPORTER: 'none' }, none],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, { traces: false, metrics: true }],
    [{ OTEL_METRICS_EXPORTER: ' none ', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, { traces: true, metrics: false }],
    [{ OTEL_CONFIG_FILE: '/etc/otel.yaml' }, both],
    [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_CONFIG_FILE: '/etc/otel.yaml' }, none],
    [{ OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_EXPORTER: 'console' }, none],
    [{ OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'console' }, { traces: true, metrics: false }],
    [{ OTEL_SERVICE_NAME: 'alloy', OTEL_TRACES_SAMPLER: 'always_on', OTEL_LOGS_EXPORTER: 'otlp' }, none],
  ])('for %j returns %j', (env, signals) => {
    expect(configuredSignals(parse(env))).toEqual(signals);
  });

  it.each([
    'http://collector:4318', 'https://user:pass@collector/otlp', 'collector:4317', '10.0.0.1:4317',
    'unix:///run/otel.sock', 'dns:///collector:4317',
  ])('accepts the endpoint %s', (endpoint) => {
    expect(() => parse({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).not.toThrow();
  });

  it.each(['collector', 'http://', 'ftp://collector', 'http//hunter2'])('refuses the endpoint %s without repeating it', (endpoint) => {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']) {
      expect(() => parse({ [name]: endpoint })).toThrow(
        `bad configuration: ${name}: must be a URL (http://host:4318), or for gRPC host:port`,
      );
    }
  });
});
