import type { OwnerReference, PlaygroundObject } from '../objects';

/** The controller among an object's owners, if any. */
export const controllerOf = (object: PlaygroundObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller === true);

export const isControlledBy = (object: PlaygroundObject, owner: PlaygroundObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

export const controllerReference = (owner: PlaygroundObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

export const adopt = <T extends PlaygroundObject>(object: T, owner: PlaygroundObject): T => ({
  ...object,
  metadata: { ...object.metadata, ownerReferences: [...(object.metadata.ownerReferences ?? []), controllerReference(owner)] },
});

export const disown = <T extends PlaygroundObject>(object: T, uid: string | undefined): T => ({
  ...object,
  metadata: { ...object.metadata, ownerReferences: (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid) },
});

/** `namespace/name`, the key of a namespaced object in a work queue. */
export const keyOf = ({ metadata }: PlaygroundObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

export const refOf = (resource: string, key: string): { resource: string; namespace: string; name: string } => {
  const slash = key.indexOf('/');
  return { resource, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
};
