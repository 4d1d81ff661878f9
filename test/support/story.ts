import type { KubeObject, StoredEvent } from '@alloy/contracts';
import { isReady, type Cluster, type ObjectRef } from '@alloy/cluster';
import type { Plan, PlanAnswer, Reason, Split, StableRef, Status, Weights } from '@alloy/release';
import { takeTraffic, type TrafficCount } from '../../apps/demo/src/traffic';
import { eventually } from './eventually';
import type { Door } from './releases';
import { deployment, service, WEB } from './workload';

/** The fields of GET /api/v1/releases/:id that stories read. */
export interface SeenRelease {
  readonly id: string;
  readonly status: Status;
  readonly strategy: string | null;
  readonly plan: Plan | null;
  readonly step: { readonly index: number; readonly kind: string; readonly attempt: number } | null;
  readonly weights: Weights | null;
  readonly verdicts: ReadonlyArray<{
    readonly verdict: string;
    readonly code: string;
    readonly detail: string;
    readonly numbers: Readonly<Record<string, number | string | null>>;
  }>;
  readonly analysis: { readonly mode: string; readonly reason: Reason } | null;
  readonly stable: StableRef | null;
  readonly reason: Reason | null;
  readonly blocked: { readonly cause: string; readonly text: string } | null;
  readonly waiting: Readonly<Record<'code' | 'waitsFor' | 'text', string>> & { readonly earliestOpen: string | null } | null;
}

/** The body of a pipeline; `more` are additional `files.*`. */
export interface Version {
  readonly strategy?: 'auto' | 'rollout' | 'canary' | 'blueGreen';
  readonly deployment?: KubeObject;
  readonly service?: KubeObject;
  readonly secret?: KubeObject;
  readonly more?: Readonly<Record<string, KubeObject>>;
}

export interface SeenPod {
  readonly name: string;
  readonly uid: string;
  readonly tag: string;
  readonly track: string | undefined;
  readonly ready: boolean;
  readonly env: ReadonlyArray<{
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: Readonly<Record<string, { readonly name: string; readonly key: string }>>;
  }>;
  readonly object: KubeObject;
}

type Pod = KubeObject & {
  readonly spec: { readonly containers: ReadonlyArray<{ readonly image: string; readonly env?: SeenPod['env'] }> };
};

const ENDED: ReadonlySet<Status> = new Set([
  'promoted', 'rolledBack', 'handedBack', 'failed', 'stuck', 'rejected', 'superseded', 'aborted',
]);

/**
 * One project in a separate namespace: sends the requests of its pipeline to Alloy over HTTP, and reads its live
 * objects in the cluster.
 */
export class Story {
  constructor(
    readonly project: string,
    private readonly door: Door,
    readonly cluster: Cluster,
    private readonly kubeconfig: string,
  ) {}

  /** Posts the webhook; returns the release's id. */
  async deploy(tag: string, { strategy = 'auto', more = {}, ...version }: Version = {}): Promise<string> {
    const objects = { deployment: deployment(), service: service(), ...version, ...more };
    const files = Object.fromEntries(
      Object.entries(objects).map(([name, object]) => [name, Buffer.from(JSON.stringify(object)).toString('base64')]),
    );
    const body = { user_id: this.door.user, project_id: this.project, image_tag: tag, commit_sha: 'abc123def', strategy, files };
    return ((await this.post('/api/webhook/deploy', body)) as { release_id: string }).release_id;
  }

  /** Deploys, and waits for the end. */
  async release(tag: string, version: Version = {}): Promise<SeenRelease> {
    return this.ended(await this.deploy(tag, version));
  }

  /** What a release would do. */
  async plan(imageTag: string, ...objects: readonly KubeObject[]): Promise<PlanAnswer> {
    const manifests = objects.map((object) => JSON.stringify(object));
    const body = { project: this.project, environment: 'production', imageTag, manifests };
    return (await this.post('/api/v1/plans', body)) as PlanAnswer;
  }

  /** Sends an intent of a user for a release; returns the response. */
  async want(
    id: string,
    what: 'promote' | 'pause' | 'resume' | 'retry',
    body: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly id: string }> {
    return (await this.post(`/api/v1/releases/${id}/${what}`, body)) as { readonly id: string };
  }

  /** Requests a rollback; returns the id of its release. */
  async rollback(body: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return ((await this.post(`/api/v1/projects/${this.project}/rollback`, body)) as { readonly id: string }).id;
  }

  /** Requests that the workload is handed back; returns the id of the stream. */
  async handBack(body: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return ((await this.post(`/api/v1/projects/${this.project}/hand-back`, body)) as { readonly id: string }).id;
  }

  async abort(id: string): Promise<void> {
    await this.post(`/api/v1/releases/${id}/abort`, { reason: 'changed my mind' });
  }

  look(id: string): Promise<SeenRelease> {
    return this.ask(`/api/v1/releases/${id}`) as Promise<SeenRelease>;
  }

  ended(id: string): Promise<SeenRelease> {
    return this.until(id, ({ status }) => ENDED.has(status));
  }

