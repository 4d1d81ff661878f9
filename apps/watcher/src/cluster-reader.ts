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

/** What the watcher reads of a cluster; every call is safe to retry. */
export interface ClusterReader {
  /** Follows the namespace for the release until `unfollow`. Idempotent. */
  follow(namespace: string, releaseId: string): void;
  unfollow(namespace: string, releaseId: string): void;
  /** As the watches report them, which may be stale; waits for the first list, and rejects while the cluster cannot be followed there. */
  workloads(namespace: string, workload: string): Promise<Workloads>;
  /** Live, without their pods. */
  deployments(namespace: string, workload: string): Promise<{ readonly stable: Deployment | undefined; readonly canary: Deployment | undefined }>;
  /** Why the cluster cannot be followed there at this moment; undefined: it is followed, or has not been listed yet. */
  failure(namespace: string): unknown;
  /** The pod's metrics page, or why there is none; undefined: there is no place to ask. */
  scrape(namespace: string, pod: KubeObject): Promise<FetchedPage | undefined>;
}
