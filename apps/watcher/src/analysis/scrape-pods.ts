import { readRequests } from '@alloy/analysis';
import { isReady } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { ClusterReader, WorkloadView } from '../cluster-reader';
import { metricsEndpoint } from './endpoint';
import type { Reading } from './tally';

/** Pods of a track that are read in one round; more would add load, not certainty. */
const MAX_PODS = 50;

/** Reads the request counters of the ready pods of one track, all at once; a pod that does not answer is left out. */
export async function scrapePods(reader: Pick<ClusterReader, 'scrape'>, namespace: string, view: WorkloadView, track: Reading['track'], observedMs: number): Promise<Reading[]> {
  const pods = view.pods.filter(isReady).slice(0, MAX_PODS);
  const readings = await Promise.all(pods.map((pod) => scrapePod(reader, namespace, pod, track, observedMs)));
  return readings.filter((reading) => reading !== undefined);
}

async function scrapePod(reader: Pick<ClusterReader, 'scrape'>, namespace: string, pod: KubeObject, track: Reading['track'], observedMs: number): Promise<Reading | undefined> {
  const endpoint = metricsEndpoint(pod);
  const text = endpoint && (await reader.scrape(namespace, pod.metadata.name, endpoint));
  const read = text === undefined ? undefined : readRequests(text);
  return read?.kind === 'counts' ? { track, pod: pod.metadata.name, requests: read.requests, errors: read.errors, observedMs } : undefined;
}
