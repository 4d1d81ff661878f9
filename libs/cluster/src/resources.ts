/** Plural and scope of each kind that Alloy reads or writes. */
const kinds: Readonly<Record<string, { readonly plural: string; readonly namespaced: boolean }>> = {
  Namespace: { plural: 'namespaces', namespaced: false },
  Node: { plural: 'nodes', namespaced: false },
  Pod: { plural: 'pods', namespaced: true },
  Service: { plural: 'services', namespaced: true },
  ConfigMap: { plural: 'configmaps', namespaced: true },
  Secret: { plural: 'secrets', namespaced: true },
  ResourceQuota: { plural: 'resourcequotas', namespaced: true },
  ServiceAccount: { plural: 'serviceaccounts', namespaced: true },
  EndpointSlice: { plural: 'endpointslices', namespaced: true },
  Event: { plural: 'events', namespaced: true },
  Deployment: { plural: 'deployments', namespaced: true },
  ReplicaSet: { plural: 'replicasets', namespaced: true },
  Ingress: { plural: 'ingresses', namespaced: true },
  HorizontalPodAutoscaler: { plural: 'horizontalpodautoscalers', namespaced: true },
  PodDisruptionBudget: { plural: 'poddisruptionbudgets', namespaced: true },
};

/**
 * A kind that is not in the table. This is a bug and never caused by user input, because ingest refuses unknown kinds.
 */
export class UnknownKind extends Error {
  readonly code = 'unknown_kind';
  constructor(readonly kind: string) {
    super(`kind ${kind} is not in the table of resources`);
    this.name = 'UnknownKind';
  }
}

/** The API path of one object, or without `name` of a collection. */
export function resourcePath(of: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}): string {
  const kind = kinds[of.kind];
  if (!kind) throw new UnknownKind(of.kind);
  const root = of.apiVersion.includes('/') ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
  const scope = kind.namespaced && of.namespace ? `/namespaces/${encodeURIComponent(of.namespace)}` : '';
  return `${root}${scope}/${kind.plural}${of.name === undefined ? '' : `/${encodeURIComponent(of.name)}`}`;
}
