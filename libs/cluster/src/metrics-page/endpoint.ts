import type { V1PodSpec } from '@kubernetes/client-node';
import { METRICS_PORTS, type PageEndpoint } from '@alloy/analysis';
import type { KubeObject } from '@alloy/contracts';
import type { Json } from '../json';

/** Where a pod serves its Prometheus metrics. */
export type Endpoint = PageEndpoint;

/** Whether the annotations of the pod forbid reading its metrics. */
export const isOptedOut = (pod: KubeObject): boolean => pod.metadata.annotations?.['prometheus.io/scrape'] === 'false';

/** Whether an annotation or the name of a port promises a metrics page, so that a missing page is an error. */
export function isPagePromised(pod: KubeObject): boolean {
  const { 'prometheus.io/scrape': scrape, 'prometheus.io/port': port, 'prometheus.io/path': path } = pod.metadata.annotations ?? {};
  return (
    scrape === 'true' ||
    port !== undefined ||
    path !== undefined ||
    portNames(pod).some((name) => (METRICS_PORTS as readonly string[]).includes(name))
  );
}

function portNames(pod: KubeObject): readonly string[] {
  const { containers } = pod['spec'] as Json<V1PodSpec>;
  return containers.flatMap((container) => (container.ports ?? []).flatMap(({ name }) => name ?? []));
}
