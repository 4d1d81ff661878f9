import type { KubeObject } from '@alloy/contracts';
import { ClusterError, isClusterError } from '../errors';
import { controllerOf } from '../controller-of';
import type { Cluster, Keep, Watching, WatchEvent } from '../ports';

export interface InformerKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Selects the fields of each object that the informer keeps; default: all. */
  readonly keep?: Keep;
}

export interface InformerOptions {
  readonly cluster: Pick<Cluster, 'watch'>;
  readonly kind: InformerKind;
  /** `scope`: the namespace that the watch covers, or `undefined` for all of them. Must not throw. */
  readonly onEvent: (event: WatchEvent, scope: string | undefined) => void;
  /**
   * Called with each failure of a list or watch, which is tried again; not with the 403 after which the informer
   * watches each namespace alone. Must not throw.
   */
  readonly onFailure?: (error: unknown, scope: string | undefined) => void;
}

type Objects = Map<string, KubeObject>;

/** Key of the watch that covers every namespace. */
const CLUSTER = '';

/**
 * One list and watch of a kind for all namespaces, or one per namespace if RBAC forbids listing the kind in all
 * namespaces. Objects are indexed by their controller. States: idle; cluster-wide (not synced, synced, failing); per
 * namespace (each not synced, synced, failing). A 403 changes an informer from cluster-wide to per namespace until the
 * process ends.
 */
export class Informer {
  private readonly watches = new Map<string, Watching>();
  private readonly byOwner = new Map<string, Objects>();
  private readonly namespaces = new Set<string>();
  private readonly synced = new Set<string>();
  private waiting: Array<{ readonly namespace: string; readonly resolve: () => void; readonly reject: (error: unknown) => void }> = [];
  private isNamespaced = false;

  constructor(private readonly options: InformerOptions) {}

  /** Follows the namespace until `unfollow`. Idempotent. */
  follow(namespace: string): void {
    this.namespaces.add(namespace);
    this.ensure();
  }

  /** Stops following the namespace. If it was the last one, the cluster-wide watch ends as well. Idempotent. */
  unfollow(namespace: string): void {
    this.namespaces.delete(namespace);
    if (this.isNamespaced || this.namespaces.size === 0) this.end(this.scopeOf(namespace));
  }

  /** Ends the wait of each failed list or watch, so that it is tried again at once. */
  retry(): void {
    for (const watching of this.watches.values()) watching.retry();
  }

  /** Replaces the watch that covers the namespace by a new list and watch. */
  restart(namespace: string): void {
    this.end(this.scopeOf(namespace));
    this.ensure();
  }

  stop(): void {
    this.namespaces.clear();
    for (const scope of [...this.watches.keys()]) this.end(scope);
    for (const { namespace, reject } of this.waiting.splice(0))
      reject(new ClusterError('unreachable', `${namespace} is no longer followed`));
  }

  /** Whether the informer has listed the namespace since it follows it. */
  isSynced(namespace: string): boolean {
    return this.synced.has(this.scopeOf(namespace));
  }

  /**
   * Resolves once the informer has listed the namespace. Rejects if a list fails, although the informer retries it, and
   * if the informer is stopped.
   */
  whenSynced(namespace: string): Promise<void> {
    const failure = this.failure(namespace);
    if (failure !== undefined) return Promise.reject(failure as Error);
    if (this.isSynced(namespace)) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ namespace, resolve, reject }));
  }

  /** Why the last list or watch of the namespace failed; undefined: it did not. */
  failure(namespace: string): unknown {
    return this.watches.get(this.scopeOf(namespace))?.failure;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.watches.get(this.scopeOf(namespace))?.objects.get(`${namespace}/${name}`);
  }

  inNamespace(namespace: string): readonly KubeObject[] {
    const objects = this.watches.get(this.scopeOf(namespace))?.objects.values() ?? [];
    return [...objects].filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** The objects whose controller has this uid. */
  ownedBy(uid: string): readonly KubeObject[] {
    return [...(this.byOwner.get(uid)?.values() ?? [])];
  }

  private scopeOf(namespace: string): string {
    return this.isNamespaced ? namespace : CLUSTER;
  }

  private ensure(): void {
    for (const scope of this.isNamespaced ? this.namespaces : this.namespaces.size > 0 ? [CLUSTER] : [])
      if (!this.watches.has(scope)) this.start(scope);
  }

  private start(scope: string): void {
    const { cluster, kind: { apiVersion, kind, keep } } = this.options;
    const query = { apiVersion, kind, ...(scope !== CLUSTER && { namespace: scope }) };
    const watching: Watching = cluster.watch(query, (event) => this.handle(scope, event), {
      ...(keep && { keep }),
      onFailure: (error) => this.failed(scope, error),
    });
    this.watches.set(scope, watching);
  }

  private failed(scope: string, error: unknown): void {
    if (scope !== CLUSTER || this.isNamespaced || !isClusterError(error, 'forbidden')) {
      this.options.onFailure?.(error, scope === CLUSTER ? undefined : scope);
      return this.settle(scope, (waiting) => waiting.reject(error));
    }
    this.isNamespaced = true;
    this.end(CLUSTER);
    this.ensure();
  }

  private settle(scope: string, how: (waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }) => void): void {
    const settled = this.waiting.filter(({ namespace }) => this.scopeOf(namespace) === scope);
    this.waiting = this.waiting.filter((waiting) => !settled.includes(waiting));
    settled.forEach(how);
  }

  private end(scope: string): void {
    const watching = this.watches.get(scope);
    watching?.stop();
    this.watches.delete(scope);
    this.synced.delete(scope);
    this.dropIndex(scope);
  }

  private handle(scope: string, event: WatchEvent): void {
    if (event.type === 'synced') {
      this.dropIndex(scope);
      for (const object of event.objects) this.index(object);
      this.synced.add(scope);
      this.settle(scope, (waiting) => waiting.resolve());
    } else if (event.type === 'deleted') {
      this.unindex(event.object);
    } else {
      this.index(event.object);
    }
    this.options.onEvent(event, scope === CLUSTER ? undefined : scope);
  }

  private index(object: KubeObject): void {
    const owner = controllerOf(object)?.uid;
    if (owner === undefined) return;
    const owned = this.byOwner.get(owner) ?? new Map<string, KubeObject>();
    this.byOwner.set(owner, owned.set(keyOf(object), object));
  }

  private unindex(object: KubeObject): void {
    const owner = controllerOf(object)?.uid;
    const owned = owner === undefined ? undefined : this.byOwner.get(owner);
    if (!owned?.delete(keyOf(object)) || owned.size > 0) return;
    this.byOwner.delete(owner!);
  }

  private dropIndex(scope: string): void {
    if (scope === CLUSTER) return this.byOwner.clear();
    for (const owned of [...this.byOwner.values()])
      for (const object of [...owned.values()]) if (object.metadata.namespace === scope) this.unindex(object);
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
