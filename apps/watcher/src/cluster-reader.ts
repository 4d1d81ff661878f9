import type { Deployment, FetchedPage } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';

/** A Deployment with the pods that are its own by owner references, whatever their labels. */
export interface WorkloadView {
  readonly deployment: Deployment | undefined;
  readonly pods: readonly KubeObject[];
}

/** Both Deployments of a workload. */
export interface Workloads {
  readonly stable: WorkloadView;
  readonly canary: WorkloadView;
}

/** What the watcher reads of a cluster; every call is a live read and safe to retry. */
export interface ClusterReader {
  workloads(namespace: string, workload: string): Promise<Workloads>;
  /** The pod's metrics page, or why there is none; undefined: there is no place to ask. */
  scrape(namespace: string, pod: KubeObject): Promise<FetchedPage | undefined>;
}
