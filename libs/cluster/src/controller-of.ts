import type { V1OwnerReference } from '@kubernetes/client-node';
import type { KubeObject } from '@alloy/contracts';
import type { Json } from './json';

export const controllerOf = ({ metadata }: KubeObject): Json<V1OwnerReference> | undefined =>
  (metadata['ownerReferences'] as readonly Json<V1OwnerReference>[] | undefined)?.find((owner) => owner.controller);
