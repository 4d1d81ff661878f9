import type { ClusterApi } from '../../support/cluster-api';
import { userOf, type ClusterService } from './manifests';

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/**
 * Every resource of a namespace that Alloy uses, or that an attacker could use; with further verbs that only this
 * resource has.
 */
const resources: ReadonlyArray<readonly [resource: string, group: string, ...more: string[]]> = [
  ['bindings', ''],
  ['configmaps', ''],
  ['endpoints', ''],
  ['events', ''],
  ['limitranges', ''],
  ['namespaces', ''],
  ['persistentvolumeclaims', ''],
  ['pods', ''],
  ['pods/attach', ''],
  ['pods/ephemeralcontainers', ''],
  ['pods/eviction', ''],
  ['pods/exec', ''],
  ['pods/log', ''],
  ['pods/portforward', ''],
  ['pods/proxy', ''],
  ['pods/status', ''],
  ['resourcequotas', ''],
  ['secrets', ''],
  ['serviceaccounts', '', 'impersonate'],
  ['serviceaccounts/token', ''],
  ['services', ''],
  ['services/proxy', ''],
  ['controllerrevisions', 'apps'],
  ['daemonsets', 'apps'],
  ['deployments', 'apps'],
  ['deployments/scale', 'apps'],
  ['deployments/status', 'apps'],
  ['replicasets', 'apps'],
  ['replicasets/scale', 'apps'],
  ['statefulsets', 'apps'],
  ['horizontalpodautoscalers', 'autoscaling'],
  ['cronjobs', 'batch'],
  ['jobs', 'batch'],
  ['certificates', 'cert-manager.io'],
  ['leases', 'coordination.k8s.io'],
  ['endpointslices', 'discovery.k8s.io'],
  ['httproutes', 'gateway.networking.k8s.io'],
  ['grpcroutes', 'gateway.networking.k8s.io'],
  ['referencegrants', 'gateway.networking.k8s.io'],
  ['scaledobjects', 'keda.sh'],
  ['servicemonitors', 'monitoring.coreos.com'],
  ['podmonitors', 'monitoring.coreos.com'],
  ['destinationrules', 'networking.istio.io'],
  ['virtualservices', 'networking.istio.io'],
  ['events', 'events.k8s.io'],
  ['ingresses', 'networking.k8s.io'],
  ['networkpolicies', 'networking.k8s.io'],
  ['poddisruptionbudgets', 'policy'],
  ['rolebindings', 'rbac.authorization.k8s.io'],
  ['roles', 'rbac.authorization.k8s.io', 'bind', 'escalate'],
];

const clusterWide: typeof resources = [
  ['nodes', ''],
  ['nodes/proxy', ''],
  ['persistentvolumes', ''],
  ['users', '', 'impersonate'],
  ['groups', '', 'impersonate'],
  ['customresourcedefinitions', 'apiextensions.k8s.io'],
  ['mutatingwebhookconfigurations', 'admissionregistration.k8s.io'],
  ['validatingwebhookconfigurations', 'admissionregistration.k8s.io'],
  ['clusterroles', 'rbac.authorization.k8s.io', 'bind', 'escalate'],
  ['clusterrolebindings', 'rbac.authorization.k8s.io'],
  ['priorityclasses', 'scheduling.k8s.io'],
  ['storageclasses', 'storage.k8s.io'],
];

export interface Access {
  readonly namespace?: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

/**
 * The permissions of a service in a namespace, or (undefined) in the whole cluster: one line per resource with the
 * verbs that the API server allows.
 */
export async function accessTable(api: ClusterApi, service: ClusterService, namespace: string | undefined): Promise<readonly string[]> {
  const lines = (namespace === undefined ? [...resources, ...clusterWide] : resources).map(async ([resource, group, ...more]) => {
    const candidates = [...verbs, ...more];
    const allowed = await Promise.all(
      candidates.map((verb) => mayDo(api, service, { group, resource, verb, ...(namespace !== undefined && { namespace }) })),
    );
    const name = group === '' ? resource : `${resource} (${group})`;
    return `${name.padEnd(66)} ${candidates.filter((_verb, index) => allowed[index]).join(' ') || '-'}`;
  });
  return Promise.all(lines);
}

/** Asks the API server, with a SubjectAccessReview. */
export async function mayDo(api: ClusterApi, service: ClusterService, { resource, namespace, ...asked }: Access): Promise<boolean> {
  const [plural, subresource = ''] = resource.split('/');
  const name = plural === 'namespaces' && namespace !== undefined ? { name: namespace } : {};
  const resourceAttributes = { ...asked, ...name, resource: plural, subresource, namespace: namespace ?? '' };
  const groups = ['system:serviceaccounts', 'system:authenticated'];
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: userOf(service), groups, resourceAttributes },
  };
  const { status } = await api.json<{ readonly status: { readonly allowed: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body,
  });
  return status.allowed;
}
