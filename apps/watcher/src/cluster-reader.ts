import type { Deployment, FetchedPage, LiveTraffic } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { TrafficPlan } from '@alloy/release';

/** A Deployment with its pods by owner references, whatever their labels. */
export interface WorkloadView {
  readonly deployment: Deployment | undefined;
  readonly pods: readonly KubeObject[];
}

/** The Deployments of a workload. */
export interface Workloads {
  readonly stable: WorkloadView;
  readonly canary: WorkloadView;
  /** That of an experiment; default none. */
  readonly baseline?: WorkloadView;
}

export interface Deployments {
  readonly stable: Deployment | undefined;
  readonly canary: Deployment | undefined;
  /** That of an experiment; default none. */
  readonly baseline?: Deployment | undefined;
}

/** What the watcher reads from a cluster. Every call is safe to retry. */
export interface ClusterReader {
  /** Follows the namespace for the release until `unfollow`. Idempotent. */
  follow(namespace: string, releaseId: string): void;
  unfollow(namespace: string, releaseId: string): void;
  /**
   * The Deployments with their pods as the watches report them, which may be stale. Waits for the first list; rejects
   * while the namespace cannot be followed.
   */
  workloads(namespace: string, workload: string): Promise<Workloads>;
  /** The Deployments by live reads, without their pods. */
  deployments(namespace: string, workload: string): Promise<Deployments>;
  /**
   * The objects of the router as the watches report them, which this follows until `unfollow`; undefined: they are not
   * known yet, or cannot be watched.
   */
  traffic(namespace: string, releaseId: string, plan: TrafficPlan): LiveTraffic | undefined;
  /** The same objects by live reads; undefined: the watcher lacks the permission. */
  liveTraffic(namespace: string, plan: TrafficPlan): Promise<LiveTraffic | undefined>;
  /** Why the namespace cannot be followed now; undefined: it is followed, or its first list is still missing. */
  failure(namespace: string): unknown;
  /** The pod's metrics page, or why there is none; undefined: the pod has no port to request it from. */
  scrape(namespace: string, pod: KubeObject): Promise<FetchedPage | undefined>;
}
