import type { PodSpec } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';

/** Where a pod serves its Prometheus metrics. */
export interface Endpoint {
  readonly port: number;
  readonly path: string;
}

interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
}

/**
 * The annotations `prometheus.io/port` and `/path`, else the container port named `metrics`, else the first one, at `/metrics`.
 * Undefined: `prometheus.io/scrape: "false"`, or no port at all.
 */
export function metricsEndpoint(pod: KubeObject): Endpoint | undefined {
  const annotations = pod.metadata.annotations ?? {};
  if (annotations['prometheus.io/scrape'] === 'false') return undefined;
  const path = annotations['prometheus.io/path'] ?? '/metrics';
  const annotated = Number(annotations['prometheus.io/port']);
  if (Number.isInteger(annotated) && annotated > 0 && annotated < 65536) return { port: annotated, path };
  const { containers } = pod['spec'] as PodSpec;
  const ports = containers.flatMap((container) => (container['ports'] as readonly ContainerPort[] | undefined) ?? []);
  const port = ports.find((p) => p.name === 'metrics') ?? ports[0];
  return port && { port: port.containerPort, path };
}
