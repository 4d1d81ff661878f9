import type { KubeObject } from '@alloy/contracts';
import { ClusterError, isClusterError } from '../errors';
import { controllerOf } from '../controller-of';
import type { Cluster, Keep, Watching, WatchEvent } from '../ports';

export interface InformerKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** What is kept of each object; default all of it. */
  readonly keep?: Keep;
}

export interface InformerOptions {
  readonly cluster: Pick<Cluster, 'watch'>;
  readonly kind: InformerKind;
  /** `scope`: the namespace that the watch covers, or `undefined` for all of them. Must not throw. */
  readonly onEvent: (event: WatchEvent, scope: string | undefined) => void;
}

type Objects = Map<string, KubeObject>;

/** Watches of one kind share this key if they cover every namespace. */
const CLUSTER = '';

/**
 * One list and watch of a kind for every namespace, or one per namespace if RBAC forbids to list the kind in all of them; objects are indexed by their controller.
 * States: idle; cluster-wide (not synced, synced, failing); per namespace (each not synced, synced, failing). A refusal (403) turns cluster-wide to per namespace until the process ends.
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

  /** The last namespace that is no longer followed ends the cluster-wide watch, too. Idempotent. */
  unfollow(namespace: string): void {
    this.namespaces.delete(namespace);
    if (this.isNamespaced || this.namespaces.size === 0) this.end(this.scopeOf(namespace));
  }

  /** Tries again at once what waits after a failure. */
  retry(): void {
    for (const watching of this.watches.values()) watching.retry();
  }

  /** Lists and watches anew what covers the namespace. */
  restart(namespace: string): void {
    this.end(this.scopeOf(namespace));
    this.ensure();
  }

  stop(): void {
    this.namespaces.clear();
    for (const scope of [...this.watches.keys()]) this.end(scope);
    for (const { namespace, reject } of this.waiting.splice(0)) reject(new ClusterError('unreachable', `${namespace} is no longer followed`));
  }

  /** Whether the namespace has been listed since it is followed. */
  isSynced(namespace: string): boolean {
    return this.synced.has(this.scopeOf(namespace));
  }

  /** Resolves once the namespace has been listed; rejects with the failure of a list that is tried again, or if the namespace is no longer followed. */
  whenSynced(namespace: string): Promise<void> {
    const failure = this.failure(namespace);
    if (failure !== undefined) return Promise.reject(failure as Error);
    if (this.isSynced(namespace)) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ namespace, resolve, reject }));
  }

  /** Why the cluster cannot be followed there at this moment; undefined: it is followed. */
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

  /** Those that the object with this uid controls. */
  ownedBy(uid: string): readonly KubeObject[] {
    return [...(this.byOwner.get(uid)?.values() ?? [])];
  }

  private scopeOf(namespace: string): string {
    return this.isNamespaced ? namespace : CLUSTER;
  }

  private ensure(): void {
    for (const scope of this.isNamespaced ? this.namespaces : this.namespaces.size > 0 ? [CLUSTER] : []) if (!this.watches.has(scope)) this.start(scope);
  }

  private start(scope: string): void {
    const { cluster, kind: { apiVersion, kind, keep } } = this.options;
    const query = { apiVersion, kind, ...(scope !== CLUSTER && { namespace: scope }) };
    const watching: Watching = cluster.watch(query, (event) => this.take(scope, event), { ...(keep && { keep }), onFailure: (error) => this.failed(scope, error) });
    this.watches.set(scope, watching);
  }

  private failed(scope: string, error: unknown): void {
    if (scope !== CLUSTER || this.isNamespaced || !isClusterError(error, 'forbidden')) return this.settle(scope, (waiting) => waiting.reject(error));
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

  private take(scope: string, event: WatchEvent): void {
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
    for (const owned of [...this.byOwner.values()]) for (const object of [...owned.values()]) if (object.metadata.namespace === scope) this.unindex(object);
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
