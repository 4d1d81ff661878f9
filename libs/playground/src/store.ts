import { ChangeLog, type Change, type Listener } from './change-log';
import { finalizersFor, graceOf, isReleased, type Propagation } from './deletion';
import { deepFreeze, sameJson, type ObjectMeta, type PlaygroundObject } from './objects';
import { resourceKey, typeOfKind, type ResourceType } from './resources';
import { SeededIds } from './seeded-ids';
import { StoreError } from './store-error';

export interface ObjectRef {
  /** Store key: `pods`, `deployments.apps`. */
  readonly resource: string;
  /** Absent for cluster-wide resources. */
  readonly namespace?: string;
  readonly name: string;
}
export interface StoreOptions {
  readonly seed: number;
  readonly clock: () => Date;
  /** Number of changes available to watches; default 5000. */
  readonly history?: number;
}
export interface UpdateOptions {
  /** The update fails with `conflict` if the live version differs; absent: the last write wins. */
  readonly expectedResourceVersion?: string;
  /**
   * `status` applies only the status (and managedFields) of the new object; absent applies all other fields, if the
   * kind has that subresource.
   */
  readonly subresource?: 'status';
}
export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Default Background: the garbage collector removes dependents afterwards. */
  readonly propagation?: Propagation;
  /**
   * Pods only; default their terminationGracePeriodSeconds. 0 removes immediately (as the kubelet does when the pod has
   * ended).
   */
  readonly gracePeriodSeconds?: number;
}
export interface Snapshot {
  readonly resourceVersion: number;
  readonly idsDrawn: number;
  readonly objects: readonly PlaygroundObject[];
}
/** A predicate compiled from selectors. */
export type Selector = (object: PlaygroundObject) => boolean;

