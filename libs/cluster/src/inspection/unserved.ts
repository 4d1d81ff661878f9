import { kindIdOf, type KubeObject } from '@alloy/contracts';
import type { Cluster, ObjectRef } from '../ports';
import { refOf } from '../write';

/** An object that the cluster can not have in a namespace. */
export interface Unserved {
  readonly object: ObjectRef;
  /** The cluster has its kind, but without namespaces. */
  readonly isClusterScoped: boolean;
}

/** Groups that each cluster serves: they need no request. */
const ALWAYS: ReadonlySet<string> = new Set(['v1', 'apps/v1', 'batch/v1']);

/** The first object of each kind that the cluster can not have in a namespace, according to discovery. */
export async function unservedOf(cluster: Pick<Cluster, 'isNamespaced'>, objects: readonly KubeObject[]): Promise<readonly Unserved[]> {
  const asked = new Map(
    objects.filter(({ apiVersion }) => !ALWAYS.has(apiVersion)).map((object) => [`${object.apiVersion}/${kindIdOf(object)}`, object]),
  );
  const found = await Promise.all(
    [...asked.values()].map(async (object): Promise<readonly Unserved[]> => {
      const isNamespaced = await cluster.isNamespaced(object.apiVersion, object.kind);
      return isNamespaced ? [] : [{ object: refOf(object), isClusterScoped: isNamespaced === false }];
    }),
  );
  return found.flat();
}
