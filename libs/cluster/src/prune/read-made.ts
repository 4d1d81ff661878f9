import { ENVIRONMENT_LABEL, idOf, kindIdOf, knownKind, PROJECT_LABEL, prunableKinds, type KubeObject } from '@alloy/contracts';
import { isClusterError } from '../errors';
import type { Owner } from '../fence';
import type { Cluster } from '../ports';
import { refOf } from '../write';

/** Kinds that are looked for: those that are deleted, and a kind that is kept and whose pods read others. */
const lookedFor = [...prunableKinds, knownKind('StatefulSet.apps')!];

/** Kinds whose pods may read what is deleted, listed of all clients. The inspection reads all Deployments itself. */
const readers: ReadonlySet<string> = new Set(['StatefulSet.apps', 'DaemonSet.apps', 'CronJob.batch']);

export interface Made {
  readonly objects: readonly KubeObject[];
  /** StatefulSets, DaemonSets and CronJobs of the namespace that are not of the project and environment. */
  readonly others: readonly KubeObject[];
  /** Ids of kinds that the client may list. */
  readonly listed: ReadonlySet<string>;
}

/**
 * The objects with the labels of the project and environment, of the kinds that a release may delete, and the workloads
 * of others. A kind that the
 * client may not list is omitted. Safe to retry.
 */
export async function readMade(
  cluster: Pick<Cluster, 'list'>, namespace: string, { project, environment }: Pick<Owner, 'project' | 'environment'>,
): Promise<Made> {
  const labels = `${PROJECT_LABEL}=${project},${ENVIRONMENT_LABEL}=${environment}`;
  const isOwn = ({ metadata: { labels: own } }: KubeObject): boolean =>
    own?.[PROJECT_LABEL] === project && own[ENVIRONMENT_LABEL] === environment;
  const lists = await Promise.all(lookedFor.map(async (row) => {
    const apiVersion = [row.group, row.versions[0]].filter((part) => part !== '').join('/');
    const query = { apiVersion, kind: row.kind, namespace, ...(!readers.has(idOf(row)) && { labels }) };
    return { id: idOf(row), objects: await unlessForbidden(cluster.list(query)) };
  }));
  const all = lists.flatMap(({ objects }) => objects ?? []);
  return {
    objects: all.filter(isOwn),
    others: all.filter((object) => !isOwn(object)),
    listed: new Set(lists.flatMap(({ id, objects }) => (objects ? [id] : []))),
  };
}

/** The objects of these manifests that exist, of kinds that were not listed. Safe to retry. */
export async function readUnlisted(
  cluster: Pick<Cluster, 'get'>, namespace: string, manifests: readonly KubeObject[], { listed }: Made,
): Promise<readonly KubeObject[]> {
  const asked = manifests.filter((manifest) => !listed.has(kindIdOf(manifest)));
  const found = await Promise.all(asked.map((manifest) => unlessForbidden(cluster.get({ ...refOf(manifest), namespace }))));
  return found.filter((object) => object !== undefined);
}

async function unlessForbidden<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isClusterError(error, 'forbidden')) return undefined;
    throw error;
  }
}
