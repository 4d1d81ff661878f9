import type { KubeObject } from '@alloy/contracts';
import { isClusterError } from '../../errors';
import type { Cluster, ObjectRef } from '../../ports';
import { eventApis, eventObject, seriesOf, type EventApi, type ObjectEvent, type Reporter } from './object-event';

/** `told`: it is in the cluster for the first time; `counted`: it was there, and its count was raised; `known`: it was there already. */
export type Telling = 'told' | 'counted' | 'known';

/** Another replica may count at the same time. */
const TRIES = 5;
const MANAGER = 'alloy-events';

/** The version of the API in which this cluster takes events; undefined: none that is known. Asked once per cluster. */
export async function eventApiOf(cluster: Pick<Cluster, 'serves'>): Promise<EventApi | undefined> {
  for (const api of eventApis) if (await cluster.serves(api, 'Event')) return api;
  return undefined;
}

/** Makes the cluster know of the event, as often as it has happened. Idempotent: a count is never lowered, and nothing is told twice. Rejects with `ClusterError`. */
export async function tellEvent(cluster: Pick<Cluster, 'create' | 'get' | 'patch'>, api: EventApi, event: ObjectEvent, reporter: Reporter): Promise<Telling> {
  const created = await create(cluster, eventObject(api, event, reporter));
  const isChanged = await settle(cluster, event, created);
  return created ? 'told' : isChanged ? 'counted' : 'known';
}

/** undefined: it is there already. */
async function create(cluster: Pick<Cluster, 'create'>, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await cluster.create(object, MANAGER);
  } catch (error) {
    if (isClusterError(error, 'already_exists')) return undefined;
    throw error;
  }
}

/**
 * Raises the count, and sets the time that kubectl describe sorts by: without one its list of more than twelve is in no order at all. Only the core API lets that be set,
 * on the same object. True: something was changed.
 */
async function settle(cluster: Pick<Cluster, 'get' | 'patch'>, event: ObjectEvent, created: KubeObject | undefined): Promise<boolean> {
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Event', namespace: event.regarding.namespace, name: event.name };
  for (let tries = 1; ; tries += 1) {
    const live = tries === 1 && created ? created : await cluster.get(ref);
    // It has been forgotten in between: whoever looks by then is told by the later ones.
    if (!live || (countOf(live['series']) >= event.count && live['lastTimestamp'])) return false;
    try {
      const series = event.count > 1 ? { series: seriesOf(event) } : {};
      await cluster.patch(ref, 'merge', { metadata: { resourceVersion: live.metadata.resourceVersion }, lastTimestamp: secondsOf(event.listedAt), ...series }, MANAGER);
      return true;
    } catch (error) {
      if (!isClusterError(error, 'conflict') || tries === TRIES) throw error;
    }
  }
}

const countOf = (series: unknown): number => (series as { readonly count?: number } | null | undefined)?.count ?? 1;
/** The core API takes no fraction of a second. */
const secondsOf = (iso: string): string => iso.replace(/\.\d+/, '');
