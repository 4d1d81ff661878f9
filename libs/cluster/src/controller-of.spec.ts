import type { KubeObject } from '@alloy/contracts';
import { controllerOf } from './controller-of';

it('controllerOf returns the owner that is the controller, and ignores other owners', () => {
  const owners = [{ uid: 'a', kind: 'Node', name: 'n' }, { uid: 'b', kind: 'ReplicaSet', name: 'r', controller: true }];
  const owned = (ownerReferences?: unknown) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ownerReferences } }) as KubeObject;
  expect([controllerOf(owned(owners))?.uid, controllerOf(owned([owners[0]])), controllerOf(owned())]).toEqual(['b', undefined, undefined]);
});
