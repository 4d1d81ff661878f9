import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterError, connectCluster, isReady, SharedInformers, TrafficInformers, type Cluster, type Deployment } from '@alloy/cluster';
import type { KubeObject, StoredEvent } from '@alloy/contracts';
import { bootstrap, createLedger, type Ledger, type ReleaseKey } from '@alloy/ledger';
import { startPlayground, type Playground } from '@alloy/playground';
import type { Payloads, RunningState } from '@alloy/release';
import { given, happyUntil } from '@alloy/release/testing';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { informedClusterReader } from './informed-cluster-reader';
import { Observation, type ObservationDeps } from './observation';

const NAMESPACE = 'shop';
const key: ReleaseKey = { releaseId: 'R2', project: 'shop', environment: 'production' };

describe('Observation, on a real Postgres and the playground', () => {
  let home: string;
  let database: TestDatabase;
  let playground: Playground;
  let cluster: Cluster;
  let ledger: Ledger;
  let informers: SharedInformers;
  let observation: Observation;
  const reported: string[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'alloy-watcher-'));
    // The playground's clock is a minute ahead, so that every write from now on is later than the plan.
    const clock = () => new Date(Date.now() + 60_000);
    [database, playground] = await Promise.all([
      createDatabase(), startPlayground({ home, clock, timings: { podStart: 20, probePeriod: 50, drain: 20, quiet: 10 } }),
    ]);
    cluster = await connectCluster({ kubeconfig: playground.kubeconfigPath });
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, 'test');
    await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop', policy: { namespace: NAMESPACE } });
    ledger = createLedger({ databaseUrl: database.roleUrl('alloy_watcher') });
    informers = new SharedInformers(cluster);
    observation = new Observation(key, deps());
    await analysing();
  });
  afterAll(async () => {
    await ledger?.close();
    informers?.stop();
    await cluster?.close();
    await playground?.stop();
    await database?.drop();
    await rm(home, { recursive: true, force: true });
  });

  const routers = () => new TrafficInformers({ cluster, onChange: () => undefined, onFailure: () => undefined });

  function deps(): ObservationDeps {
    const { log, measurements, observedPods } = ledger;
    return {
      log, measurements, observedPods, reader: informedClusterReader(cluster, informers, routers(), () => undefined), isMine: () => true,
      monotonic: () => performance.now(),
      onDrift: ({ object, manager }) => reported.push(`${object.name} by ${manager}`),
    };
  }

  /** Brings a release to the analysis of one canary pod beside five stable pods. */
  async function analysing(): Promise<void> {
    const planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
    for (const { type, data, actor } of given(happyUntil('analyse')).log) {
      await planner.log.append(key, [{ type, data } as never], { expected: 'any', actor });
    }
    await planner.close();
    await cluster.create(deployment('web', 5, {}), 'alloy-create');
    await cluster.create(deployment('web-canary', 1, { 'alloy.dev/track': 'canary', 'alloy.dev/release': 'R2' }), 'alloy-create');
    await eventually(async () =>
      expect((await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE })).map(isReady)).toEqual(Array(6).fill(true)));
  }

  const drifts = async () => (await ledger.log.load(key)).events.filter(({ type }) =>
    type === 'WorkloadDrifted') as readonly (StoredEvent & { data: Payloads['WorkloadDrifted'] })[];
  const live = async (name: string) =>
    (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name })) as Deployment;

  it('records the pods of both tracks', async () => {
    expect(await observation.observe()).toBe('observed');
    const { items } = (await ledger.observedPods.find('R2'))!;
    expect(items.map(({ track }) => track)).toEqual(['canary', 'stable', 'stable', 'stable', 'stable', 'stable']);
    expect(items[0]).toEqual({
      track: 'canary',
      name: expect.stringMatching(/^web-canary-/),
      phase: 'Running',
      ready: true,
      restarts: 0,
      startedAt: expect.stringMatching(/^20\d\d-/),
      reason: null,
    });
    expect(await drifts()).toEqual([]);
  });

  it('records once that another client has scaled', async () => {
    await scale('web', 7);
    await eventually(async () => {
      await observation.observe();
      expect(await drifts()).toHaveLength(1);
    });
    await observation.observe();
    expect((await drifts()).map(({ data }) => data)).toMatchObject([
      { step: 3, object: { kind: 'Deployment', name: 'web' }, fields: [{ path: 'spec.replicas', expected: 5, found: 7 }] },
    ]);
    await scale('web', 5);
    await observation.observe();
    expect(await drifts()).toHaveLength(1);
  });

  it('records the fields of another client\'s server-side apply, without their values', async () => {
    const { spec } = deployment('web', 5, {});
    const [container] = spec.template.spec.containers;
    const patched = { ...spec.template, spec: { containers: [{ ...container!, env: [{ name: 'PASSWORD', value: 's3cret' }] }] } };
    const { metadata } = deployment('web', 5, {});
    await cluster.apply({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: spec.selector, template: patched },
    } as KubeObject, { manager: 'gitops', force: true });
    const before = (await live('web')).metadata.generation;
    await eventually(async () => {
      await observation.observe();
      expect(await drifts()).toHaveLength(2);
    });
    await observation.observe();
    const [, drift] = await drifts();
    expect(drift!.data).toMatchObject({ object: { name: 'web' }, manager: 'gitops' });
    expect(drift!.data.fields).toContainEqual({
      path: 'spec.template.spec.containers[web].env[PASSWORD].value', expected: null, found: null,
    });
    expect(JSON.stringify(await drifts())).not.toContain('s3cret');
    expect(await drifts()).toHaveLength(2);
    expect(reported).toEqual([expect.stringMatching(/^web by /), 'web by gitops']);
    // Alloy did not revert the change, and the release continues.
    expect((await live('web')).metadata.generation).toBe(before);
    expect((await ledger.log.load(key)).state.status).toBe('releasing');
  });

  it('records that the cluster is unreachable after ten seconds, and rejects each time', async () => {
    const clock = { ms: 0 };
    const unreachable = () => Promise.reject(new ClusterError('unreachable', 'GET /apis: ECONNREFUSED'));
    const blind = new Observation(key, {
      ...deps(), reader: { ...deps().reader, workloads: unreachable, scrape: unreachable }, monotonic: () => clock.ms,
    });
    const access = async () => ((await ledger.log.load(key)).state as RunningState).current?.access;
    await expect(blind.observe()).rejects.toThrow('ECONNREFUSED');
    expect(await access()).toBeNull();
    clock.ms = 10_000;
    await expect(blind.observe()).rejects.toThrow('ECONNREFUSED');
    expect(await access()).toMatchObject({ refusal: { code: 'unreachable', text: expect.stringContaining("the watcher's kubeconfig") } });
    await expect(blind.observe()).rejects.toThrow('ECONNREFUSED');
    expect((await ledger.log.load(key)).events.filter(({ type }) => type === 'ClusterAccessFailed')).toHaveLength(1);
  });

  async function scale(name: string, replicas: number): Promise<void> {
    await eventually(async () => {
      const { metadata } = await live(name);
      await cluster.scale(
        { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name }, replicas, metadata.resourceVersion!, 'kubectl',
      );
    });
  }
});

function deployment(name: string, replicas: number, labels: Readonly<Record<string, string>>): Deployment {
  const { 'alloy.dev/release': _release, ...selecting } = labels;
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: NAMESPACE, labels: { 'alloy.dev/project': 'shop' } },
    spec: {
      replicas, selector: { matchLabels: { app: 'web', ...selecting } },
      template: { metadata: { labels: { app: 'web', ...labels } }, spec: {
        containers: [{ name: 'web', image: 'registry.example/shop:v1', ports: [{ containerPort: 8080 }] }],
      } },
    },
  };
}
