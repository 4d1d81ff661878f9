import type { Deployment, ReplicaSet } from '../kinds';
import type { Store } from '../store';
import { matchesSelector } from './label-selector';
import { adopt, controllerOf, controllerReference, isControlledBy } from './ownership';
import { HASH_LABEL, bareTemplate, podTemplateHash, sameTemplate } from './pod-template-hash';

export const REVISION = 'deployment.kubernetes.io/revision';
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
export const MAX = 'deployment.kubernetes.io/max-replicas';
const OWN_ANNOTATIONS: readonly string[] = [REVISION, DESIRED, MAX, 'kubectl.kubernetes.io/last-applied-configuration'];

export const revisionOf = ({ metadata }: ReplicaSet | Deployment): number => Number(metadata.annotations?.[REVISION] ?? 0);

/** A Deployment's ReplicaSets, oldest revision first; adopts orphans that its selector matches. */
export function replicaSetsOf(store: Store, deployment: Deployment): ReplicaSet[] {
  const { namespace } = deployment.metadata;
  const orphans = store.list<ReplicaSet>(
    'replicasets.apps',
    namespace,
    (set) => !controllerOf(set) && matchesSelector(deployment.spec.selector, set.metadata.labels),
  );
  for (const orphan of orphans) store.update(adopt(orphan, deployment));
  return store
    .list<ReplicaSet>(
      'replicasets.apps',
      namespace,
      (set) => isControlledBy(set, deployment) && set.metadata.deletionTimestamp === undefined,
    )
    .sort((a, b) => revisionOf(a) - revisionOf(b));
}

export const freshOf = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  sets.find((set) => sameTemplate(set.spec.template, deployment.spec.template));

export const withAnnotations = <T extends ReplicaSet | Deployment>(object: T, annotations: Readonly<Record<string, string>>): T =>
  ({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } } });

/** Annotations that a ReplicaSet inherits from its Deployment. */
export const inheritedAnnotations = ({ metadata }: Deployment): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.includes(key)));

/** `undefined`: another template's ReplicaSet has the name; retry with one more collision. */
export function createReplicaSet(
  store: Store, deployment: Deployment, replicas: number,
  annotations: Readonly<Record<string, string>>,
): ReplicaSet | undefined {
  const template = bareTemplate(deployment.spec.template);
  const hash = podTemplateHash(template, deployment.status?.collisionCount ?? 0);
  const name = `${deployment.metadata.name}-${hash}`;
  if (store.get({ resource: 'replicasets.apps', namespace: deployment.metadata.namespace, name })) return undefined;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const { selector, minReadySeconds } = deployment.spec;
  return store.create<ReplicaSet>({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name, namespace: deployment.metadata.namespace, labels,
      annotations: { ...inheritedAnnotations(deployment), ...annotations },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  });
}
