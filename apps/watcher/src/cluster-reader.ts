import type { Endpoint } from './analysis/endpoint';
import type { Deployment } from './health/findings';
import type { Pod } from './health/pod';

/** A Deployment with the pods that are its own by owner references, whatever their labels. */
export interface WorkloadView {
  readonly deployment: Deployment | undefined;
  readonly pods: readonly Pod[];
}

/** What the watcher reads of a cluster; every call is a live read and safe to retry. */
export interface ClusterReader {
  workload(namespace: string, deployment: string): Promise<WorkloadView>;
  /** The exposition text, or undefined if the pod did not answer with one. */
  scrape(namespace: string, pod: string, endpoint: Endpoint): Promise<string | undefined>;
}
