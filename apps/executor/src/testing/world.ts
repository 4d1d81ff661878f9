import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { canaryName, connectCluster, readLive, refOf, type Cluster, type Live, type Write } from '@alloy/cluster';
import { releaseStream, type Bundle, type KubeObject, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, VersionConflict } from '@alloy/event-store';
import { bootstrap, createLedger, type Ledger, type ReleaseKey } from '@alloy/ledger';
import { startPlayground, type Admit, type Playground } from '@alloy/playground';
import type { Policy } from '@alloy/policy';
import { decide, isEnded, isRunning, isSuspended, wantedPods, type ReleaseEvent, type RequestedStrategy, type State } from '@alloy/release';
import { verdict } from '@alloy/release/testing';
import { nodeActor, parseConfig, startService, type RunningService } from '@alloy/service';
import { ApiProxy } from '../../../../test/support/api-proxy';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { executorConfig } from '../config';
import { ExecutorModule, executorStrategy } from '../executor.module';

const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
const facts = { expected: 'any' as const, actor: nodeActor('watcher') };
export const NAMESPACE = 'shop';

interface Kubeconfig {
  readonly clusters: [{ readonly cluster: { server: string } }];
  readonly users: [{ readonly user: { token: string } }];
}

/** Deployment, Service, ConfigMap and Secret of the shop in one version; each version has another ConfigMap. */
export function shop(tag: string, replicas: number | null = 3, over: {
  readonly env?: readonly { readonly name: string; readonly value: string }[]; readonly targetPort?: number;
} = {}): Bundle {
  const meta = (name: string) => ({ name, namespace: NAMESPACE });
  const container = {
    name: 'web', image: `registry.example/shop:${tag}`, ports: [{ name: 'http', containerPort: 8080 }],
    envFrom: [{ configMapRef: { name: 'settings' } }],
    env: [...(over.env ?? []), { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } }],
  };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
  return {
    workload: 'web',
    objects: [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web'), spec: {
        ...(replicas !== null && { replicas }), selector: { matchLabels: { app: 'web' } }, template,
      } },
      { apiVersion: 'v1', kind: 'Service', metadata: meta('web'), spec: {
        selector: { app: 'web' }, ports: [{ port: 80, targetPort: over.targetPort ?? 8080 }],
      } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('settings'), data: { COLOUR: tag } },
      { apiVersion: 'v1', kind: 'Secret', metadata: meta('keys'), type: 'Opaque', data: { key: 'czNjcmV0' } },
    ],
  };
}

/** A database, a playground and executors, with a planner and a watcher that work only while a test calls `play`. */
export class World {
  private readonly dir = mkdtempSync(join(tmpdir(), 'alloy-executor-'));
  private readonly executors: RunningService[] = [];
  private readonly proxies: ApiProxy[] = [];
  private readonly masterKey = randomBytes(32);
  private readonly keystore = join(this.dir, 'keys');
  /** What the cluster's admission denies. Default: nothing. */
  admit: Admit = () => undefined;
  playground!: Playground;
  cluster!: Cluster;
  database!: TestDatabase;
  ledger!: Ledger;

  /** An open world with one executor. */
  static async withExecutor(): Promise<World> {
    const world = new World();
    await world.open();
    await world.startExecutor();
    return world;
  }

