import type { ObservedPodsView } from '@alloy/contracts';
import { connectCluster, type Cluster } from '@alloy/cluster';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { heldPolicy, shortPolicy } from '../support/stories';
import { Story } from '../support/story';

const projects = {
  nowhere: shortPolicy,
  unseen: { ...shortPolicy, inspectionDeadline: 8 },
  // The outage has ended and its events are appended long before this deadline.
  regained: { ...shortPolicy, progressDeadline: 300 },
  lost: { ...shortPolicy, stages: [{ weight: 50, duration: 6, deadline: 12 }] },
  shared: heldPolicy,
};
const fails = { status: 503, body: 'etcd is gone' };

describe('a release on a failing cluster', () => {
  let installation: Installation;
  let cluster: Cluster;

  beforeAll(async () => {
    installation = await Installation.start({ projects, apiProxies: ['executor', 'watcher'], env: { ACCESS_GRACE_SECONDS: '6' } });
    cluster = await connectCluster({ kubeconfig: installation.home.kubeconfig });
  });
  afterAll(async () => {
    await cluster?.close();
    await installation?.stop();
  });
  // No fault of the cluster stopped a service.
  afterEach(() => expect(Object.values(installation.starts())).toEqual(Object.values(installation.starts()).map(() => 1)));

  const story = (project: string): Story => new Story(project, installation.releases.door, cluster, installation.home.kubeconfig);
  /** Waits until so much time has passed by the log's timestamps. */
  async function hasPassed(seconds: number): Promise<void> {
    const now = async (): Promise<number> =>
      (await installation.releases.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]!.now.getTime();
    const since = await now();
    await eventually(async () => expect((await now()) - since).toBeGreaterThan(seconds * 1_000), { timeoutMs: 60_000, everyMs: 250 });
  }
  const away = (is: boolean): void => {
    for (const replica of ['executor', 'watcher'] as const) installation.api(replica).instead = () => (is ? fails : undefined);
  };

  it('fails at once with what to do if the namespace is missing, and succeeds when repeated once the namespace exists', async () => {
    const shop = story('nowhere');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'nowhere' };
    await cluster.delete(namespace, {});
    await eventually(async () => expect(await cluster.get(namespace)).toBeUndefined());
    const id = await shop.deploy('v1');
    expect(await shop.ended(id)).toMatchObject({
      status: 'failed',
      reason: { code: 'namespace_missing', text: expect.stringContaining('kubectl create namespace nowhere') },
    });
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nowhere' } }, 'a-person');
    const again = await shop.want(id, 'retry');
    expect(await shop.ended(again.id)).toMatchObject({ status: 'promoted' });
  });

  it('does not count time towards the inspection deadline while the cluster is unreachable, and continues once it is reachable', async () => {
    const shop = story('unseen');
    away(true);
    const id = await shop.deploy('v1');
    await hasPassed(10);
    expect(await shop.look(id)).toMatchObject({ status: 'gated', plan: null });
    expect((await shop.events(id)).find(({ type }) => type === 'ClusterAccessFailed')!.data).toMatchObject({
      refusal: { code: 'unreachable', text: expect.stringContaining('API server answers with errors') },
    });
    away(false);
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  });

  it('records when the cluster becomes unreachable and reachable while pods start, so that later decisions do not blame the outage', async () => {
    const shop = story('regained');
    const id = await shop.deploy('v1-slow');
    const has = (type: string, actor: string) =>
      eventually(
        async () => expect((await shop.events(id)).map((event) => `${event.type} ${event.actor.id}`)).toContain(`${type} ${actor}`),
        { timeoutMs: 60_000 },
      );
    await has('WorkloadScaled', 'executor');
    away(true);
    await has('ClusterAccessFailed', 'watcher');
    away(false);
    await has('ClusterAccessRegained', 'watcher');
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'failed', reason: { code: 'aborted' } });
  });

  it('does not count time towards the step deadline while the cluster is unreachable during a canary, and judges the canary to its end', async () => {
    const shop = story('lost');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const id = await shop.deploy('v2');
    await shop.reaches(id, 'analyse');
    away(true);
    await hasPassed(14);
    expect(await shop.look(id)).toMatchObject({ status: 'releasing', step: { kind: 'analyse' } });
    away(false);
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
    const analysed = (await shop.events(id)).find(
      ({ type, data }) => type === 'StepCompleted' && (data as { readonly step: number }).step === 3,
    )!;
    expect(analysed.data).toMatchObject({ absence: { of: ['watcher'], seconds: expect.any(Number) } });
    expect((analysed.data as { readonly absence: { readonly seconds: number } }).absence.seconds).toBeGreaterThan(10);
  });

  it('names others who change its objects during a canary, and does not revert their changes', async () => {
    const shop = story('shared');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const id = await shop.deploy('v2');
    await shop.reaches(id, 'analyse');
    await eventually(async () => {
      const web = await shop.get('Deployment');
      await cluster.scale(shop.ref('Deployment', 'web'), 3, web.metadata.resourceVersion!, 'kubectl');
    });
    await eventually(async () =>
      expect((await shop.events(id)).filter(({ type }) => type === 'WorkloadDrifted').map(({ data }) => data)).toMatchObject([
        { object: { kind: 'Deployment', name: 'web' }, fields: [{ path: 'spec.replicas', found: 3 }] },
      ]),
    );
    expect(await shop.get('Deployment')).toMatchObject({ spec: { replicas: 3 } });
    await eventually(async () => {
      const { items } = JSON.parse(await shop.text(`/api/v1/releases/${id}/pods`)) as ObservedPodsView;
      expect(items.map(({ track }) => track)).toEqual(expect.arrayContaining(['canary', 'stable']));
    });
    expect(await shop.waved(id)).toMatchObject({ status: 'promoted' });
    // No change that Alloy made itself, in all releases of this file, is attributed to others.
    expect((await installation.metrics('watcher')).match(/^alloy_drifts_total\{.*$/gm)).toEqual(['alloy_drifts_total{field="replicas"} 1']);
  });
});
