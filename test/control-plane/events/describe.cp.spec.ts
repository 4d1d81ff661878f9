import { publishEvent, type Cluster, type ObjectEvent } from '@alloy/cluster';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../kubectl/find-kubectl';
import { Kubectl } from '../../kubectl/kubectl';
import { described, expectDescribedReleases, describedPolicy } from '../../support/described';
import { eventually } from '../../support/eventually';
import { samplesOf, sumOf } from '../../support/samples';
import { shortPolicy } from '../../support/stories';
import { withStage } from '../stories/support/stage';
import { mayDo } from '../rbac/access';
import { accountOf, roleOf } from '../rbac/manifests';
import { controlPlane, needsPods, withNamespace } from '../support/control-plane';

needsPods('Kubernetes Events on a real API server', () => {
  const stage = withStage({ described: describedPolicy, forbidden: shortPolicy });
  const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = new Kubectl(await findKubectl(), controlPlane().kubeconfig, home);
  });
  afterAll(() => {
    kubectl.stop();
    rmSync(home, { recursive: true });
  });

  it('show the timeline of each release in kubectl describe, also when the executor is killed', async () => {
    await expectDescribedReleases(stage().play('described').shop, kubectl, stage().installation);
  });

  it('are left out if the executor may not write them: the release continues, and the executor logs this once', async () => {
    const { api, installation } = stage();
    const { shop } = stage().play('forbidden');
    const rules = roleOf('executor').rules.filter(({ resources }) => !resources.includes('events'));
    await api.json({
      method: 'PATCH',
      path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${shop.project}/roles/${accountOf('executor')}`,
      contentType: 'application/merge-patch+json',
      body: { rules },
    });
    await eventually(async () =>
      expect(await mayDo(api, 'executor', { verb: 'create', resource: 'events', group: '', namespace: shop.project })).toBe(false),
    );
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    expect(await shop.release('v2')).toMatchObject({ status: 'promoted', strategy: 'canary' });
    const dropped = async (): Promise<number> =>
      sumOf(samplesOf(await installation.metrics('executor')), 'alloy_kubernetes_events_total', { outcome: 'dropped' });
    await eventually(async () => expect(await dropped()).toBeGreaterThan(8));
    expect(await described(kubectl, shop.project)).toEqual([]);
    const log = readFileSync(join(installation.home.logs, 'executor.log'), 'utf8');
    expect(log.split('dropped a Kubernetes Event')).toHaveLength(2);
  });
});

describe('an Event', () => {
  const namespace = withNamespace('events');
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await controlPlane().connect();
  });
  afterAll(() => cluster.close());

  it('is created once; later occurrences only increase its count', async () => {
    const regarding = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: namespace(), name: 'web', uid: 'u' };
    const event: ObjectEvent = {
      name: 'web.drift',
      regarding,
      type: 'Warning',
      reason: 'DriftDetected',
      action: 'DriftDetected',
      note: 'ü'.repeat(2_000),
      count: 1,
      firstAt: '2026-01-01T00:00:00.120Z',
      lastAt: '2026-01-01T00:00:00.120Z',
      listedAt: '2026-01-01T00:00:00.120Z',
    };
    const publish = (count: number, name = event.name) =>
      publishEvent(
        cluster,
        { ...event, name, count, lastAt: '2026-01-01T00:00:09.120Z' },
        { controller: 'alloy.dev/executor', instance: 'x'.repeat(300) },
      );
    /* eslint-disable alloy/no-retired-words -- the outcomes' names in libs/cluster */
    expect([await publish(1), await publish(1), await publish(2), await publish(5), await publish(2)]).toEqual([
      'told',
      'known',
      'counted',
      'counted',
      'known',
    ]);
    expect(await publish(3, `${event.name}.late`)).toBe('told');
    /* eslint-enable alloy/no-retired-words */
    const seen = await cluster.get({ apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace: namespace(), name: event.name });
    expect(seen).toMatchObject({
      regarding,
      note: expect.stringMatching(/^ü{510}…$/),
      reason: 'DriftDetected',
      type: 'Warning',
      series: { count: 5 },
      deprecatedLastTimestamp: '2026-01-01T00:00:00Z',
      reportingController: 'alloy.dev/executor',
    });
  });
});
