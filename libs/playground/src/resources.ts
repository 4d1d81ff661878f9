/** A served resource, as in discovery. */
export interface ResourceType {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `deployments`. */
  readonly resource: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Whether a change of fields other than metadata and status increments `metadata.generation`. */
  readonly generation: boolean;
  /** How names are validated; default `subdomain`. */
  readonly naming: 'subdomain' | 'label';
}
export type Subresource = 'status' | 'scale' | 'resize' | 'proxy' | 'log';

type Options = Partial<
  Pick<ResourceType, 'namespaced' | 'shortNames' | 'categories' | 'subresources' | 'generation' | 'naming' | 'singular'>
>;

function type(group: string, version: string, resource: string, kind: string, options: Options = {}): ResourceType {
  return {
    group, version, resource, kind, singular: kind.toLowerCase(), namespaced: true, shortNames: [], categories: [],
    subresources: [], generation: false, naming: 'subdomain', ...options,
  };
}

/** All served resources, one version per group. */
export const resourceTypes: readonly ResourceType[] = [
  type('', 'v1', 'namespaces', 'Namespace', { namespaced: false, shortNames: ['ns'], subresources: ['status'], naming: 'label' }),
  type('', 'v1', 'nodes', 'Node', { namespaced: false, shortNames: ['no'], subresources: ['status'] }),
  type('', 'v1', 'pods', 'Pod', { shortNames: ['po'], categories: ['all'], subresources: ['status', 'resize', 'log', 'proxy'] }),
  type('', 'v1', 'services', 'Service', { shortNames: ['svc'], categories: ['all'], subresources: ['status'], naming: 'label' }),
  type('', 'v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  type('', 'v1', 'secrets', 'Secret'),
  type('', 'v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  type('', 'v1', 'resourcequotas', 'ResourceQuota', { shortNames: ['quota'], subresources: ['status'] }),
  type('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', { shortNames: ['pvc'], subresources: ['status'] }),
  type('', 'v1', 'events', 'Event', { shortNames: ['ev'] }),
  type('apps', 'v1', 'deployments', 'Deployment', {
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    generation: true,
  }),
  type('apps', 'v1', 'replicasets', 'ReplicaSet', {
    shortNames: ['rs'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    generation: true,
  }),
  type('apps', 'v1', 'statefulsets', 'StatefulSet', {
    shortNames: ['sts'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    generation: true,
  }),
  type('apps', 'v1', 'daemonsets', 'DaemonSet', { shortNames: ['ds'], categories: ['all'], subresources: ['status'], generation: true }),
  type('batch', 'v1', 'cronjobs', 'CronJob', { shortNames: ['cj'], categories: ['all'], subresources: ['status'], generation: true }),
  type('batch', 'v1', 'jobs', 'Job', { categories: ['all'], subresources: ['status'], generation: true }),
  type('networking.k8s.io', 'v1', 'ingresses', 'Ingress', { shortNames: ['ing'], subresources: ['status'], generation: true }),
  type('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', { shortNames: ['netpol'], generation: true }),
  type('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute', {
    categories: ['gateway-api'], subresources: ['status'], generation: true,
  }),
  type('gateway.networking.k8s.io', 'v1', 'grpcroutes', 'GRPCRoute', {
    categories: ['gateway-api'], subresources: ['status'], generation: true,
  }),
  type('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    shortNames: ['hpa'],
    categories: ['all'],
    subresources: ['status'],
  }),
  type('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', { shortNames: ['pdb'], subresources: ['status'], generation: true }),
  type('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', { generation: true }),
];

/** Served in addition to core events: the objects are stored once, as core events. */
export const eventsAlias: ResourceType = type('events.k8s.io', 'v1', 'events', 'Event', { shortNames: ['ev'] });

/** The store's key of a resource: `pods`, `deployments.apps`. */
export const resourceKey = ({ group, resource }: Pick<ResourceType, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`;

export const apiVersionOf = ({ group, version }: Pick<ResourceType, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

const byKind = new Map(resourceTypes.map((each) => [`${apiVersionOf(each)}/${each.kind}`, each]));

/** The type of an object by apiVersion and kind; `undefined` if it is not served. */
export const typeOfKind = (apiVersion: string, kind: string): ResourceType | undefined => byKind.get(`${apiVersion}/${kind}`);
