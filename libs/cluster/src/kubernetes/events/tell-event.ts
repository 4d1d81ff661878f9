import type { KubeObject } from '@alloy/contracts';
import { isClusterError } from '../../errors';
import type { Cluster, ObjectRef } from '../../ports';
import { eventObject, secondsOf, seriesOf, type ObjectEvent, type Reporter } from './object-event';

/** `told`: it is in the cluster for the first time; `counted`: it was there, and its count was raised; `known`: it was there already. */
export type Telling = 'told' | 'counted' | 'known';

/** Another replica may count at the same time. */
const TRIES = 5;
const MANAGER = 'alloy-events';

/** Makes the cluster know of the event, as often as it has happened, by one request for a new one. Idempotent: a count is never lowered, and nothing is told twice. Rejects with `ClusterError`. */
export async function tellEvent(cluster: Pick<Cluster, 'create' | 'get' | 'patch'>, event: ObjectEvent, reporter: Reporter): Promise<Telling> {
  if (await isCreated(cluster, eventObject(event, reporter))) return 'told';
  return (await isCounted(cluster, event)) ? 'counted' : 'known';
}

/** False: it is there already. */
async function isCreated(cluster: Pick<Cluster, 'create'>, object: KubeObject): Promise<boolean> {
  try {
    await cluster.create(object, MANAGER);
    return true;
  } catch (error) {
    if (isClusterError(error, 'already_exists')) return false;
    throw error;
  }
}

/** Raises the count and the time that kubectl describe sorts by. False: both were as high already. */
async function isCounted(cluster: Pick<Cluster, 'get' | 'patch'>, event: ObjectEvent): Promise<boolean> {
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Event', namespace: event.regarding.namespace, name: event.name };
  for (let tries = 1; ; tries += 1) {
    const live = await cluster.get(ref);
    // It has been forgotten in between: whoever looks by then is told by the later ones.
    if (!live || countOf(live['series']) >= event.count) return false;
    try {
      await cluster.patch(ref, 'merge', { metadata: { resourceVersion: live.metadata.resourceVersion }, lastTimestamp: secondsOf(event.listedAt), series: seriesOf(event) }, MANAGER);
      return true;
    } catch (error) {
      if (!isClusterError(error, 'conflict') || tries === TRIES) throw error;
    }
  }
}

const countOf = (series: unknown): number => (series as { readonly count?: number } | null | undefined)?.count ?? 1;
