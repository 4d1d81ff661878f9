import type { V1PodSpec } from '@kubernetes/client-node';
import { PROJECT_LABEL, type KubeObject } from '@alloy/contracts';
import { isDeployment, type Json } from '../json';

const KEPT_ANNOTATIONS = ['alloy.dev/', 'prometheus.io/'];

/** The metadata that owners, labels and versions are read from; managed fields and the annotations of others are dropped. */
function slimMetadata({ name, namespace, uid, resourceVersion, generation, labels, annotations, ...rest }: KubeObject['metadata']): KubeObject['metadata'] {
  const kept = Object.entries(annotations ?? {}).filter(([key]) => KEPT_ANNOTATIONS.some((prefix) => key.startsWith(prefix)));
  return {
    name, namespace, uid, resourceVersion, generation, labels,
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    ...(rest['ownerReferences'] !== undefined && { ownerReferences: rest['ownerReferences'] }),
    ...(rest['deletionTimestamp'] !== undefined && { deletionTimestamp: rest['deletionTimestamp'] }),
    ...(rest['creationTimestamp'] !== undefined && { creationTimestamp: rest['creationTimestamp'] }),
  } as KubeObject['metadata'];
}

/** Of a pod: its metadata, status, and the ports of its containers. */
export function slimPod(pod: KubeObject): KubeObject {
  const { containers = [], terminationGracePeriodSeconds } = (pod['spec'] ?? {}) as Partial<Json<V1PodSpec>>;
  return {
    apiVersion: pod.apiVersion, kind: pod.kind, metadata: slimMetadata(pod.metadata),
    spec: { containers: containers.map(({ name, ports }) => ({ name, ...(ports !== undefined && { ports }) })), terminationGracePeriodSeconds },
    status: pod['status'],
  };
}

/**
 * Of a Deployment: its metadata, numbers, selector and strategy, the labels and the grace period of its pods, and no container, whose environment may hold secrets.
 * The managed fields say who changed what; they are kept of a Deployment that Alloy has labelled.
 */
export function slimDeployment(object: KubeObject): KubeObject {
  if (!isDeployment(object)) return object;
  const { metadata, spec: { replicas, selector, strategy, template } } = object;
  const { terminationGracePeriodSeconds } = template.spec;
  const managedFields = metadata.labels?.[PROJECT_LABEL] === undefined ? undefined : metadata['managedFields'];
  return {
    apiVersion: object.apiVersion, kind: object.kind, metadata: { ...slimMetadata(metadata), ...(managedFields !== undefined && { managedFields }) },
    spec: {
      ...(replicas !== undefined && { replicas }), selector, ...(strategy && { strategy }),
      template: { metadata: { labels: template.metadata?.labels }, spec: { containers: [], ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }) } },
    },
    status: object.status,
  } as KubeObject;
}

/** Of a ReplicaSet: its metadata, which says who owns it, and its number of pods. */
export function slimReplicaSet(set: KubeObject): KubeObject {
  const { replicas } = (set['spec'] ?? {}) as { readonly replicas?: number };
  return { apiVersion: set.apiVersion, kind: set.kind, metadata: slimMetadata(set.metadata), spec: { replicas }, status: set['status'] };
}
