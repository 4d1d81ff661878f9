import { COPY_LABEL, type KubeObject } from '@alloy/contracts';
import { autoscalerOf } from '../autoscaler';
import { isClusterError } from '../errors';
import { isDeployment, type Deployment } from '../json';
import { summarise, type Live, type LiveWorkload } from '../live';
import type { ObjectRef } from '../ports';
import { keyOf, keyOfRef } from '../with-owner';
import { outlineOf } from '../outline';
import type { Written } from '../perform';
import { isAtLeast } from '../resource-version';
import { baselineName, canaryName } from '../revision';
import { targetOf, type Write } from '../write';
import { slimDeployment } from './slim';
import type { SharedInformers } from './shared-informers';

/** The result of a live read, and the place that it read. */
export interface Snapshot {
  readonly namespace: string;
  readonly workload: string;
  readonly live: Live;
  /** Manifests of the objects that were read. */
  readonly shared: readonly KubeObject[];
}

type Informers = Pick<SharedInformers, 'follow' | 'unfollow' | 'isSynced' | 'failure' | 'workload' | 'ownedBy' | 'autoscalersIn'>;

/** A Deployment as it was last read or written, or the uid of the one that no longer exists. */
type Newest = { readonly object: Deployment } | { readonly goneUid: string | undefined };

interface Entry {
  readonly namespace: string;
  readonly workload: string;
  readonly rest: Pick<Live, 'shared' | 'copies' | 'hpa'>;
  /** Keys of the objects that were read, whether or not they exist. */
  readonly covered: ReadonlySet<string>;
  readonly newest: Map<string, Newest>;
  readonly at: number;
  /** Whether the Deployments and pods must be read live. */
  readonly isStale?: boolean;
  /** A write that the API server refused because the Deployment had another version. */
  readonly refused?: { readonly name: string; readonly resourceVersion: string; readonly at: number };
}

/** Time in which a watch normally reports a change. */
const BEHIND_MS = 1_000;
/** Maximum number of entries; the oldest are removed first. */
const MAX_ENTRIES = 5_000;
/** An entry that is unused for this time belongs to a release that another replica works on. */
const UNUSED_MS = 15 * 60_000;

/**
 * The live state of each release. Deployments and pods are as the shared watches report them, and never older than this
 * process's own reads and writes. Shared objects, copies and the autoscaler are outlines of what was last read or
 * written. The cache may be stale, and entries may be lost at any time. So each write that is based on it carries a
 * precondition, and a live read precedes each write that removes or restarts pods.
 */
export class LiveStateCache {
  private readonly entries = new Map<string, Entry>();
  /** By release: the namespace that the informers follow for it. */
  private readonly followed = new Map<string, string>();

  /** `now`: monotonic clock, ms. */
  constructor(
    private readonly informers: Informers,
    private readonly now: () => number,
  ) {}

  /** Replaces the entry of the release by the result of a live read, and follows the namespace until `forget`. */
  keep(releaseId: string, { namespace, workload, live, shared }: Snapshot): void {
    this.informers.follow(namespace, releaseId);
    this.followed.set(releaseId, namespace);
    const rest = { shared: outlines(live.shared), copies: outlines(live.copies), hpa: live.hpa };
    const newest = new Map<string, Newest>();
    const workloads = [[workload, live.web], [canaryName(workload), live.canary], [baselineName(workload), live.baseline]] as const;
    for (const [name, found] of workloads) newest.set(name, this.newestOf(namespace, name, found?.object));
    this.entries.delete(releaseId);
    this.entries.set(releaseId, { namespace, workload, rest, covered: new Set(shared.map(keyOf)), newest, at: this.now() });
    for (const [oldest, { at }] of this.entries) {
      if (this.entries.size <= MAX_ENTRIES && this.now() - at < UNUSED_MS) break;
      this.forget(oldest);
    }
  }

  /** The cached live state, including the objects of these manifests. Undefined: the caller must read it live. */
  recall(releaseId: string, shared: readonly KubeObject[]): Live | undefined {
    const entry = this.entries.get(releaseId);
    if (!entry || entry.isStale || !covers(entry, shared) || !this.isCurrent(entry)) return undefined;
    this.entries.delete(releaseId);
    this.entries.set(releaseId, { ...entry, at: this.now() });
    const of = (name: string): LiveWorkload | null => this.workload(entry, name);
    const { workload } = entry;
    return { web: of(workload), canary: of(canaryName(workload)), baseline: of(baselineName(workload)), ...this.restOf(entry) };
  }

  /**
   * The objects of these manifests, the copies and the autoscaler. Undefined: the caller must read them. Of these only
   * the autoscaler may come from the watches.
   */
  rest(releaseId: string, shared: readonly KubeObject[]): Pick<Live, 'shared' | 'copies' | 'hpa'> | undefined {
    const entry = this.entries.get(releaseId);
    if (!entry || !covers(entry, shared)) return undefined;
    // Any client may change an autoscaler at any time.
    if (this.informers.autoscalersIn(entry.namespace) && !this.isCurrent(entry)) return undefined;
    return this.restOf(entry);
  }

  /** Updates the entry with the response to a write of this process, which the watches report later. */
  wrote(releaseId: string, write: Write, written: Written): void {
    const entry = this.entries.get(releaseId);
    if (!entry) return;
    const ref = targetOf(write);
    if (isTrack(entry, ref)) return void entry.newest.set(ref.name, this.newestAfter(entry, ref.name, written));
    if ('object' in written) this.update(releaseId, entry, written.object);
    if ('deleted' in written) this.remove(releaseId, entry, keyOfRef(ref));
  }

