import type { KubeObject } from '@alloy/contracts';

/** Identifies one object. `namespace` is unset for cluster-scoped kinds. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Selects a set of objects. Without `namespace`: in all namespaces. */
export interface Query {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  /** Kubernetes selector grammar, e.g. `app=shop,alloy.dev/track=canary`. */
  readonly labels?: string;
  readonly fields?: string;
}

export interface DryRunOptions {
  /**
   * Whether the API server only checks the write, as it would execute it: it stores nothing. Default false. Rejects
   * with `dry_run_unsupported` if an admission webhook does not support it.
   */
  readonly dryRun?: boolean;
}

export interface CreateOptions {
  /** Whether fields that the kind does not have are dropped; default false: the creation rejects with `invalid`. */
  readonly dropsUnknownFields?: boolean;
}

export interface PatchOptions extends DryRunOptions {
  /** Whether a field that the kind does not have is `invalid`; default: the API server drops it. */
  readonly isStrict?: boolean;
}

export interface ApplyOptions extends DryRunOptions {
  /** Field manager. */
  readonly manager: string;
  /** Whether to take over fields that another manager owns. Default false: the apply rejects with `apply_conflict`. */
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
  /** A complete list of the objects; it replaces all earlier ones. */
  | { readonly type: 'synced'; readonly objects: readonly KubeObject[] };

/** Selects the fields of an object that are kept. */
export type Keep = (object: KubeObject) => KubeObject;

export interface WatchOptions {
  /** Selects the fields of each object that are kept and reported; default: all. */
  readonly keep?: Keep;
  /** Called with the error of each failed list or watch, which is retried. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Watching {
  /**
   * The objects as last reported, by `namespace/name`. They may be stale: a live read must precede a destructive write.
   */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Resolves after the first complete list. */
  readonly synced: Promise<void>;
  /** Why the last list or watch failed; undefined: it succeeded, and `objects` follow the cluster. */
  readonly failure: unknown;
  /**
   * Ends the wait after a failure, so that the next attempt starts at once, unless Retry-After requires the wait.
   * Idempotent.
   */
  retry(): void;
  stop(): void;
}

/** A request to a pod. */
export interface ProxyTarget {
  readonly port: number;
  /** Path, with the query if there is one. */
  readonly path: string;
  /** Default http. */
  readonly scheme?: 'http' | 'https';
  /** The `Accept` header; default any type. */
  readonly accept?: string;
}

/**
 * A Kubernetes cluster. Every method rejects with `ClusterError`; its `retryable` states whether it may be retried.
 * A write that carries a `resourceVersion` is refused with `conflict` if the object has changed since.
 */
export interface Cluster {
  /** Live read. Undefined: there is no such object. Safe to retry. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Live read of all pages. Empty: there are no such objects, or the server does not serve the kind. Safe to retry. */
  list(query: Query): Promise<readonly KubeObject[]>;
  /**
   * Not idempotent: rejects with `already_exists` the second time. Rejects with `namespace_missing` if the namespace
   * does not exist.
   */
  create(object: KubeObject, manager: string, options?: CreateOptions): Promise<KubeObject>;
  /**
   * Server-side apply: removes the manager's fields that the object omits; creates the object if it does not exist.
   * Rejects with `invalid` for a field that the kind does not have, and for two items of a list with the same key,
   * which a creation accepts. Idempotent without `metadata.resourceVersion`; with a stale one it rejects with
   * `conflict`.
   */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /**
   * Idempotent for `merge` bodies. With a stale `metadata.resourceVersion` in the body it rejects with `conflict`.
   */
  patch(ref: ObjectRef, type: PatchType, body: unknown, manager: string, options?: PatchOptions): Promise<KubeObject>;
  /**
   * Sets `spec.replicas` through `/scale`; idempotent by its `resourceVersion` (`conflict` if stale). Returns the
   * object's new resourceVersion.
   */
  scale(ref: ObjectRef, replicas: number, resourceVersion: string, manager: string): Promise<string>;
  /**
   * Deletes the object; its dependents are deleted in the background. Resolves if the object does not exist. Rejects
   * with `conflict` if a precondition does not hold.
   */
  delete(ref: ObjectRef, preconditions: Preconditions): Promise<void>;
  /**
   * Lists the objects and follows their changes until `stop`. Reconnects after each failure. `onEvent` must not throw.
   */
  watch(query: Query, onEvent: (event: WatchEvent) => void, options?: WatchOptions): Watching;
  /** Whether the server serves the kind in that group and version, according to discovery. The result is cached. */
  serves(apiVersion: string, kind: string): Promise<boolean>;
  /** Whether objects of the kind are in namespaces, by the same discovery; undefined: the server does not serve it. */
  isNamespaced(apiVersion: string, kind: string): Promise<boolean | undefined>;
  /**
   * Sends a GET to a port of a pod through the API server. Safe to retry. If the pod does not answer, the API server
   * answers with a 5xx, which a pod may also send itself. Rejects with `unreachable` if the API server does not answer
   * within the time-out. With `https` the API server does not verify the pod's certificate, because certificates do not
   * contain the addresses of pods. The probes of a kubelet do the same.
   */
  podProxyGet(namespace: string, pod: string, target: ProxyTarget, timeoutMs?: number): Promise<ProxyAnswer>;
  /**
   * When the API server last answered or reported an event, by the process's monotonic clock, ms. -Infinity: it has not
   * yet answered.
   */
  readonly answeredAt: number;
  /** Closes connections and watches; idempotent. */
  close(): Promise<void>;
}
