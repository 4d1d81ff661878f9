import { resourceKey, resourceTypes } from '../resources';
import type { PlaygroundObject } from '../objects';
import { QueuedController } from './queued-controller';

const INITIAL = ['default', 'kube-public', 'kube-system'];

/** Maintains the default namespaces, and empties a namespace that is being deleted. */
export class NamespaceController extends QueuedController {
  start(): void {
    const { store } = this.context;
    this.watch(undefined, ({ resource, type, object }) => {
      if (resource === 'namespaces') this.queue.add(object.metadata.name);
      // The removed object may be the last of a terminating namespace.
      else if (type === 'DELETED' && object.metadata.namespace !== undefined) this.queue.add(object.metadata.namespace);
    });
    for (const name of INITIAL) if (!store.get({ resource: 'namespaces', name })) store.create(namespaceOf(name));
    for (const { metadata } of store.list('namespaces')) this.queue.add(metadata.name);
  }

  protected reconcile(name: string): void {
    const { store } = this.context;
    const namespace = store.get({ resource: 'namespaces', name });
    if (!namespace) return;
    if (namespace.metadata.deletionTimestamp === undefined) return this.furnish(namespace);
    if ((namespace.status as { phase?: string } | undefined)?.phase !== 'Terminating')
      store.update({ ...namespace, status: { phase: 'Terminating' } }, { subresource: 'status' });
    const left = namespacedTypes.flatMap((type) =>
      store.list(resourceKey(type), name).map((object) => ({ resource: resourceKey(type), object })),
    );
    for (const { resource, object } of left) {
      if (object.metadata.deletionTimestamp === undefined)
        store.delete({ resource, namespace: name, name: object.metadata.name }, { uid: object.metadata.uid });
    }
    if (left.length > 0) return;
    const live = store.get({ resource: 'namespaces', name });
    if (live)
      store.update({
        ...live,
        metadata: { ...live.metadata, finalizers: (live.metadata.finalizers ?? []).filter((each) => each !== NAMESPACE_FINALIZER) },
      });
  }

  private furnish(namespace: PlaygroundObject): void {
    const { store } = this.context;
    const { name } = namespace.metadata;
    if (!(namespace.metadata.finalizers ?? []).includes(NAMESPACE_FINALIZER))
      store.update({
        ...namespace,
        metadata: { ...namespace.metadata, finalizers: [...(namespace.metadata.finalizers ?? []), NAMESPACE_FINALIZER] },
      });
    const account = { resource: 'serviceaccounts', namespace: name, name: 'default' };
    if (!store.get(account)) store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
  }
}

// Kubernetes stores it in spec.finalizers; here the store's finalizers keep the namespace until it is empty.
const NAMESPACE_FINALIZER = 'kubernetes';

const namespacedTypes = resourceTypes.filter(({ namespaced }) => namespaced);

const namespaceOf = (name: string): PlaygroundObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name }, finalizers: [NAMESPACE_FINALIZER] },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});
