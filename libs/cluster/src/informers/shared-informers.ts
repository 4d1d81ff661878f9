import type { KubeObject } from '@alloy/contracts';
import type { AutoscalerSpec } from '../autoscaler';
import { controllerOf } from '../controller-of';
import { isDeployment, type Deployment } from '../json';
import type { Cluster, WatchEvent } from '../ports';
import { isAtLeast } from '../resource-version';
import { Informer, type InformerKind } from './informer';
import { slimDeployment, slimPod, slimReplicaSet } from './slim';

/** A change of an object in a followed namespace. */
export interface WorkloadChange {
  /** Undefined: any namespace, because a new cluster-wide list was read. */
  readonly namespace: string | undefined;
  /** Name of the Deployment that the object is or belongs to; undefined: any Deployment of that namespace. */
  readonly deployment: string | undefined;
  readonly event: WatchEvent;
  readonly kind: KubeObject['kind'];
}

export interface SharedInformersOptions {
  /** Whether to follow HorizontalPodAutoscalers as well; default false. */
  readonly autoscalers?: boolean;
  /** How long a namespace is still followed after its last follower has left; default 10 min. */
  readonly lingerMs?: number;
}

/** A Deployment, its ReplicaSets, and the pods that those control, regardless of labels. */
export interface InformedWorkload {
  readonly deployment: Deployment;
  readonly replicaSets: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
}

/**
 * How long a namespace is followed after its last release has ended, so that the next release there needs no new lists.
 */
const LINGER_MS = 10 * 60_000;

/** A watch counts as silent if it has not reported a known change for this time. */
const SILENT_MS = 3_000;

const DEPLOYMENTS: InformerKind = { apiVersion: 'apps/v1', kind: 'Deployment', keep: slimDeployment };
const REPLICA_SETS: InformerKind = { apiVersion: 'apps/v1', kind: 'ReplicaSet', keep: slimReplicaSet };
const AUTOSCALERS: InformerKind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
const PODS: InformerKind = { apiVersion: 'v1', kind: 'Pod', keep: slimPod };

/**
 * Deployments, ReplicaSets and pods as watches report them, shared by all releases of a process: one list and watch per
 * kind, cluster-wide if RBAC allows it. Secrets and ConfigMaps are never followed. The objects may be stale: a live
 * read must precede a destructive write.
 */
export class SharedInformers {
  private readonly followers = new Map<string, Set<string>>();
  private readonly deployments: Informer;
  private readonly replicaSets: Informer;
  private readonly pods: Informer;
  private readonly autoscalers: Informer | undefined;
  private readonly lingerMs: number;
  private readonly listeners = new Set<(change: WorkloadChange) => void>();
  /**
   * Deployments of which a live read has returned a newer version than the watches. `since`: when that was first found,
   * ms.
   */
  private readonly behind = new Map<string, { readonly resourceVersion: string; readonly since: number }>();
  private readonly lingering = new Map<string, NodeJS.Timeout>();
  /** By namespace: followers of its Deployments only. */
  private readonly deploymentFollowers = new Map<string, Set<string>>();

  constructor(cluster: Pick<Cluster, 'watch'>, { autoscalers = false, lingerMs = LINGER_MS }: SharedInformersOptions = {}) {
    this.lingerMs = lingerMs;
    const informer = (kind: InformerKind): Informer =>
      new Informer({ cluster, kind, onEvent: (event, scope) => this.report(kind.kind, event, scope) });
    this.deployments = informer(DEPLOYMENTS);
    this.replicaSets = informer(REPLICA_SETS);
    this.pods = informer(PODS);
    this.autoscalers = autoscalers ? informer(AUTOSCALERS) : undefined;
  }

