import type { KubeObject } from '@alloy/contracts';

/** Names one object. `namespace` is unset for cluster-scoped kinds. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Names a set of objects; no `namespace` means all of them. */
export interface Query {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  /** Kubernetes selector grammar, e.g. `app=shop,alloy.dev/track=canary`. */
  readonly labels?: string;
  readonly fields?: string;
}

export interface ApplyOptions {
  /** Field manager. */
  readonly manager: string;
  /** Take fields that another manager owns. Default false: rejects with `apply_conflict`. */
  readonly force?: boolean;
}

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export type PatchType = 'merge' | 'json' | 'strategic';

export interface ProxyAnswer {
  readonly status: number;
  readonly body: string;
}

export type WatchEvent =
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: KubeObject }
  /** Everything is known from here on; comes again after each new list. */
  | { readonly type: 'synced'; readonly objects: readonly KubeObject[] };

/** What of an object is kept. */
export type Keep = (object: KubeObject) => KubeObject;

export interface WatchOptions {
  /** What is kept and reported of each object; default all of it. */
  readonly keep?: Keep;
  /** Called with each failed list or watch, which is tried again. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Watching {
  /** The objects as last seen, by `namespace/name`; may be stale: read live before a destructive act. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Resolves with the first complete list. */
  readonly synced: Promise<void>;
  /** Why the last list or watch failed; undefined: it succeeded, and `objects` follow the cluster. */
  readonly failure: unknown;
  /** Tries again at once if it waits to do so after a failure, unless the API server asked for the wait. Idempotent. */
  retry(): void;
  stop(): void;
}

/** What to ask of a pod. */
export interface ProxyTarget {
  readonly port: number;
  /** With its query, if it has one. */
  readonly path: string;
  /** Default http. */
  readonly scheme?: 'http' | 'https';
  /** The `Accept` header; default any type. */
  readonly accept?: string;
}

/**
 * A Kubernetes cluster. Every method rejects with `ClusterError`; `retryability` says what may be tried again.
 * A write that carries a `resourceVersion` is refused with `conflict` if the object has changed since.
 */
export interface Cluster {
  /** Live read. undefined: no such object. Safe to retry. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Live read, all pages; empty if there are none, or if the server does not know the kind. Safe to retry. */
  list(query: Query): Promise<readonly KubeObject[]>;
  /** Not idempotent: `already_exists` the second time. `namespace_missing` if its namespace is not there. */
  create(object: KubeObject, manager: string): Promise<KubeObject>;
  /** Server-side apply: owned fields that are left out are removed. Idempotent without `metadata.resourceVersion`; with it, `conflict` if stale. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Idempotent for `merge` bodies; carry `metadata.resourceVersion` in the body to be refused when stale. */
  patch(ref: ObjectRef, type: PatchType, body: unknown, manager: string): Promise<KubeObject>;
  /** Sets `spec.replicas` through `/scale`; idempotent by its `resourceVersion` (`conflict` if stale). Returns the object's new resourceVersion. */
  scale(ref: ObjectRef, replicas: number, resourceVersion: string, manager: string): Promise<string>;
  /** In the background. undefined-like: an object that is gone already counts as deleted. `conflict` if a precondition does not hold. */
  delete(ref: ObjectRef, preconditions: Preconditions): Promise<void>;
  /** A list that follows the cluster until stopped; reconnects by itself for ever. `onEvent` must not throw. */
  watch(query: Query, onEvent: (event: WatchEvent) => void, options?: WatchOptions): Watching;
  /** Whether the server knows the kind in that group and version, by discovery; remembered. */
  serves(apiVersion: string, kind: string): Promise<boolean>;
  /**
   * GET to a pod's own port through the API server. Safe to retry. A pod that does not answer is a 5xx, as what it answers so itself; `unreachable` is the API server, or the time-out.
   * With `https` the API server does not verify the pod's certificate, which is made for no pod's address; a kubelet's probes do the same.
   */
  podProxyGet(namespace: string, pod: string, target: ProxyTarget, timeoutMs?: number): Promise<ProxyAnswer>;
  /** When the API server last answered, or reported an event, by the process's monotonic clock, ms; -Infinity: it has not yet. */
  readonly answeredAt: number;
  /** Closes connections and watches; idempotent. */
  close(): Promise<void>;
}
