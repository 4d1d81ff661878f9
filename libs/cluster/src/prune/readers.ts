import { podTemplate, type Bundle, type KubeObject } from '@alloy/contracts';
import type { PodTemplate } from '../json';
import { referencesOf } from '../references';
import { keyOf } from '../with-owner';

/** The objects that pods read by name, by their `keyOf`, each with a workload whose pods do. */
export type Readers = ReadonlyMap<string, KubeObject>;

/** ConfigMaps, Secrets and ServiceAccounts that the pods of these workloads need; other objects have no pods. */
export function readersIn(objects: readonly KubeObject[]): Readers {
  const found = new Map<string, KubeObject>();
  for (const object of objects) for (const key of namesIn(object)) if (!found.has(key)) found.set(key, object);
  return found;
}

/** What the version reads and does not bring along: a rollback to it can not restore that. */
export function readersOfOthers({ objects }: Bundle): Readers {
  const own = new Set(objects.map(keyOf));
  return new Map([...readersIn(objects)].filter(([key]) => !own.has(key)));
}

function namesIn(object: KubeObject): readonly string[] {
  const template = podTemplate(object) as Partial<PodTemplate> | undefined;
  // A manifest of another kind may have no containers.
  if (!template?.spec?.containers) return [];
  const { serviceAccountName, serviceAccount } = template.spec;
  const account = serviceAccountName ?? serviceAccount;
  const references = referencesOf(template as PodTemplate).map(({ kind, name }) => `${kind}/${name}`);
  return [...references, ...(account === undefined ? [] : [`ServiceAccount/${account}`])];
}