const pathOf = ({ namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>): string => `${namespace ?? ''}/${name}`;

/** The objects of the playground's cluster: in memory, versioned, watchable; returned objects are frozen. */
export class Store {
  private readonly tables = new Map<string, Map<string, PlaygroundObject>>();
  private readonly changes: ChangeLog;
  private readonly ids: SeededIds;
  private version = 0;

  constructor(private readonly options: StoreOptions) {
    this.changes = new ChangeLog(options.history ?? 5000);
    this.ids = new SeededIds(options.seed);
  }

  get resourceVersion(): number {
    return this.version;
  }

  /** `undefined` if it does not exist. */
  get<T extends PlaygroundObject = PlaygroundObject>(ref: ObjectRef): T | undefined {
    return this.tables.get(ref.resource)?.get(pathOf(ref)) as T | undefined;
  }

  /** Ordered by namespace and name; without a namespace: all. */
  list<T extends PlaygroundObject = PlaygroundObject>(resource: string, namespace?: string, selector: Selector = () => true): T[] {
    const all = [...(this.tables.get(resource)?.entries() ?? [])].filter(
      ([, object]) => (namespace === undefined || object.metadata.namespace === namespace) && selector(object),
    );
    return all.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as T);
  }

  /** Sets uid, resourceVersion, creationTimestamp, generation, and the name if only `generateName` is given. */
  create<T extends PlaygroundObject>(
    object: Omit<T, 'metadata'> & { readonly metadata: Omit<ObjectMeta, 'name'> & { readonly name?: string } },
  ): T {
    const type = this.typeOf(object as unknown as PlaygroundObject);
    const name = object.metadata.name ?? `${object.metadata.generateName ?? ''}${this.ids.suffix()}`;
    const key = resourceKey(type);
    const ref = { resource: key, namespace: object.metadata.namespace, name };
    if (this.get(ref)) throw new StoreError('already_exists', `${key} "${name}" already exists`, key, name);
    const metadata = {
      ...object.metadata,
      name,
      uid: this.ids.uid(),
      creationTimestamp: this.now(),
      ...(type.generation ? { generation: 1 } : {}),
    };
    return this.commit('ADDED', key, { ...object, metadata } as unknown as PlaygroundObject) as T;
  }

  /** Returns the live object if nothing changes. A deleted object is removed with its last finalizer. */
  update<T extends PlaygroundObject>(object: T, { expectedResourceVersion, subresource }: UpdateOptions = {}): T {
    const type = this.typeOf(object);
    const live = this.live({ resource: resourceKey(type), namespace: object.metadata.namespace, name: object.metadata.name });
    this.requireVersion(type, live, expectedResourceVersion);
    const next = subresource === 'status' ? withStatusOf(live, object) : withoutStatusOf(type, live, object);
    const unstamped = { ...next, metadata: { ...next.metadata, ...identityOf(live.metadata) } };
    if (sameJson(unstamped, live)) return live as T;
    const changed = type.generation && subresource === undefined && !sameJson(body(unstamped), body(live));
    const stamped = changed
      ? { ...unstamped, metadata: { ...unstamped.metadata, generation: (live.metadata.generation ?? 0) + 1 } }
      : unstamped;
    if (isReleased(type, stamped)) return this.commit('DELETED', resourceKey(type), stamped, live) as T;
    return this.commit('MODIFIED', resourceKey(type), stamped, live) as T;
  }

  /**
   * Removes the object, or sets a deletionTimestamp if something must happen first: finalizers, a pod's grace period,
   * Foreground or Orphan propagation.
   * Returns the resulting object and whether it is removed. The garbage collector handles dependents.
   */
  delete(ref: ObjectRef, options: DeleteOptions = {}): { readonly object: PlaygroundObject; readonly gone: boolean } {
    const live = this.live(ref);
    const type = this.typeOf(live);
    if (options.uid !== undefined && options.uid !== live.metadata.uid)
      throw new StoreError(
        'uid_mismatch',
        `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${live.metadata.uid ?? ''}`,
        ref.resource,
        ref.name,
      );
    this.requireVersion(type, live, options.resourceVersion);
    const finalizers = finalizersFor(live, options.propagation);
    const grace = graceOf(type, live, options.gracePeriodSeconds);
    if (finalizers.length === 0 && grace === 0) return { object: this.commit('DELETED', ref.resource, live, live), gone: true };
    const marked = {
      ...live,
      metadata: { ...live.metadata, ...(finalizers.length > 0 ? { finalizers } : {}), ...this.deletionMark(live.metadata, grace) },
    };
    return { object: sameJson(marked, live) ? live : this.commit('MODIFIED', ref.resource, marked, live), gone: false };
  }

  /**
   * Delivers changes of one resource (`undefined`: of all) after version `since` (absent: only new ones); throws
   * `expired` if `since` is not available. Returns a function that stops the watch.
   */
  watch(resource: string | undefined, listener: Listener, { since }: { readonly since?: number } = {}): () => void {
    return this.changes.subscribe((change) => {
      if (resource === undefined || change.resource === resource) listener(change);
    }, since);
  }

  /** All state as JSON; `restore` continues from it without reusing versions and ids. */
  snapshot(): Snapshot {
    return {
      resourceVersion: this.version,
      idsDrawn: this.ids.drawn,
      objects: [...this.tables.values()].flatMap((table) => [...table.values()]),
    };
  }

  /** Replaces all state without notifying listeners; earlier watches get `expired`. */
  restore(snapshot: Snapshot): void {
    this.tables.clear();
    this.version = snapshot.resourceVersion;
    this.ids.drawn = snapshot.idsDrawn;
    for (const object of snapshot.objects) this.put(resourceKey(this.typeOf(object)), deepFreeze(structuredClone(object)));
    this.changes.forgetUpTo(this.version);
  }

  private commit(type: Change['type'], resource: string, object: PlaygroundObject, previous?: PlaygroundObject): PlaygroundObject {
    this.version += 1;
    const stored = deepFreeze(
      JSON.parse(
        JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } }),
      ) as PlaygroundObject,
    );
    if (type === 'DELETED') this.tables.get(resource)?.delete(pathOf(stored.metadata));
    else this.put(resource, stored);
    this.changes.push({ type, resource, object: stored, previous, resourceVersion: this.version });
    return stored;
  }

  private put(resource: string, object: PlaygroundObject): void {
    const table = this.tables.get(resource) ?? new Map<string, PlaygroundObject>();
    this.tables.set(resource, table.set(pathOf(object.metadata), object));
  }

  private live(ref: ObjectRef): PlaygroundObject {
    const live = this.get(ref);
    if (!live) throw new StoreError('not_found', `${ref.resource} "${ref.name}" not found`, ref.resource, ref.name);
    return live;
  }

  private typeOf(object: PlaygroundObject): ResourceType {
    const type = typeOfKind(object.apiVersion, object.kind);
    if (!type)
      throw new StoreError(
        'unknown_kind',
        `no matches for kind "${object.kind}" in version "${object.apiVersion}"`,
        '',
        object.metadata.name,
      );
    return type;
  }

  private requireVersion(type: ResourceType, live: PlaygroundObject, expected: string | undefined): void {
    if (expected === undefined || expected === live.metadata.resourceVersion) return;
    const { name } = live.metadata;
    const message = `Operation cannot be fulfilled on ${resourceKey(type)} "${name}": the object has been modified; please apply your changes to the latest version and try again`;
    throw new StoreError('conflict', message, resourceKey(type), name);
  }

  private deletionMark(live: ObjectMeta, grace: number): Partial<ObjectMeta> {
    if (live.deletionTimestamp !== undefined && grace >= (live.deletionGracePeriodSeconds ?? 0)) return {};
    const at = new Date(this.options.clock().getTime() + grace * 1000);
    return { deletionTimestamp: timestamp(at), deletionGracePeriodSeconds: grace };
  }

  private now(): string {
    return timestamp(this.options.clock());
  }
}

/** Kubernetes' time format: whole seconds, UTC. */
export const timestamp = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

// Fields that a client cannot change.
const identityOf = ({
  uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generateName,
}: ObjectMeta): Partial<ObjectMeta> => ({
  uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generateName,
});

const body = ({ metadata: _metadata, status: _status, ...rest }: PlaygroundObject): unknown => rest;

const withStatusOf = (live: PlaygroundObject, next: PlaygroundObject): PlaygroundObject =>
  ({ ...live, status: next.status, metadata: { ...live.metadata, managedFields: next.metadata.managedFields } });

const withoutStatusOf = (type: ResourceType, live: PlaygroundObject, next: PlaygroundObject): PlaygroundObject =>
  type.subresources.includes('status') ? { ...next, status: live.status } : next;
