/** A kind that Alloy knows by name: Kubernetes' own kinds, and some of other projects. */
export interface KnownKind {
  readonly kind: string;
  /** '' is the core group. */
  readonly group: string;
  readonly plural: string;
  /** The accepted versions, the preferred one first. */
  readonly versions: readonly string[];
}

const known = (group: string, versions: readonly string[], kinds: Readonly<Record<string, string>>): readonly KnownKind[] =>
  Object.entries(kinds).map(([kind, plural]) => ({ kind, group, plural, versions }));

/** The kinds that a release writes if the policy does not say otherwise. */
export const defaultKinds: readonly KnownKind[] = [
  ...known('apps', ['v1'], { Deployment: 'deployments' }),
  ...known('', ['v1'], { Service: 'services', ConfigMap: 'configmaps', Secret: 'secrets', ServiceAccount: 'serviceaccounts' }),
  ...known('networking.k8s.io', ['v1', 'v1beta1'], { Ingress: 'ingresses' }),
  ...known('autoscaling', ['v2', 'v1', 'v2beta2', 'v2beta1'], { HorizontalPodAutoscaler: 'horizontalpodautoscalers' }),
  ...known('policy', ['v1', 'v1beta1'], { PodDisruptionBudget: 'poddisruptionbudgets' }),
  ...known('apps', ['v1'], { StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' }),
  ...known('batch', ['v1', 'v1beta1'], { CronJob: 'cronjobs' }),
  ...known('batch', ['v1'], { Job: 'jobs' }),
  ...known('', ['v1'], { PersistentVolumeClaim: 'persistentvolumeclaims' }),
  ...known('networking.k8s.io', ['v1'], { NetworkPolicy: 'networkpolicies' }),
  ...known('gateway.networking.k8s.io', ['v1', 'v1beta1'], { HTTPRoute: 'httproutes' }),
  ...known('gateway.networking.k8s.io', ['v1', 'v1alpha2'], { GRPCRoute: 'grpcroutes' }),
  ...known('monitoring.coreos.com', ['v1'], { ServiceMonitor: 'servicemonitors', PodMonitor: 'podmonitors' }),
  ...known('keda.sh', ['v1alpha1'], { ScaledObject: 'scaledobjects' }),
  ...known('networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], {
    VirtualService: 'virtualservices', DestinationRule: 'destinationrules',
  }),
  ...known('cert-manager.io', ['v1'], { Certificate: 'certificates' }),
];

/**
 * Kinds whose objects a release deletes if its bundle no longer has them. Absent on purpose: what holds data
 * (PersistentVolumeClaim, StatefulSet, Secret), what others connect to (Service), and kinds of other projects.
 */
const prunableIds: ReadonlySet<string> = new Set([
  'Ingress.networking.k8s.io', 'HorizontalPodAutoscaler.autoscaling', 'PodDisruptionBudget.policy', 'NetworkPolicy.networking.k8s.io',
  'Deployment.apps', 'DaemonSet.apps', 'CronJob.batch', 'Job.batch', 'ConfigMap', 'ServiceAccount',
]);
/** These kinds in the order of deletion: what pods read is deleted after the workloads. */
export const prunableKinds: readonly KnownKind[] = [...prunableIds].map((id) => defaultKinds.find((row) => idOf(row) === id)!);
export const isPrunable = (object: { readonly apiVersion: string; readonly kind: string }): boolean => prunableIds.has(kindIdOf(object));

/** Namespaced kinds of Kubernetes itself that are released only if an administrator allows them. */
const optionalKinds: readonly KnownKind[] = [
  ...known('', ['v1'], {
    Pod: 'pods', Endpoints: 'endpoints', Event: 'events', LimitRange: 'limitranges', PodTemplate: 'podtemplates',
    ReplicationController: 'replicationcontrollers', ResourceQuota: 'resourcequotas',
  }),
  ...known('apps', ['v1'], { ReplicaSet: 'replicasets', ControllerRevision: 'controllerrevisions' }),
  ...known('discovery.k8s.io', ['v1', 'v1beta1'], { EndpointSlice: 'endpointslices' }),
  ...known('coordination.k8s.io', ['v1'], { Lease: 'leases' }),
  ...known('storage.k8s.io', ['v1'], { CSIStorageCapacity: 'csistoragecapacities' }),
];

const knownKinds: readonly KnownKind[] = [...defaultKinds, ...optionalKinds];
const byId: ReadonlyMap<string, KnownKind> = new Map(knownKinds.map((row) => [idOf(row), row]));
const byName: ReadonlyMap<string, KnownKind> = new Map(knownKinds.map((row) => [row.kind, row]));

const ACCESS = 'Alloy never writes access rules.';
const WEBHOOKS = 'Alloy never writes what intercepts the requests of others to the API server.';
const CLUSTER_SCOPED = 'Alloy never writes cluster-scoped objects.';

/** Groups of which Alloy writes no kind at all, with the reason. */
const closedGroups: ReadonlyMap<string, string> = new Map([
  ...['rbac.authorization.k8s.io', 'authorization.k8s.io', 'authorization.openshift.io', 'authentication.k8s.io', 'certificates.k8s.io']
    .map((group) => [group, ACCESS] as const),
  ...['admissionregistration.k8s.io', 'apiregistration.k8s.io'].map((group) => [group, WEBHOOKS] as const),
  ['apiextensions.k8s.io', CLUSTER_SCOPED], ['flowcontrol.apiserver.k8s.io', CLUSTER_SCOPED], ['scheduling.k8s.io', CLUSTER_SCOPED],
  ['node.k8s.io', CLUSTER_SCOPED],
]);

/** Kinds that Alloy never writes, in whatever group they are, with the reason. */
const closedKinds: ReadonlyMap<string, string> = new Map([
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'CertificateSigningRequest'].map((kind) => [kind, ACCESS] as const),
  ...[
    'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding',
    'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'APIService',
  ].map((kind) => [kind, WEBHOOKS] as const),
  ...[
    'Namespace', 'Node', 'PersistentVolume', 'StorageClass', 'PriorityClass', 'RuntimeClass', 'IngressClass', 'CSIDriver', 'CSINode',
    'VolumeAttachment', 'VolumeAttributesClass', 'IPAddress', 'ServiceCIDR', 'ComponentStatus', 'PodSecurityPolicy', 'DeviceClass',
    'ResourceSlice', 'GatewayClass', 'CustomResourceDefinition', 'ClusterIssuer', 'ClusterSecretStore', 'ClusterPolicy',
    'ClusterTriggerAuthentication',
  ].map((kind) => [kind, CLUSTER_SCOPED] as const),
]);

