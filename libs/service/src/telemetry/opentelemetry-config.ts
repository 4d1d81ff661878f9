import { z } from 'zod';

/** A URL, or one of gRPC's own forms. */
const endpoint = () =>
  z
    .string()
    .regex(/^(https?:\/\/[^/]|unix:|dns:|[\w.-]+:\d+$)/, 'must be a URL (http://host:4318), or for gRPC host:port')
    .optional();
const exporters = () => z.string().optional();

/**
 * The variables of OpenTelemetry from which Alloy decides whether to load it. The SDK itself reads these and all
 * others.
 */
export const openTelemetryConfig = {
  OTEL_SDK_DISABLED: z.string().optional(),
  /** A declarative configuration; the SDK then ignores all other OTEL_* variables. */
  OTEL_CONFIG_FILE: z.string().optional(),
  OTEL_TRACES_EXPORTER: exporters(),
  OTEL_METRICS_EXPORTER: exporters(),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint(),
};

export type OpenTelemetryConfig = z.output<z.ZodObject<typeof openTelemetryConfig>>;

/** A signal is exported if an exporter or an endpoint for it is configured. */
export function configuredSignals(config: OpenTelemetryConfig): { readonly traces: boolean; readonly metrics: boolean } {
  if (config.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return { traces: false, metrics: false };
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  return {
    traces: isExported(config.OTEL_TRACES_EXPORTER, endpoint ?? config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? config.OTEL_CONFIG_FILE),
    metrics: isExported(config.OTEL_METRICS_EXPORTER, endpoint ?? config.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? config.OTEL_CONFIG_FILE),
  };
}

/** False for the single exporter `none`, with which the SDK does not export. */
function isExported(exporters: string | undefined, endpoint: string | undefined): boolean {
  return exporters === undefined ? endpoint !== undefined : exporters.trim() !== 'none';
}
