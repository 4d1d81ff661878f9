import { SERVICE_NAME_LABEL, type Endpoint, type EndpointPort, type EndpointSlice, type Pod, type Service } from '../kinds';
import { hashText } from '../hash-text';
import type { PlaygroundObject } from '../objects';
import type { Store } from '../store';
import { matchesLabels } from './label-selector';
import { controllerReference, keyOf, refOf } from './ownership';
import { isActive, isReady } from './pod-state';
import { QueuedController } from './queued-controller';

/** Maintains an EndpointSlice per Service with a selector; the Service owns it. */
export class EndpointSliceController extends QueuedController {
  start(): void {
    const { store } = this.context;
    this.watch('services', ({ object }) => this.queue.add(keyOf(object)));
    this.watch('pods', ({ object, previous }) => [object, previous].forEach((pod) => pod && this.enqueueFor(pod as Pod)));
    for (const service of store.list('services')) this.queue.add(keyOf(service));
  }

  private enqueueFor(pod: Pod): void {
    for (const service of this.context.store.list<Service>('services', pod.metadata.namespace)) {
      if (service.spec.selector && matchesLabels(service.spec.selector, pod.metadata.labels)) this.queue.add(keyOf(service));
    }
  }

  protected reconcile(key: string): void {
    const { store } = this.context;
    const service = store.get<Service>(refOf('services', key));
    if (!service) return;
    const { selector } = service.spec;
    // Without a selector users manage the endpoints.
    if (!selector || Object.keys(selector).length === 0) return;
    const pods = store
      .list<Pod>('pods', service.metadata.namespace, (pod) => matchesLabels(selector, pod.metadata.labels))
      .filter((pod) => pod.status?.podIP !== undefined);
    put(store, 'endpointslices.discovery.k8s.io', sliceOf(service, pods));
  }
}

function put(store: Store, resource: string, object: PlaygroundObject): void {
  const live = store.get({ resource, namespace: object.metadata.namespace, name: object.metadata.name });
  if (live) store.update({ ...live, ...object, metadata: { ...live.metadata, labels: object.metadata.labels } });
  else store.create(object);
}

const serves = (service: Service, pod: Pod): boolean => isActive(pod) && (isReady(pod) || service.spec.publishNotReadyAddresses === true);

const endpointOf = (service: Service, pod: Pod): Endpoint => ({
  addresses: [pod.status?.podIP ?? ''],
  conditions: { ready: serves(service, pod), serving: isReady(pod), terminating: !isActive(pod) },
  nodeName: pod.spec.nodeName,
  targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
});

/** A service's target ports; a named port is resolved by the pods, which are assumed to agree. */
function portsOf(service: Service, pods: readonly Pod[]): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap(({ name, port, targetPort = port, protocol = 'TCP' }) => {
    const declared = pods.flatMap(({ spec }) => spec.containers).flatMap(({ ports = [] }) => ports);
    const number = typeof targetPort === 'number' ? targetPort : declared.find((each) => each.name === targetPort)?.containerPort;
    return number === undefined ? [] : [{ ...(name ? { name } : {}), port: number, protocol }];
  });
}

function sliceOf(service: Service, pods: readonly Pod[]): EndpointSlice {
  const { name, namespace, uid, labels } = service.metadata;
  const endpoints = pods
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .map((pod) => endpointOf(service, pod));
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${hashText(uid ?? name).toString(36).slice(0, 5)}`,
      namespace,
      labels: { ...labels, [SERVICE_NAME_LABEL]: name, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: endpoints.length > 0 ? endpoints : null,
    // kubectl requires port names in a slice.
    ports: portsOf(service, pods).map((port) => ({ name: '', ...port })),
  };
}