  async open(): Promise<void> {
    const timings = { podStart: 20, probePeriod: 50, drain: 20, quiet: 10 };
    [this.database, this.playground] = await Promise.all([
      createDatabase(), startPlayground({ home: join(this.dir, 'playground'), timings, admit: (review) => this.admit(review) }),
    ]);
    this.cluster = await connectCluster({ kubeconfig: this.playground.kubeconfigPath });
    await this.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, 'test');
    await this.policy();
    this.ledger = createLedger({ databaseUrl: this.database.url, name: 'test', masterKey: this.masterKey, keystoreDir: this.keystore });
  }

  /** A proxy to the playground whose responses a test can replace. `close` closes it. */
  async proxied(): Promise<ApiProxy> {
    const proxy = await ApiProxy.start(new URL(this.playground.url));
    this.proxies.push(proxy);
    return proxy;
  }

  /** Changes the policy, which applies from the next plan on. The default deadline is longer than a test. */
  policy(over: Partial<Policy> = {}): Promise<void> {
    const stages = [{ weight: 25, duration: 1 }, { weight: 50, duration: 1 }];
    return bootstrap({ databaseUrl: this.database.url, user: 'demo', project: 'shop', policy: {
      namespace: NAMESPACE, stages, progressDeadline: 60, ...over,
    } });
  }

  async close(): Promise<void> {
    await Promise.all(this.executors.splice(0).map((executor) => executor.close()));
    await Promise.all(this.proxies.splice(0).map((proxy) => proxy.close()));
    await this.cluster.close();
    await this.playground.stop();
    await this.ledger.close();
    await this.database.drop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async startExecutor(over: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const env = {
      PORT: '0', DATABASE_URL: this.database.roleUrl('alloy_executor'), NATS_URL: process.env['ALLOY_TEST_NATS'],
      SWEEP_SECONDS: '0.1', LOG_LEVEL: 'silent',
      ALLOY_KUBECONFIG: this.playground.kubeconfigPath, ALLOY_MASTER_KEY: this.masterKey.toString('base64'),
      ALLOY_KEYSTORE: this.keystore, ...over,
    };
    const service = await startService({ name: 'executor', config: () =>
      parseConfig(executorConfig, env), module: (c) => ExecutorModule.with(c), strategy: executorStrategy, destination: silent });
    this.executors.push(service);
    return service;
  }

  /** A kubeconfig for the cluster with the given server (default: its own) and token (default: the valid one). */
  kubeconfig({ server, token }: { readonly server?: string; readonly token?: string }): string {
    const path = join(this.dir, `kubeconfig-${randomBytes(4).toString('hex')}`);
    const config = JSON.parse(readFileSync(this.playground.kubeconfigPath, 'utf8')) as Kubeconfig;
    const [{ cluster }] = config.clusters;
    if (server !== undefined) cluster.server = server;
    if (token !== undefined) config.users[0].user.token = token;
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }

  key(releaseId: string): ReleaseKey {
    return { releaseId, project: 'shop', environment: 'production' };
  }

  /** Seals the bundle and requests its release, as ingest does. */
  async request(releaseId: string, bundle: Bundle, strategy: RequestedStrategy = 'auto'): Promise<void> {
    const artifact = await this.ledger.artifacts.seal(releaseId, 'shop', bundle);
    const [deployment] =
      bundle.objects as readonly [KubeObject & { spec: { replicas?: number; template: { spec: { containers: [{ image: string }] } } } }];
    const [image, imageTag] = deployment.spec.template.spec.containers[0].image.split(':') as [string, string];
    const data = { strategy, image, imageTag, commitSha: 'abc', artifact, workload: 'web', replicas: deployment.spec.replicas
      ?? null, retryOf: null, rollbackOf: null };
    await this.ledger.log.append(this.key(releaseId), [{ type: 'ReleaseRequested', data }], {
      expected: 0, actor: { kind: 'ci', id: 'demo' }, causationId: null,
    });
  }

  async state(releaseId: string): Promise<State> {
    return (await this.ledger.log.load(releaseId)).state;
  }
  events(releaseId: string): Promise<readonly StoredEvent[]> {
    return this.ledger.store.read(releaseStream(releaseId));
  }
  async dataOf<T>(releaseId: string, type: ReleaseEvent['type']): Promise<readonly T[]> {
    return (await this.events(releaseId)).filter((event) => event.type === type).map(({ data }) => data as T);
  }

  /** Plans and observes until the release satisfies `until` or has ended. Returns its state. */
  async play(releaseId: string, until: (state: State) => boolean = () => false): Promise<State> {
    return eventually(async () => {
      await this.plan(releaseId);
      await this.observe(releaseId);
      const state = await this.state(releaseId);
      expect(state.status !== 'none' && (isEnded(state) || until(state))).toBe(true);
      return state;
    }, { timeoutMs: 120_000 });
  }

  async plan(releaseId: string): Promise<void> {
    const [{ state, now }, context] = await Promise.all([this.ledger.log.load(releaseId), this.ledger.log.context(this.key(releaseId))]);
    try {
      await this.ledger.log.append(this.key(releaseId), decide(state, context, now), {
        expected: state.version, actor: nodeActor('planner'),
      });
    } catch (error) {
      if (!(error instanceof VersionConflict || error instanceof InlineConflict)) throw error;
    }
  }

  append(releaseId: string, event: ReleaseEvent): Promise<unknown> {
    return this.ledger.log.append(this.key(releaseId), [event], facts);
  }

  live(): Promise<Live> {
    return readLive(this.cluster, { namespace: NAMESPACE, workload: 'web', project: 'shop', shared: shop('any').objects });
  }
  /** Writes to `web` and to the canary that an executor could have prepared in this state. */
  async heldWrites(state: State): Promise<readonly Write[]> {
    if (!isRunning(state)) return [];
    const [web, canary] = await Promise.all([this.get('Deployment', 'web', 'apps/v1'), this.canary()]);
    return [web, canary].flatMap((object) => {
      if (!object) return [];
      const [ref, resourceVersion] = [refOf(object), object.metadata.resourceVersion ?? ''];
      return [
        { verb: 'scale', ref, resourceVersion, replicas: 1 } as const,
        // Deleting a canary that does not exist would succeed.
        ...(object === web ? [{ verb: 'delete', ref, resourceVersion, uid: object.metadata.uid ?? '' } as const] : []),
        { verb: 'apply', object: { ...object, metadata: { name: object.metadata.name, namespace: NAMESPACE, resourceVersion } } } as const,
      ];
    });
  }
  get(kind: string, name: string, apiVersion = 'v1'): Promise<KubeObject | undefined> {
    return this.cluster.get({ apiVersion, kind, namespace: NAMESPACE, name });
  }
  canary(): Promise<KubeObject | undefined> {
    return this.get('Deployment', canaryName('web'), 'apps/v1');
  }

  /** Appends what a watcher would find now: the pods that are ready, and a verdict that passes. */
  private async observe(releaseId: string): Promise<void> {
    const state = await this.state(releaseId);
    if (!isRunning(state) || state.current === null || isSuspended(state)) return;
    const { current } = state;
    if (current.spec.kind === 'analyse') {
      if (!current.verdict) await this.append(releaseId, verdict()(state));
      return;
    }
    const wanted = wantedPods(current.spec);
    if (!wanted || current.ready) return;
    const live = await this.live();
    const ready = (wanted.track === 'canary' ? live.canary?.ready : live.web?.byRelease.find((count) => count.release === releaseId)?.ready)
      ?? 0;
    if (ready >= wanted.replicas) {
      await this.append(releaseId, { type: 'WorkloadBecameReady', data: {
        ...current.ref, track: wanted.track, generation: 1, desired: wanted.replicas, ready,
      } });
    }
  }
}
