import type { V1LabelSelector } from '@kubernetes/client-node';
import { kindIdOf, type KubeObject } from '@alloy/contracts';
import { controllerOf } from './controller-of';
import { isFollower } from './followers';
import type { Live } from './live';
import type { Json } from './json';
import type { Cluster, ObjectRef } from './ports';
import { selectorText } from './read-live';
import { keyOfRef } from './with-owner';

/** An object as it was read live. */
export interface ReadObject {
  /** Undefined: it does not exist. */
  readonly object: KubeObject | undefined;
  /** The pods of its current and its earlier specs, if it is a follower. */
  readonly pods: readonly KubeObject[];
}

/** Reads an object, and if it is a follower its pods. */
export async function readFollower(cluster: Cluster, ref: ObjectRef): Promise<ReadObject> {
  const object = await cluster.get(ref);
  return { object, pods: object && isFollower(object) ? await podsOf(cluster, object) : [] };
}

/** The live state in which a shared object and its pods are replaced by what was read. */
export function withFollower(live: Live, ref: ObjectRef, { object, pods }: ReadObject): Live {
  const key = keyOfRef(ref);
  const shared = new Map(live.shared);
  if (object) shared.set(key, object);
  else shared.delete(key);
  return { ...live, shared, followerPods: new Map([...(live.followerPods ?? []), [key, pods]]) };
}

async function podsOf(cluster: Cluster, object: KubeObject): Promise<readonly KubeObject[]> {
  const selector = (object['spec'] as { readonly selector?: Json<V1LabelSelector> } | undefined)?.selector;
  if (!selector) return [];
  const { namespace, uid } = object.metadata;
  const query = { ...(namespace !== undefined && { namespace }), labels: selectorText(selector) };
  const isDeployment = kindIdOf(object) === 'Deployment.apps';
  const [pods, sets] = await Promise.all([
    cluster.list({ apiVersion: 'v1', kind: 'Pod', ...query }),
    isDeployment ? cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...query }) : [],
  ]);
  const owners = isDeployment ? newestSets(object, sets) : new Set([uid]);
  return pods.filter((pod) => owners.has(controllerOf(pod)?.uid));
}

const REVISION = 'deployment.kubernetes.io/revision';

/** The ReplicaSet of the Deployment's current spec; those of earlier ones become smaller by themselves. */
const newestSets = ({ metadata }: KubeObject, sets: readonly KubeObject[]): ReadonlySet<string | undefined> =>
  new Set(
    sets
      .filter((set) => controllerOf(set)?.uid === metadata.uid && set.metadata.annotations?.[REVISION] === metadata.annotations?.[REVISION])
      .map((set) => set.metadata.uid),
  );
