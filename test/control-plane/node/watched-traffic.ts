import type { Cluster, WatchEvent, Watching } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { SERVICE_NAME_LABEL, type EndpointSlice, type Pod, type Service, type TrafficSource } from '@alloy/playground/pods';

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`;

/**
 * The source of the users' traffic on a real cluster: its Services, EndpointSlices and `pods`; and the watches that the
 * caller must stop.
 */
export function watchedTraffic(
  cluster: Cluster,
  pods: Watching,
): { readonly source: TrafficSource; readonly watches: readonly Watching[] } {
  let notify: (key: string, service: Service | undefined) => void = () => undefined;
  const follow = (event: WatchEvent): void => {
    if (event.type !== 'synced')
      return notify(keyOf(event.object), event.type === 'deleted' ? undefined : (event.object as unknown as Service));
    for (const service of event.objects) notify(keyOf(service), service as unknown as Service);
  };
  const services = cluster.watch({ apiVersion: 'v1', kind: 'Service' }, follow);
  const slices = cluster.watch({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }, () => undefined);
  const source: TrafficSource = {
    follow: (listener) => {
      notify = listener;
      for (const [key, service] of services.objects) notify(key, service as unknown as Service);
      return () => (notify = () => undefined);
    },
    slices: (key) =>
      [...slices.objects.values()].filter(
        ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME_LABEL]}` === key,
      ) as unknown as readonly EndpointSlice[],
    pod: (namespace, name) => pods.objects.get(`${namespace}/${name}`) as Pod | undefined,
    addressOf: ({ status }, port) => (status?.podIP === undefined ? undefined : { host: status.podIP, port }),
  };
  return { source, watches: [services, slices] };
}
