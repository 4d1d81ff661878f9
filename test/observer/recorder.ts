import type { KubeObject } from '@alloy/contracts';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterApi } from '../support/cluster-api';
import { eventually } from '../support/eventually';
import { lastWorld, replay, type Revision } from './revision';

/**
 * The watched kinds with their collections; of two collections that share the server's store, the first one that is
 * served.
 */
const watched: ReadonlyArray<{ readonly kind: string; readonly plural: string; readonly groups: readonly string[] }> = [
  { kind: 'Deployment', plural: 'deployments', groups: ['/apis/apps/v1'] },
  { kind: 'ReplicaSet', plural: 'replicasets', groups: ['/apis/apps/v1'] },
  { kind: 'Pod', plural: 'pods', groups: ['/api/v1'] },
  { kind: 'Service', plural: 'services', groups: ['/api/v1'] },
  { kind: 'EndpointSlice', plural: 'endpointslices', groups: ['/apis/discovery.k8s.io/v1'] },
  { kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', groups: ['/apis/autoscaling/v2'] },
  { kind: 'Ingress', plural: 'ingresses', groups: ['/apis/networking.k8s.io/v1'] },
  { kind: 'HTTPRoute', plural: 'httproutes', groups: ['/apis/gateway.networking.k8s.io/v1'] },
  { kind: 'GRPCRoute', plural: 'grpcroutes', groups: ['/apis/gateway.networking.k8s.io/v1'] },
  { kind: 'VirtualService', plural: 'virtualservices', groups: ['/apis/networking.istio.io/v1'] },
  { kind: 'TraefikService', plural: 'traefikservices', groups: ['/apis/traefik.io/v1alpha1'] },
  { kind: 'TrafficSplit', plural: 'trafficsplits', groups: ['/apis/split.smi-spec.io/v1alpha4'] },
];

interface Line {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** Revisions may be missing between the two resourceVersions. */
export interface Gap {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

interface Listed {
  readonly items: readonly KubeObject[];
  readonly at: number;
  readonly path: string;
}

const AGAIN_MS = 200;

/**
 * Records every revision of a namespace's workloads and of the objects for their traffic, from its own lists and
 * watches.
 */
export class Recorder {
  readonly revisions: Revision[] = [];
  /** Kinds with possibly missing revisions between two resourceVersions, because the server no longer had them. */
  readonly gaps: Gap[] = [];
  private readonly stopping = new AbortController();
  private readonly followers: Promise<void>[] = [];

  private constructor(
    private readonly api: ClusterApi,
    private readonly namespace: string,
  ) {}

  /** Resolves once all kinds are watched. Skips kinds that the server does not have. */
  static async start(api: ClusterApi, namespace: string): Promise<Recorder> {
    const recorder = new Recorder(api, namespace);
    await Promise.all(watched.map(({ kind, plural, groups }) => recorder.begin(kind, plural, groups)));
    return recorder;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.followers);
  }

  /** Resolves when the watches have reported exactly the live objects. Rejects if they have not within `timeoutMs`. */
  async settle(timeoutMs = 120_000): Promise<void> {
    await eventually(async () => {
      const live = await Promise.all(watched.map(async ({ kind, plural, groups }) => (await this.list(kind, plural, groups))?.items ?? []));
      const reported = [...lastWorld(replay(this.revisions)).values()];
      const [missing, extra] = [unlike(live.flat(), reported), unlike(reported, live.flat())];
      if (missing.length + extra.length > 0)
        throw new Error(`the watches of ${this.namespace} do not match the live objects: ${[...missing, ...extra].join(', ')}`);
    }, { timeoutMs, everyMs: 100 });
  }

  private async begin(kind: string, plural: string, groups: readonly string[]): Promise<void> {
    const listed = await this.list(kind, plural, groups);
    if (!listed) return;
    for (const object of listed.items) this.store('stored', object);
    this.followers.push(this.follow(listed.at, listed.path, () => this.list(kind, plural, groups), kind));
  }

  private async list(kind: string, plural: string, groups: readonly string[]): Promise<Listed | undefined> {
    for (const group of groups) {
      const path = `${group}/namespaces/${this.namespace}/${plural}`;
      const { status, body } = await this.api.send({ path });
      if (status === 404) continue;
      if (status !== 200) throw new Error(`${path} was answered ${status}: ${body}`);
      const { items, metadata } = JSON.parse(body) as {
        readonly items: readonly KubeObject[] | null;
        readonly metadata: { readonly resourceVersion: string };
      };
      return { path, at: Number(metadata.resourceVersion), items: (items ?? []).map((object) => ({ ...object, kind })) };
    }
    return undefined;
  }

  /** Continues at the end of the last watch, for any reason of its end. */
  private async follow(from: number, path: string, list: () => Promise<Listed | undefined>, kind: string): Promise<void> {
    for (let at = from; !this.stopping.signal.aborted; ) {
      const reached = await this.watch(kind, path, at);
      at = reached ?? (await this.bridge(kind, at, list).catch(() => at));
      await delay(AGAIN_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Returns the last resourceVersion; undefined: the server no longer has the revisions after it. */
  private async watch(kind: string, path: string, from: number): Promise<number | undefined> {
    let at = from;
    try {
      const response = await this.api.open(
        { path: `${path}?watch=true&allowWatchBookmarks=true&timeoutSeconds=600&resourceVersion=${from}` },
        this.stopping.signal,
      );
      if (response.statusCode === 410) return undefined;
      for await (const { type, object } of linesOf(response)) {
        if (type === 'ERROR') return undefined;
        at = Number(object.metadata.resourceVersion);
        if (type !== 'BOOKMARK') this.store(type === 'DELETED' ? 'deleted' : 'stored', { ...object, kind });
      }
    } catch {
      // Interrupted, on either side: the next watch continues from there.
    }
    return at;
  }

  /** Reads a new list in place of the lost revisions. */
  private async bridge(kind: string, from: number, list: () => Promise<Listed | undefined>): Promise<number> {
    const listed = await list();
    if (!listed) return from;
    const names = new Set(listed.items.map(({ metadata }) => metadata.name));
    const known = [...lastWorld(replay(this.revisions)).values()].filter((object) => object.kind === kind);
    for (const object of listed.items) if (Number(object.metadata.resourceVersion) > from) this.store('stored', object);
    for (const object of known)
      if (!names.has(object.metadata.name)) this.revisions.push({ at: listed.at, type: 'deleted', object, seenAt: Date.now() });
    this.miss({ kind, from, to: listed.at });
    return listed.at;
  }

  /**
   * A server that was just started may have no revisions before its own list, which is newer than this one: that is the
   * same gap.
   */
  private miss(gap: Gap): void {
    const before = this.gaps.findIndex(({ kind, to }) => kind === gap.kind && to === gap.from);
    if (before < 0) this.gaps.push(gap);
    else this.gaps[before] = { ...gap, from: this.gaps[before]!.from };
  }

  private store(type: Revision['type'], object: KubeObject): void {
    this.revisions.push({ at: Number(object.metadata.resourceVersion), type, object, seenAt: Date.now() });
  }
}

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name} ${metadata.resourceVersion}`;

/** The objects that are not among the others in the same version. */
function unlike(these: readonly KubeObject[], others: readonly KubeObject[]): readonly string[] {
  const known = new Set(others.map(nameOf));
  return these.map(nameOf).filter((name) => !known.has(name));
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<Line> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
  }
}
