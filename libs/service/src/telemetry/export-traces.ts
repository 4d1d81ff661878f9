import type { Logger } from 'pino';
import { rarely } from '../rarely';
import { OtlpExporter } from './otlp-exporter';
import { tellSpans } from './trace';

/** Delivers what is left; never rejects. */
export type EndTraces = () => Promise<void>;

/** Exports this process' spans from now on; without an endpoint nothing is loaded. */
export async function exportTraces(service: string, endpoint: string | undefined, logger: Pick<Logger, 'warn'>): Promise<EndTraces> {
  if (endpoint === undefined) return async () => {};
  const exporter = await OtlpExporter.open({ endpoint, service, onLost: rarely((err) => logger.warn({ err }, 'spans were lost: the collector does not take them')) });
  const endTelling = tellSpans((span) => exporter.add(span));
  return async () => {
    endTelling();
    await exporter.close();
  };
}
