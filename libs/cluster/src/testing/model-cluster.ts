import { TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import { ClusterError } from '../errors';
import { isHeld } from '../hold';
import { isDeployment, type Deployment } from '../json';
import { isReady, isTerminating, podStatus } from '../pods';
import type { ApplyOptions, Cluster, ObjectRef, PatchType, Preconditions, ProxyAnswer, Query, Watching } from '../ports';
import { stableJson } from '../stable-json';

/** The pods in the order in which a ReplicaSet controller deletes them: those that are not ready first. */
const deletionOrder = (pods: readonly KubeObject[]): readonly KubeObject[] =>
  [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));

const templateKey = (deployment: Deployment): string => stableJson(deployment.spec.template);
/** The number of pods for a `maxSurge` or `maxUnavailable`. */
const limit = (value: number | string | undefined, replicas: number, roundUp: boolean): number => {
  if (typeof value !== 'string') return value ?? 0;
  const share = (Number.parseInt(value, 10) / 100) * replicas;
  return roundUp ? Math.ceil(share) : Math.floor(share);
};

/**
 * A small cluster in memory for property tests: objects with resourceVersions, and Deployments whose pods are created,
 * become ready and crash only when the test says so. Each change of the pods of a Deployment also changes its
 * resourceVersion, as an update of its status does.
 */
export class ModelCluster implements Cluster {
  /** Whether deleted pods drain until `endDraining`; default: they disappear at once. */
  drains = false;
  /** Whether surplus pods are deleted only by `reconcile`, as with slow controllers; default: at once. */
  lags = false;
  private readonly objects = new Map<string, KubeObject>();
  private counter = 0;