  /**
   * Calls the listener with each change of a followed namespace; it must not throw. Returns a function that removes the
   * listener.
   */
  onChange(listener: (change: WorkloadChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Follows the namespace until its last follower has left. Idempotent by `follower`. */
  follow(namespace: string, follower: string): void {
    const followers = this.followers.get(namespace) ?? new Set<string>();
    clearTimeout(this.lingering.get(namespace));
    this.lingering.delete(namespace);
    this.followers.set(namespace, followers.add(follower));
    for (const informer of this.all) informer.follow(namespace);
  }

  /** Removes the follower. After the last one the namespace is followed for `lingerMs`. Idempotent. */
  unfollow(namespace: string, follower: string): void {
    const followers = this.followers.get(namespace);
    if (!followers?.delete(follower) || followers.size > 0) return;
    this.lingering.set(namespace, setTimeout(() => this.leave(namespace), this.lingerMs).unref());
  }

  /**
   * Follows only the Deployments of the namespace until `unfollowDeployments`: for workloads without a running release.
   * `onChange` does not report them. Idempotent by `follower`.
   */
  followDeployments(namespace: string, follower: string): void {
    this.deploymentFollowers.set(namespace, (this.deploymentFollowers.get(namespace) ?? new Set()).add(follower));
    this.deployments.follow(namespace);
  }

  /** Idempotent. */
  unfollowDeployments(namespace: string, follower: string): void {
    const followers = this.deploymentFollowers.get(namespace);
    if (!followers?.delete(follower) || followers.size > 0) return;
    this.deploymentFollowers.delete(namespace);
    if (!this.followers.has(namespace)) this.deployments.unfollow(namespace);
  }

  /**
   * The Deployment as the watch reports it; null: it does not exist. Undefined: unknown, because Deployments are not
   * listed yet, or cannot be watched.
   */
  deployment(namespace: string, name: string): Deployment | null | undefined {
    if (!this.deployments.isSynced(namespace) || this.deployments.failure(namespace) !== undefined) return undefined;
    const found = this.deployments.get(namespace, name);
    return found && isDeployment(found) ? found : null;
  }

  /** Whether each kind has been listed in the namespace since it is followed. */
  isSynced(namespace: string): boolean {
    return this.all.every((informer) => informer.isSynced(namespace));
  }

  /** Resolves once each kind has been listed in the namespace; rejects with the first failed list. */
  async synced(namespace: string): Promise<void> {
    await Promise.all(this.all.map((informer) => informer.whenSynced(namespace)));
  }

  /** Why the last list or watch of one of the kinds in the namespace failed; undefined: none failed. */
  failure(namespace: string): unknown {
    return this.all.map((informer) => informer.failure(namespace)).find((failure) => failure !== undefined);
  }

  /** Undefined: there is no such Deployment, or the namespace is not synced. */
  workload(namespace: string, name: string): InformedWorkload | undefined {
    const deployment = this.deployments.get(namespace, name);
    if (!deployment || !isDeployment(deployment)) return undefined;
    return { deployment, ...this.ownedBy(deployment.metadata.uid ?? '') };
  }

  /** The namespace's HorizontalPodAutoscalers; undefined: autoscalers are not followed. */
  autoscalersIn(namespace: string): readonly KubeObject[] | undefined {
    return this.autoscalers?.inNamespace(namespace);
  }

  /** Undefined: there is no such ReplicaSet, or the namespace is not synced. */
  replicaSet(namespace: string, name: string): KubeObject | undefined {
    return this.replicaSets.get(namespace, name);
  }

  /** The ReplicaSets and pods of the Deployment with this uid, e.g. of a Deployment that was read live. */
  ownedBy(uid: string): Omit<InformedWorkload, 'deployment'> {
    const replicaSets = this.replicaSets.ownedBy(uid);
    return { replicaSets, pods: replicaSets.flatMap(({ metadata }) => this.pods.ownedBy(metadata.uid ?? '')) };
  }

  /**
   * Compares a Deployment that was just read live with the version that the watches report. Restarts the watches if
   * they have been behind for 3 s, because they have become silent. Returns whether it did.
   */
  compare(live: KubeObject, now: number): boolean {
    const { namespace = '', name, resourceVersion = '' } = live.metadata;
    if (!this.deployments.isSynced(namespace)) return false;
    const isBehind = (version: string): boolean => !isAtLeast(this.deployments.get(namespace, name)?.metadata.resourceVersion, version);
    const key = `${namespace}/${name}`;
    const known = this.behind.get(key);
    if (known && !isBehind(known.resourceVersion)) this.behind.delete(key);
    if (!this.behind.has(key) && isBehind(resourceVersion)) this.behind.set(key, { resourceVersion, since: now });
    if (now - (this.behind.get(key)?.since ?? now) < SILENT_MS) return false;
    this.behind.clear();
    for (const informer of this.all) informer.restart(namespace);
    return true;
  }

  /** Retries each failed list and watch at once. For use when the API server responds again. */
  retry(): void {
    for (const informer of this.all) informer.retry();
  }

  /** Ends all watches; a later `follow` starts them again. Idempotent. */
  stop(): void {
    for (const timer of this.lingering.values()) clearTimeout(timer);
    this.lingering.clear();
    this.followers.clear();
    this.deploymentFollowers.clear();
    for (const informer of this.all) informer.stop();
  }

  private leave(namespace: string): void {
    this.lingering.delete(namespace);
    this.followers.delete(namespace);
    for (const informer of this.all)
      if (informer !== this.deployments || !this.deploymentFollowers.has(namespace)) informer.unfollow(namespace);
  }

  private get all(): readonly Informer[] {
    return [this.deployments, this.replicaSets, this.pods, ...(this.autoscalers ? [this.autoscalers] : [])];
  }

  private report(kind: string, event: WatchEvent, scope: string | undefined): void {
    const change = event.type === 'synced' ? { namespace: scope, deployment: undefined } : this.changeOf(event.object);
    if (change.namespace !== undefined && !this.followers.has(change.namespace)) return;
    for (const listener of this.listeners) listener({ ...change, event, kind });
  }

  private changeOf(object: KubeObject): Pick<WorkloadChange, 'namespace' | 'deployment'> {
    const namespace = object.metadata.namespace ?? '';
    return { namespace, deployment: this.deploymentOf(namespace, object) };
  }

  /** Name of the Deployment that the object is or belongs to; undefined: the owner is not known yet. */
  private deploymentOf(namespace: string, object: KubeObject): string | undefined {
    if (object.kind === 'Deployment') return object.metadata.name;
    if (object.kind === 'HorizontalPodAutoscaler') return (object['spec'] as AutoscalerSpec | undefined)?.scaleTargetRef?.name;
    const owner = controllerOf(object);
    if (owner?.kind !== 'ReplicaSet') return owner?.name;
    const set = this.replicaSets.get(namespace, owner.name);
    return set && controllerOf(set)?.name;
  }
}
