import type { V1LabelSelector } from '@kubernetes/client-node';
import { kindIdOf, type KubeObject } from '@alloy/contracts';
import { controllerOf } from './controller-of';
import { isFollower } from './followers';
import type { Live } from './live';
import type { Json } from './json';
import type { Cluster, ObjectRef } from './ports';
import { selectorText } from './read-live';
import { keyOfRef } from './with-owner';

/** Reads an object that `live` has, and if it is a follower the pods of its current and its earlier specs. */
export async function readFollower(cluster: Cluster, live: Live, ref: ObjectRef): Promise<Live> {
  const object = await cluster.get(ref);
  const key = keyOfRef(ref);
  const shared = new Map(live.shared);
  if (object) shared.set(key, object);
  else shared.delete(key);
  const pods = object && isFollower(object) ? await podsOf(cluster, object) : [];
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
