import { groupOf, kindIdOf, knownKind, type KubeObject } from '@alloy/contracts';
import type { Cluster, ObjectRef } from '../ports';
import { refOf } from '../write';

/** An object that the cluster can not have in a namespace. */
export interface Unserved {
  readonly object: ObjectRef;
  /** The cluster has its kind, but without namespaces. */
  readonly isClusterScoped: boolean;
  /** The apiVersion in which the cluster serves the kind instead; undefined: Alloy knows none. */
  readonly servedAs?: string;
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
      if (isNamespaced) return [];
      const servedAs = isNamespaced === undefined ? await otherVersion(cluster, object) : undefined;
      return [{ object: refOf(object), isClusterScoped: isNamespaced === false, ...(servedAs !== undefined && { servedAs }) }];
    }),
  );
  return found.flat();
}

/** Kubernetes and operators stop to serve old versions of their kinds. */
async function otherVersion(cluster: Pick<Cluster, 'isNamespaced'>, object: KubeObject): Promise<string | undefined> {
  const group = groupOf(object.apiVersion);
  for (const version of knownKind(kindIdOf(object))?.versions ?? []) {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    if (apiVersion !== object.apiVersion && (await cluster.isNamespaced(apiVersion, object.kind))) return apiVersion;
  }
  return undefined;
}
