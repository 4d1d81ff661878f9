import { COPY_LABEL, CREATED_ANNOTATION, DIGEST_ANNOTATION, isPrunable, type KubeObject } from '@alloy/contracts';
import type { V1OwnerReference } from '@kubernetes/client-node';
import { ownManagers } from '../drift/foreign-writes';
import { parseFence, standing, type Fence, type Owner } from '../fence';
import type { Json } from '../json';
import { managedFieldsOf } from '../managed-fields';

/** A part of Kubernetes, which scales by autoscalers. */
const KUBERNETES = 'kube-controller-manager';

/** The decision that created the object; undefined: no release of this installation did, as far as the object shows. */
export function createdBy({ metadata }: KubeObject, owner: Owner): Fence | undefined {
  const fence = parseFence(metadata.annotations?.[CREATED_ANNOTATION]);
  return fence?.installation === owner.fence.installation && metadata.annotations?.[DIGEST_ANNOTATION] !== undefined ? fence : undefined;
}

/** A copy of a ConfigMap or Secret has its own rule: it is deleted with its version. */
export const isCopy = ({ metadata }: KubeObject): boolean => metadata.labels?.[COPY_LABEL] !== undefined;

/**
 * Why Alloy may not delete the object: only what it has created and no other client has written to is its own.
 * Undefined: it may. Of an outline only labels and annotations are checked: read the object live before its deletion.
 */
export function reasonToKeep(object: KubeObject, owner: Owner): string | undefined {
  if (!isPrunable(object)) return `Alloy deletes no ${object.kind}`;
  if (standing(object, owner) === 'foreign') return 'it belongs to another installation or project';
  if (createdBy(object, owner) === undefined) return 'no record shows that Alloy created it';
  if (isOutline(object)) return undefined;
  const [controller] = (object.metadata['ownerReferences'] as readonly Json<V1OwnerReference>[] | undefined) ?? [];
  if (controller) return `${controller.kind} ${controller.name} owns it`;
  if (managedFieldsOf(object).length === 0) return 'the API server does not record who has written it';
  const writers = foreignManagers(object);
  return writers.length === 0 ? undefined : `${writers.join(', ')} has written to it`;
}

/** Whether the object is only what the live-state cache keeps of it: each live object has a time of its creation. */
const isOutline = ({ metadata }: KubeObject): boolean => metadata['creationTimestamp'] === undefined;

function foreignManagers(object: KubeObject): readonly string[] {
  const others = managedFieldsOf(object).filter(
    ({ manager, subresource }) => !ownManagers.includes(manager) && manager !== KUBERNETES && subresource !== 'status',
  );
  return [...new Set(others.map(({ manager }) => manager))];
}