  /** Waits for the end, and ends the stages manually once the first of them is observed. */
  async waved(id: string): Promise<SeenRelease> {
    const { status } = await this.until(id, (release) => ENDED.has(release.status) || release.step?.kind === 'analyse');
    if (!ENDED.has(status)) await this.want(id, 'promote', { full: true });
    return this.ended(id);
  }

  /** Waits until the release is in a step of this kind, which must last until the test has finished with it. */
  reaches(id: string, kind: string): Promise<SeenRelease> {
    return this.until(id, ({ step }) => step?.kind === kind);
  }

  /** Waits until the release is in a step of this kind, or after it. */
  hasReached(id: string, kind: string): Promise<SeenRelease> {
    return this.until(
      id,
      ({ plan, step }) =>
        plan !== null && (step === null || step.index < 0 || step.index >= plan.steps.findIndex((one) => one.kind === kind)),
    );
  }

  until(id: string, accept: (release: SeenRelease) => boolean): Promise<SeenRelease> {
    const look = async (): Promise<SeenRelease> => {
      const release = await this.look(id);
      if (accept(release)) return release;
      const { status, step, reason } = release;
      throw new Error(`release ${id} of ${this.project} is ${status} at ${step?.kind ?? 'no step'} (${reason?.text ?? 'no reason'})`);
    };
    return eventually(look, { timeoutMs: 300_000, everyMs: 50 });
  }

  async events(id: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let cursor = ''; ;) {
      const page = (await this.ask(`/api/v1/releases/${id}/events${cursor}`)) as { items: StoredEvent[]; nextCursor: unknown };
      events.push(...page.items);
      if (page.nextCursor === null) return events;
      cursor = `?cursor=${encodeURIComponent(String(page.nextCursor))}`;
    }
  }

  /** The plan's canary and stable pods at each stage. */
  async splits(id: string): Promise<readonly Split[]> {
    const { plan } = await this.look(id);
    return (plan?.steps ?? []).flatMap((step) => (step.kind === 'shiftTraffic' ? [step.split] : []));
  }

  /** GET of any path of the API, as text. */
  async text(path: string): Promise<string> {
    return (await this.send(path)).text();
  }

  /** Live pods that are not being deleted. */
  async pods(): Promise<readonly SeenPod[]> {
    const pods = (await this.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: this.project })) as readonly Pod[];
    return pods
      .filter(({ metadata }) => metadata['deletionTimestamp'] === undefined)
      .map((object) => ({
        name: object.metadata.name,
        uid: object.metadata.uid!,
        tag: object.spec.containers[0]!.image.split(':').at(-1)!,
        track: object.metadata.labels?.['alloy.dev/track'],
        ready: isReady(object),
        env: object.spec.containers[0]!.env ?? [],
        object,
      }));
  }

  async names(kind: string): Promise<readonly string[]> {
    const objects = await this.cluster.list({ ...this.ref(kind, ''), labels: '' });
    return objects.map(({ metadata }) => metadata.name).sort();
  }

  /** A live object of the namespace. Rejects if it does not exist. */
  async get<T extends KubeObject = KubeObject>(kind: string, name = WEB): Promise<T> {
    const found = await this.cluster.get(this.ref(kind, name));
    if (!found) throw new Error(`${this.project} has no ${kind} ${name}`);
    return found as T;
  }

  create(object: KubeObject, manager = 'a-person'): Promise<KubeObject> {
    return this.cluster.create({ ...object, metadata: { ...object.metadata, namespace: this.project } }, manager);
  }

  ref(kind: string, name: string): ObjectRef {
    const groups = {
      Deployment: 'apps/v1', ReplicaSet: 'apps/v1', HorizontalPodAutoscaler: 'autoscaling/v2', Ingress: 'networking.k8s.io/v1',
    };
    const apiVersion = (groups as Readonly<Record<string, string>>)[kind] ?? 'v1';
    return { apiVersion, kind, namespace: this.project, name };
  }

  /** Waits until only `replicas` ready pods of this version are left, of `web`. */
  async onlyRuns(tag: string, replicas = 2): Promise<void> {
    await eventually(
      async () => {
        const pods = await this.pods();
        expect({ deployments: await this.names('Deployment'), pods: pods.map((pod) => ({ tag: pod.tag, ready: pod.ready })) }).toEqual({
          deployments: [WEB],
          pods: Array.from({ length: replicas }, () => ({ tag, ready: true })),
        });
      },
      { timeoutMs: 120_000 },
    );
  }

  /** The counts of the playground's users since the last call, for the whole cluster. */
  async traffic(): Promise<readonly TrafficCount[]> {
    return (await takeTraffic(this.kubeconfig)).services;
  }

  /** POST of any path of the API. */
  async post(path: string, body: unknown): Promise<unknown> {
    return (await this.send(path, { method: 'POST', body: JSON.stringify(body) })).json();
  }

  /** GET of any path of the API, as JSON. */
  async ask(path: string): Promise<unknown> {
    return (await this.send(path)).json();
  }

  private async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.door.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.door.url}${path}`, { ...init, headers, signal: AbortSignal.timeout(60_000) });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}
