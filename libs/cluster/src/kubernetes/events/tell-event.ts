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
  try {
    await cluster.create(eventObject(api, event, reporter), MANAGER);
    return 'told';
  } catch (error) {
    if (!isClusterError(error, 'already_exists')) throw error;
    return event.count > 1 ? raise(cluster, api, event) : 'known';
  }
}

async function raise(cluster: Pick<Cluster, 'get' | 'patch'>, apiVersion: EventApi, event: ObjectEvent): Promise<Telling> {
  const ref: ObjectRef = { apiVersion, kind: 'Event', namespace: event.regarding.namespace, name: event.name };
  for (let tries = 1; ; tries += 1) {
    const live = await cluster.get(ref);
    // It has been forgotten in between: whoever looks at it by then is told by the later ones.
    if (!live || countOf(live['series']) >= event.count) return 'known';
    try {
      await cluster.patch(ref, 'merge', { metadata: { resourceVersion: live.metadata.resourceVersion }, series: seriesOf(event) }, MANAGER);
      return 'counted';
    } catch (error) {
      if (!isClusterError(error, 'conflict') || tries === TRIES) throw error;
    }
  }
}

const countOf = (series: unknown): number => (series as { readonly count?: number } | null | undefined)?.count ?? 1;
