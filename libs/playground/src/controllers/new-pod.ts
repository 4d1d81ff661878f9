import type { Pod, PodTemplate } from '../kinds';
import type { PlaygroundObject } from '../objects';
import type { Store } from '../store';
import { controllerReference } from './ownership';

type Owner = PlaygroundObject & { readonly spec: { readonly template: PodTemplate } };
type Named = { readonly name: string } | { readonly generateName: string };

/** Creates a pod of the owner's template, with labels in addition. */
export function createPod(store: Store, owner: Owner, named: Named, labels: Readonly<Record<string, string>>): Pod {
  const { template } = owner.spec;
  return store.create<Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...named,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...labels },
      annotations: template.metadata?.annotations,
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
    status: { phase: 'Pending' },
  } as Parameters<Store['create']>[0]);
}

export const deletePod = (store: Store, { metadata }: Pod): void =>
  void store.delete({ resource: 'pods', namespace: metadata.namespace, name: metadata.name }, { uid: metadata.uid });