  /**
   * Handles a failed write, after which the object may differ from the cache. After a write to a Deployment the next
   * read of Deployments and pods is live; after any other write the whole entry is removed.
   */
  distrust(releaseId: string, write: Write, error: unknown): void {
    const entry = this.entries.get(releaseId);
    if (!entry) return;
    const ref = targetOf(write);
    if (!isTrack(entry, ref)) return void this.entries.delete(releaseId);
    const { name } = ref;
    const isRefused = 'resourceVersion' in write && isClusterError(error, 'conflict');
    const refused = isRefused && { refused: { name, resourceVersion: write.resourceVersion, at: this.now() } };
    this.entries.set(releaseId, { ...entry, isStale: true, ...refused });
  }

  /**
   * Whether the watches have not yet reported the version because of which the API server refused a write, and will
   * probably do so soon. True: the caller should wait for the change. False: it should use the cache or read live. Such
   * refusals are common, because the Deployment controller writes to a Deployment several times right after Alloy has.
   */
  isBehind(releaseId: string): boolean {
    const entry = this.entries.get(releaseId);
    if (!entry?.refused || !this.informers.isSynced(entry.namespace)) return false;
    const { namespace } = entry;
    const { name, resourceVersion, at } = entry.refused;
    const version = this.informers.workload(namespace, name)?.deployment.metadata.resourceVersion;
    if (version !== undefined && version !== resourceVersion && isAtLeast(version, resourceVersion)) {
      const { refused: _refused, isStale: _isStale, ...fresh } = entry;
      this.entries.set(releaseId, fresh);
      return false;
    }
    return this.now() - at < BEHIND_MS;
  }

  /** Removes the entry of a release that has ended. Idempotent. */
  forget(releaseId: string): void {
    this.entries.delete(releaseId);
    const namespace = this.followed.get(releaseId);
    this.followed.delete(releaseId);
    if (namespace !== undefined) this.informers.unfollow(namespace, releaseId);
  }

  private isCurrent({ namespace }: Entry): boolean {
    return this.informers.isSynced(namespace) && this.informers.failure(namespace) === undefined;
  }

  private restOf({ namespace, workload, rest }: Entry): Entry['rest'] {
    const autoscalers = this.informers.autoscalersIn(namespace);
    return autoscalers ? { ...rest, hpa: autoscalerOf(workload, autoscalers) } : rest;
  }

  private workload({ namespace, newest }: Entry, name: string): LiveWorkload | null {
    const watched = this.informers.workload(namespace, name);
    const own = newest.get(name);
    if (own && watched && isCaughtUp(own, watched.deployment)) newest.delete(name);
    const object = newest.has(name) ? objectOf(own) : watched?.deployment;
    if (!object) return null;
    const { replicaSets, pods } = this.informers.ownedBy(object.metadata.uid ?? '');
    return summarise(object, replicaSets, pods);
  }

  private newestOf(namespace: string, name: string, found: Deployment | undefined): Newest {
    if (found) return { object: slimDeployment(found) as Deployment };
    return { goneUid: this.informers.workload(namespace, name)?.deployment.metadata.uid };
  }

  private newestAfter(entry: Entry, name: string, written: Written): Newest {
    if ('object' in written && isDeployment(written.object)) return { object: slimDeployment(written.object) as Deployment };
    const before = this.workload(entry, name)?.object;
    if (!('scaled' in written) || !before) return { goneUid: before?.metadata.uid };
    const { replicas, resourceVersion } = written.scaled;
    const metadata = { ...before.metadata, resourceVersion, generation: (before.metadata.generation ?? 0) + 1 };
    return { object: { ...before, metadata, spec: { ...before.spec, replicas } } };
  }

  private update(releaseId: string, entry: Entry, object: KubeObject): void {
    const outline = outlineOf(object);
    const isCopy = object.metadata.labels?.[COPY_LABEL] !== undefined;
    const put = (objects: Live['shared']): Live['shared'] => new Map([...objects, [keyOf(object), outline]]);
    const { shared, copies, hpa } = entry.rest;
    this.entries.set(releaseId, { ...entry, rest: isCopy ? { shared, copies: put(copies), hpa } : { shared: put(shared), copies, hpa } });
  }

  private remove(releaseId: string, entry: Entry, key: string): void {
    const without = (objects: Live['shared']): Live['shared'] => new Map([...objects].filter(([known]) => known !== key));
    const { shared, copies, hpa } = entry.rest;
    this.entries.set(releaseId, { ...entry, rest: { shared: without(shared), copies: without(copies), hpa } });
  }
}

/** Whether this is a Deployment of the release's tracks, which the watches report. */
const isTrack = ({ workload }: Entry, { kind, name }: ObjectRef): boolean =>
  kind === 'Deployment' && [workload, canaryName(workload), baselineName(workload)].includes(name);

const outlines = (objects: Live['shared']): Live['shared'] => new Map([...objects].map(([key, object]) => [key, outlineOf(object)]));

const covers = ({ covered }: Entry, shared: readonly KubeObject[]): boolean => shared.every((object) => covered.has(keyOf(object)));

const objectOf = (newest: Newest | undefined): Deployment | undefined => (newest && 'object' in newest ? newest.object : undefined);

/** Whether the watch has reported the version that this process has read or written. */
const isCaughtUp = (own: Newest, { metadata }: Deployment): boolean =>
  'object' in own ? isAtLeast(metadata.resourceVersion, own.object.metadata.resourceVersion) : own.goneUid !== metadata.uid;
