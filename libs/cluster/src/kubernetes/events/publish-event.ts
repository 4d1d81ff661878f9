import type { KubeObject } from '@alloy/contracts';
import { isClusterError } from '../../errors';
import type { Cluster, ObjectRef } from '../../ports';
import { eventObject, secondsOf, seriesOf, type ObjectEvent, type Reporter } from './object-event';

// The outcomes are values of a label of the metric `alloy_kubernetes_events_total`, which is public (docs/metrics.md).
// eslint-disable-next-line alloy/no-retired-words
const PUBLISHED = 'told';

/**
 * `told`: the call created the Kubernetes Event; `counted`: it raised the count of an existing one; `known`: the
 * cluster already had that count.
 */
export type PublishOutcome = typeof PUBLISHED | 'counted' | 'known';

/** Attempts to raise the count, because another replica may raise it at the same time. */
const TRIES = 5;
const MANAGER = 'alloy-events';

/**
 * Publishes the Kubernetes Event, or raises the count of the existing one. A new one takes one request. Idempotent: it
 * never lowers a count and never publishes an event twice. Rejects with `ClusterError`.
 */
export async function publishEvent(
  cluster: Pick<Cluster, 'create' | 'get' | 'patch'>,
  event: ObjectEvent,
  reporter: Reporter,
): Promise<PublishOutcome> {
  if (await isCreated(cluster, eventObject(event, reporter))) return PUBLISHED;
  return (await isCounted(cluster, event)) ? 'counted' : 'known';
}

/** Creates the object. False: it already exists. */
async function isCreated(cluster: Pick<Cluster, 'create'>, object: KubeObject): Promise<boolean> {
  try {
    await cluster.create(object, MANAGER);
    return true;
  } catch (error) {
    if (isClusterError(error, 'already_exists')) return false;
    throw error;
  }
}

/** Raises the count, and the time by which `kubectl describe` sorts. False: the count was not lower. */
async function isCounted(cluster: Pick<Cluster, 'get' | 'patch'>, event: ObjectEvent): Promise<boolean> {
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Event', namespace: event.regarding.namespace, name: event.name };
  for (let tries = 1; ; tries += 1) {
    const live = await cluster.get(ref);
    // If the API server has deleted the expired Kubernetes Event since, it is not published again.
    if (!live || countOf(live['series']) >= event.count) return false;
    try {
      await cluster.patch(
        ref,
        'merge',
        { metadata: { resourceVersion: live.metadata.resourceVersion }, lastTimestamp: secondsOf(event.listedAt), series: seriesOf(event) },
        MANAGER,
      );
      return true;
    } catch (error) {
      if (!isClusterError(error, 'conflict') || tries === TRIES) throw error;
    }
  }
}

const countOf = (series: unknown): number => (series as { readonly count?: number } | null | undefined)?.count ?? 1;