/** The names by which policies and messages call a kind: `Service`, `Deployment.apps`. */
export function idOf({ kind, group }: { readonly kind: string; readonly group: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}

export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** The id of an object's kind. */
export const kindIdOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string =>
  idOf({ kind, group: groupOf(apiVersion) });

/** Groups with a dot in their name that Kubernetes itself serves, and of which it serves all kinds. */
const builtInGroups: ReadonlySet<string> = new Set([
  'networking.k8s.io', 'discovery.k8s.io', 'coordination.k8s.io', 'storage.k8s.io', 'events.k8s.io', 'resource.k8s.io',
]);
/** Whether Kubernetes itself serves the group, so that its kinds and versions are known. */
export const isBuiltInGroup = (group: string): boolean => !group.includes('.') || builtInGroups.has(group);

/** Undefined: Alloy does not know this kind by name. */
export const knownKind = (id: string): KnownKind | undefined => byId.get(id);
/** The known kind with this name, in whatever group. */
export const knownKindNamed = (kind: string): KnownKind | undefined => byName.get(kind);
/** The names of the known kinds of a group. */
export const kindsOfGroup = (group: string): readonly string[] => knownKinds.filter((row) => row.group === group).map(({ kind }) => kind);

/** Why Alloy never writes this kind, whatever a policy says; undefined: a policy may allow it. */
export function neverWritten(id: string): string | undefined {
  const [kind = '', ...group] = id.split('.');
  return closedKinds.get(kind) ?? closedGroups.get(group.join('.'));
}
