import { keyOf, refOf } from '../controllers/ownership';
import type { Service } from '../kinds';
import type { Store } from '../store';
import type { TrafficSource } from './traffic';

/** What users see of the playground's own cluster. */
export const storeTraffic = (store: Store, addressOf: TrafficSource['addressOf']): TrafficSource => ({
  follow: (told) => {
    for (const service of store.list<Service>('services')) told(keyOf(service), service);
    return store.watch('services', ({ type, object }) => told(keyOf(object), type === 'DELETED' ? undefined : (object as Service)));
  },
  endpoints: (key) => store.get(refOf('endpoints', key)),
  pod: (namespace, name) => store.get({ resource: 'pods', namespace, name }),
  addressOf,
});
