import { keyOf, refOf } from '../controllers/ownership';
import { SERVICE_NAME_LABEL, type EndpointSlice, type HttpRoute, type Ingress, type Service } from '../kinds';
import type { Store } from '../store';
import type { TrafficSource } from './traffic';

const routeKinds = ['httproutes.gateway.networking.k8s.io', 'grpcroutes.gateway.networking.k8s.io'] as const;

/** The playground's own cluster as traffic source. */
export const storeTraffic = (store: Store, addressOf: TrafficSource['addressOf']): TrafficSource => ({
  follow: (onService) => {
    for (const service of store.list<Service>('services')) onService(keyOf(service), service);
    return store.watch('services', ({ type, object }) => onService(keyOf(object), type === 'DELETED' ? undefined : (object as Service)));
  },
  slices: (key) => {
    const { namespace, name } = refOf('services', key);
    return store.list<EndpointSlice>(
      'endpointslices.discovery.k8s.io',
      namespace,
      ({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name,
    );
  },
  routes: (namespace) => routeKinds.flatMap((kind) => store.list<HttpRoute>(kind, namespace)),
  ingresses: (namespace) => store.list<Ingress>('ingresses.networking.k8s.io', namespace),
  pod: (namespace, name) => store.get({ resource: 'pods', namespace, name }),
  addressOf,
});
