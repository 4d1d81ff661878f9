import type { ObservedPodsView } from '@alloy/contracts';
import { connectCluster, type Cluster } from '@alloy/cluster';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { heldPolicy, shortPolicy } from '../support/stories';
import { Story } from '../support/story';

const projects = {
  nowhere: shortPolicy,
  unseen: { ...shortPolicy, inspectionDeadline: 8 },
  // The outage is over, and told, long before.
  regained: { ...shortPolicy, progressDeadline: 300 },
  // The cluster is lost long before the stage could end well.
  lost: { ...shortPolicy, stages: [{ weight: 50, duration: 20, deadline: 20 }] },
  shared: heldPolicy,
};
const fails = { status: 503, body: 'etcd is gone' };

describe('a cluster that makes trouble', () => {
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
  // Whatever the cluster did, the services did not mind.
  afterEach(() => expect(Object.values(installation.starts())).toEqual(Object.values(installation.starts()).map(() => 1)));

  const story = (project: string): Story => new Story(project, installation.releases.door, cluster, installation.home.kubeconfig);
  const away = (is: boolean): void => {
    for (const replica of ['executor', 'watcher'] as const) installation.api(replica).instead = () => (is ? fails : undefined);
  };

  it('has no such namespace: failed at once, with what to do, and the same release goes through once it is there', async () => {
    const shop = story('nowhere');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'nowhere' };
    await cluster.delete(namespace, {});
    await eventually(async () => expect(await cluster.get(namespace)).toBeUndefined());
    const id = await shop.deploy('v1');
    expect(await shop.ended(id)).toMatchObject({ status: 'failed', reason: { code: 'namespace_missing', text: expect.stringContaining('kubectl create namespace nowhere') } });
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nowhere' } }, 'a-person');
    const again = await shop.want(id, 'retry');
    expect(await shop.ended(again.id)).toMatchObject({ status: 'promoted' });
  });

  it('can not be reached when the turn has come: failed by the deadline, with what to do', async () => {
    const shop = story('unseen');
    away(true);
    const ended = await shop.release('v1');
    away(false);
    expect(ended).toMatchObject({ status: 'failed', plan: null, reason: { code: 'unreachable', text: expect.stringMatching(/could not be looked at for 8 s; .*API server answers with errors/) } });
    expect(await shop.release('v2')).toMatchObject({ status: 'promoted' });
  });

  it('is lost while pods are waited for and comes back: both are on record, so that the outage is no reason for what happens later', async () => {
    const shop = story('regained');
    const id = await shop.deploy('v1-slow');
    const has = (type: string, actor: string) => eventually(async () => expect((await shop.events(id)).map((event) => `${event.type} ${event.actor.id}`)).toContain(`${type} ${actor}`), { timeoutMs: 60_000 });
    await has('WorkloadScaled', 'executor');
    away(true);
    await has('ClusterAccessFailed', 'watcher');
    away(false);
    await has('ClusterAccessRegained', 'watcher');
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'failed', reason: { code: 'aborted' } });
  });

  it('is lost in the middle of a canary and comes back: rolled back, with every pod of stable', async () => {
    const shop = story('lost');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const id = await shop.deploy('v2');
    await shop.reaches(id, 'analyse');
    away(true);
    await shop.until(id, ({ status }) => status === 'rollingBack');
    away(false);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'inconclusive' } });
    await shop.onlyRuns('v1');
  });

  it('is changed by others in the middle of a canary: they are named, and not fought', async () => {
    const shop = story('shared');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const id = await shop.deploy('v2');
    await shop.reaches(id, 'analyse');
    await eventually(async () => {
      const web = await shop.get('Deployment');
      await cluster.scale(shop.ref('Deployment', 'web'), 3, web.metadata.resourceVersion!, 'kubectl');
    });
    await eventually(async () => expect((await shop.events(id)).filter(({ type }) => type === 'WorkloadDrifted').map(({ data }) => data)).toMatchObject([{ object: { kind: 'Deployment', name: 'web' }, fields: [{ path: 'spec.replicas', found: 3 }] }]));
    expect(await shop.get('Deployment')).toMatchObject({ spec: { replicas: 3 } });
    await eventually(async () => {
      const { items } = JSON.parse(await shop.text(`/api/v1/releases/${id}/pods`)) as ObservedPodsView;
      expect(items.map(({ track }) => track)).toEqual(expect.arrayContaining(['canary', 'stable']));
    });
    expect(await shop.waved(id)).toMatchObject({ status: 'promoted' });
    // Nothing that Alloy did itself, in all the releases of this file, was taken for others' doing.
    expect((await installation.metrics('watcher')).match(/^alloy_drifts_total\{.*$/gm)).toEqual(['alloy_drifts_total{field="replicas"} 1']);
  });
});
