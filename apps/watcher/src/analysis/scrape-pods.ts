import { readRequests, type NamedRequests } from '@alloy/analysis';
import { isReady, podStatus } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { ClusterReader, WorkloadView } from '../cluster-reader';
import type { Reading } from './tally';

/** Maximum number of pods of a track that are read in one round: more pods would add load but no certainty. */
const MAX_PODS = 50;

/**
 * Reads the request counters of the ready pods of one track in parallel. Omits a pod whose page cannot be read, unless
 * the pod broke the connection: that gives a reading with a failure.
 */
export async function scrapePods(
  reader: Pick<ClusterReader, 'scrape'>,
  namespace: string,
  view: WorkloadView,
  track: Reading['track'],
  observedMs: number,
  named?: NamedRequests,
): Promise<Reading[]> {
  const pods = view.pods.filter(isReady).slice(0, MAX_PODS);
  const readings = await Promise.all(pods.map((pod) => scrapePod(reader, namespace, pod, track, observedMs, named)));
  return readings.filter((reading) => reading !== undefined);
}

async function scrapePod(
  reader: Pick<ClusterReader, 'scrape'>,
  namespace: string,
  pod: KubeObject,
  track: Reading['track'],
  observedMs: number,
  named: NamedRequests | undefined,
): Promise<Reading | undefined> {
  const fetched = await reader.scrape(namespace, pod);
  if (!fetched) return undefined;
  const base = { track, pod: pod.metadata.name, observedMs, restarts: restartsOf(pod) };
  if (fetched.kind === 'none') {
    return fetched.cause === 'connection' ? { ...base, requests: 0, errors: 0, failure: 'connection' } : undefined;
  }
  const read = readRequests(fetched.text, named);
  if (read.kind !== 'counts') return undefined;
  return { ...base, requests: read.requests, errors: read.errors, metric: read.metric, processStart: read.processStartTime ?? null };
}

/** Restarts of all containers of the pod. */
const restartsOf = (pod: KubeObject): number =>
  (podStatus(pod).containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
