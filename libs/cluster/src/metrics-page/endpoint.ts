import type { KubeObject } from '@alloy/contracts';
import type { PodSpec } from '../kube-types';

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
  if (isOptedOut(pod)) return undefined;
  const path = annotations['prometheus.io/path'] ?? '/metrics';
  const annotated = Number(annotations['prometheus.io/port']);
  if (Number.isInteger(annotated) && annotated > 0 && annotated < 65536) return { port: annotated, path };
  const ports = portsOf(pod);
  const port = ports.find((p) => p.name === 'metrics') ?? ports[0];
  return port && { port: port.containerPort, path };
}

/** The pod's annotations forbid reading its metrics. */
export const isOptedOut = (pod: KubeObject): boolean => pod.metadata.annotations?.['prometheus.io/scrape'] === 'false';

/** An annotation or a port's name says that there is a page, so that none is an error. */
export function isPagePromised(pod: KubeObject): boolean {
  const annotations = pod.metadata.annotations ?? {};
  return annotations['prometheus.io/scrape'] === 'true' || annotations['prometheus.io/port'] !== undefined || annotations['prometheus.io/path'] !== undefined || portsOf(pod).some(({ name }) => name === 'metrics');
}

function portsOf(pod: KubeObject): readonly ContainerPort[] {
  const { containers } = pod['spec'] as PodSpec;
  return containers.flatMap((container) => (container['ports'] as readonly ContainerPort[] | undefined) ?? []);
}