  // ── Cluster ──────────────────────────────────────────────────────────────────────────────────────────────
  get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return Promise.resolve(this.objects.get(keyOf(ref.kind, ref.name)));
  }

  list({ kind, labels }: Query): Promise<readonly KubeObject[]> {
    const wanted = (labels ?? '').split(',').filter(Boolean).map((pair) => pair.split('='));
    const fits = (object: KubeObject): boolean => wanted.every(([key, value]) => object.metadata.labels?.[key!] === value);
    return Promise.resolve(this.all(kind).filter(fits));
  }

  async create(object: KubeObject): Promise<KubeObject> {
    if (this.objects.has(keyOf(object.kind, object.metadata.name))) throw new ClusterError('already_exists', object.metadata.name);
    return this.put({ ...object, metadata: { ...object.metadata, uid: `uid-${(this.counter += 1)}` } });
  }

  async apply(object: KubeObject, _options: ApplyOptions): Promise<KubeObject> {
    const live = this.current(object.kind, object.metadata.name, object.metadata.resourceVersion);
    const spec = isDeployment(object) && isDeployment(live) ? { spec: { ...object.spec, replicas: live.spec.replicas } } : {};
    const metadata = {
      ...live.metadata,
      labels: { ...live.metadata.labels, ...object.metadata.labels },
      annotations: { ...live.metadata.annotations, ...object.metadata.annotations },
    };
    return this.put({ ...live, ...object, ...spec, metadata });
  }

  async patch(ref: ObjectRef, _type: PatchType, body: unknown): Promise<KubeObject> {
    const { metadata, spec } = body as KubeObject & { readonly spec?: object };
    const live = this.current(ref.kind, ref.name, metadata.resourceVersion);
    return this.put({
      ...live,
      ...(spec && { spec: { ...(live['spec'] as object), ...spec } }),
      metadata: {
        ...live.metadata,
        ...(spec && { generation: (live.metadata.generation ?? 0) + 1 }),
        labels: merged(live.metadata.labels, metadata.labels),
        annotations: merged(live.metadata.annotations, metadata.annotations),
      },
    });
  }

  /** Deletes surplus pods at once, in the order of the controller. */
  async scale(ref: ObjectRef, replicas: number, resourceVersion: string): Promise<string> {
    const live = this.current(ref.kind, ref.name, resourceVersion) as Deployment;
    this.put({ ...live, spec: { ...live.spec, replicas } });
    const pods = this.lags ? [] : this.podsOf(ref.name);
    for (const pod of deletionOrder(pods).slice(0, Math.max(0, pods.length - replicas))) this.deletePod(pod);
    return this.find(ref.kind, ref.name)?.metadata.resourceVersion ?? '';
  }

  async delete(ref: ObjectRef, { uid, resourceVersion }: Preconditions): Promise<void> {
    const live = this.current(ref.kind, ref.name, resourceVersion);
    if (uid !== live.metadata.uid) throw new ClusterError('conflict', ref.name);
    if (ref.kind === 'Deployment') this.removeDeployment(ref.name);
    else this.objects.delete(keyOf(ref.kind, ref.name));
  }

  readonly answeredAt = -Infinity;
  watch(): Watching {
    return { objects: new Map(), synced: Promise.resolve(), failure: undefined, retry: () => undefined, stop: () => undefined };
  }
  serves(): Promise<boolean> {
    return Promise.resolve(true);
  }
  isNamespaced(): Promise<boolean | undefined> {
    return Promise.resolve(true);
  }
  podProxyGet(): Promise<ProxyAnswer> {
    return Promise.reject(new ClusterError('unreachable', 'a model has no listeners'));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  // ── Control by tests ─────────────────────────────────────────────────────────────────────────────────────
  /** Performs one step of the Deployment controller. False: there is nothing to do. */
  reconcile(name: string): boolean {
    const deployment = this.objects.get(keyOf('Deployment', name)) as Deployment | undefined;
    if (!deployment) return false;
    const replicas = deployment.spec.replicas ?? 1;
    const pods = this.podsOf(name);
    const fresh = pods.filter((pod) => pod.metadata['template'] === templateKey(deployment));
    const old = pods.filter((pod) => !fresh.includes(pod));
    const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? { maxSurge: '25%', maxUnavailable: '25%' };
    const surge = old.length > 0 ? limit(maxSurge, replicas, true) : 0;
    if (fresh.length < replicas && pods.length < replicas + surge) return this.addPod(deployment);
    // New pods are never available, so that they replace none by being ready.
    if (isHeld(deployment))
      return old.length > replicas - limit(maxUnavailable, replicas, false) && this.removePod(name, deletionOrder(old)[0]!);
    const surplus = deletionOrder(old.length > 0 ? old : pods.length > replicas ? fresh : [])[0];
    if (!surplus) return false;
    const readyAfter = pods.filter(isReady).length - Number(isReady(surplus));
    if (pods.length <= replicas && isReady(surplus) && readyAfter < replicas - limit(maxUnavailable, replicas, false)) return false;
    if (isReady(surplus) && old.length > 0 && readyAfter < replicas - limit(maxUnavailable, replicas, false)) return false;
    return this.removePod(name, surplus);
  }

  /** With its ReplicaSets and pods, as another client does. */
  removeDeployment(name: string): void {
    this.objects.delete(keyOf('Deployment', name));
    const owned = [...this.all('ReplicaSet'), ...this.all('Pod')].filter(({ metadata }) => metadata['deployment'] === name);
    for (const { kind, metadata } of owned) this.objects.delete(keyOf(kind, metadata.name));
  }

  podsOf(deployment: string): readonly KubeObject[] {
    return this.all('Pod').filter((pod) => pod.metadata['deployment'] === deployment && !isTerminating(pod));
  }

  readyPods(deployment: string): number {
    return this.podsOf(deployment).filter(isReady).length;
  }

  setReady(pod: KubeObject, ready: boolean): void {
    this.put({
      ...pod,
      status: { ...podStatus(pod), phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    });
    this.touch(String(pod.metadata['deployment']));
  }

  find(kind: string, name: string): KubeObject | undefined {
    return this.objects.get(keyOf(kind, name));
  }

  all(kind: string): readonly KubeObject[] {
    return [...this.objects.values()].filter((object) => object.kind === kind);
  }

  /** Ends the containers of all deleted pods. */
  endDraining(): void {
    for (const { metadata } of this.all('Pod').filter(isTerminating)) this.objects.delete(keyOf('Pod', metadata.name));
  }

  /** Sets the status of a Deployment. */
  setStatus(name: string, status: Deployment['status']): void {
    this.put({ ...this.objects.get(keyOf('Deployment', name))!, status });
  }

  private deletePod(pod: KubeObject): void {
    if (this.drains) this.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:30Z' } });
    else this.objects.delete(keyOf('Pod', pod.metadata.name));
  }

  private addPod(deployment: Deployment): boolean {
    const set = this.replicaSet(deployment);
    const name = `${set.metadata.name}-${(this.counter += 1)}`;
    const owner = { kind: 'ReplicaSet', name: set.metadata.name, uid: set.metadata.uid, controller: true };
    const { labels } = deployment.spec.template.metadata ?? {};
    this.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        uid: `uid-${name}`,
        labels,
        ownerReferences: [owner],
        deployment: deployment.metadata.name,
        template: templateKey(deployment),
      },
      status: { phase: 'Pending', conditions: [] },
    });
    this.touch(deployment.metadata.name);
    return true;
  }

  private replicaSet(deployment: Deployment): KubeObject {
    const existing = this.all('ReplicaSet').find(
      (set) => set.metadata['template'] === templateKey(deployment) && set.metadata['deployment'] === deployment.metadata.name,
    );
    if (existing) return existing;
    const name = `${deployment.metadata.name}-rs${(this.counter += 1)}`;
    const owner = { kind: 'Deployment', name: deployment.metadata.name, uid: deployment.metadata.uid, controller: true };
    const { labels } = deployment.spec.template.metadata ?? {};
    const track = deployment.metadata.labels?.[TRACK_LABEL];
    return this.put({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        uid: `uid-${name}`,
        labels: { ...labels, ...(track && { [TRACK_LABEL]: track }) },
        ownerReferences: [owner],
        deployment: deployment.metadata.name,
        template: templateKey(deployment),
      },
    });
  }

  private removePod(deployment: string, pod: KubeObject): boolean {
    this.deletePod(pod);
    this.touch(deployment);
    return true;
  }

  private touch(deployment: string): void {
    const live = this.objects.get(keyOf('Deployment', deployment));
    if (live) this.put(live);
  }

  /** Stores the object as it is, with a new resourceVersion. */
  put(object: KubeObject): KubeObject {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String((this.counter += 1)) } };
    this.objects.set(keyOf(object.kind, object.metadata.name), stored);
    return stored;
  }

  private current(kind: string, name: string, resourceVersion: string | undefined): KubeObject {
    const live = this.objects.get(keyOf(kind, name));
    if (!live) throw new ClusterError('not_found', name);
    if (resourceVersion !== live.metadata.resourceVersion) throw new ClusterError('conflict', name);
    return live;
  }
}

const keyOf = (kind: string, name: string): string => `${kind}/${name}`;

type Values = Readonly<Record<string, string>> | undefined;

/** A merge patch: null removes a key. */
const merged = (live: Values, change: Values): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries({ ...live, ...change } as Readonly<Record<string, string | null>>).filter(isSet));
const isSet = (entry: readonly [string, string | null]): entry is [string, string] => entry[1] !== null;
