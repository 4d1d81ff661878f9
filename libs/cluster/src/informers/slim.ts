import type { V1PodSpec } from '@kubernetes/client-node';
import { PROJECT_LABEL, type KubeObject } from '@alloy/contracts';
import { isDeployment, type Json } from '../json';

const KEPT_ANNOTATIONS = ['alloy.dev/', 'prometheus.io/', 'deployment.kubernetes.io/revision'];

/**
 * The metadata that Alloy reads: owners, labels, versions and some annotations. Managed fields and all other
 * annotations are dropped.
 */
function slimMetadata({
  name,
  namespace,
  uid,
  resourceVersion,
  generation,
  labels,
  annotations,
  ...rest
}: KubeObject['metadata']): KubeObject['metadata'] {
  const kept = Object.entries(annotations ?? {}).filter(([key]) => KEPT_ANNOTATIONS.some((prefix) => key.startsWith(prefix)));
  return {
    name,
    namespace,
    uid,
    resourceVersion,
    generation,
    labels,
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    ...(rest['ownerReferences'] !== undefined && { ownerReferences: rest['ownerReferences'] }),
    ...(rest['deletionTimestamp'] !== undefined && { deletionTimestamp: rest['deletionTimestamp'] }),
    ...(rest['creationTimestamp'] !== undefined && { creationTimestamp: rest['creationTimestamp'] }),
  } as KubeObject['metadata'];
}

/** Reduces a pod to its metadata, its status, and the ports of its containers. */
export function slimPod(pod: KubeObject): KubeObject {
  const { containers = [], terminationGracePeriodSeconds } = (pod['spec'] ?? {}) as Partial<Json<V1PodSpec>>;
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: slimMetadata(pod.metadata),
    spec: {
      containers: containers.map(({ name, ports }) => ({ name, ...(ports !== undefined && { ports }) })),
      terminationGracePeriodSeconds,
    },
    status: pod['status'],
  };
}

/**
 * Reduces a Deployment to its metadata, number of pods, selector, strategy, `minReadySeconds` and pause, and the labels
 * and grace period of its pods. The containers are dropped, because their environment may contain secrets. The managed
 * fields, from which drift is detected, are kept only for a Deployment with Alloy's project label.
 */
export function slimDeployment(object: KubeObject): KubeObject {
  if (!isDeployment(object)) return object;
  const { metadata, spec: { replicas, selector, strategy, minReadySeconds, paused, template } } = object;
  const { terminationGracePeriodSeconds } = template.spec;
  const managedFields = metadata.labels?.[PROJECT_LABEL] === undefined ? undefined : metadata['managedFields'];
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...slimMetadata(metadata), ...(managedFields !== undefined && { managedFields }) },
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector,
      ...(strategy && { strategy }),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      ...(paused !== undefined && { paused }),
      template: {
        metadata: { labels: template.metadata?.labels },
        spec: { containers: [], ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }) },
      },
    },
    status: object.status,
  } as KubeObject;
}

/** Reduces a ReplicaSet to its metadata, which names its owner, its number of pods, and its status. */
export function slimReplicaSet(set: KubeObject): KubeObject {
  const { replicas } = (set['spec'] ?? {}) as { readonly replicas?: number };
  return { apiVersion: set.apiVersion, kind: set.kind, metadata: slimMetadata(set.metadata), spec: { replicas }, status: set['status'] };
}
