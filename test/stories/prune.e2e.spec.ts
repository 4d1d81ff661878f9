import type { KubeObject } from '@alloy/contracts';
import { eventually } from '../support/eventually';
import { heldPolicy, withStories } from '../support/stories';
import { configMap } from '../support/workload';

const { story } = withStories({ pruned: heldPolicy });

const template = (app: string, tag: string, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: {
    containers: [{
      name: app, image: `registry.example.com/shop/${app}:${tag}`, ports: [{ containerPort: 8080 }],
      envFrom: [{ configMapRef: { name: 'flags' } }],
    }],
    ...spec,
  },
});
const worker = (tag: string): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'worker' },
  spec: { replicas: 1, selector: { matchLabels: { app: 'worker' } }, template: template('worker', tag) },
});
const nightly = (tag: string): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' },
  spec: { schedule: '0 3 1 1 *', jobTemplate: { spec: { template: template('nightly', tag, { restartPolicy: 'Never' }) } } },
});

it('deletes what the manifests no longer have after the promotion, and a rollback to the version before makes it again', async () => {
  const shop = story('pruned');
  const refs = [['apps/v1', 'Deployment', 'worker'], ['batch/v1', 'CronJob', 'nightly'], ['v1', 'ConfigMap', 'flags']] as const;
  const existing = async () => {
    const found = await Promise.all(refs.map(([apiVersion, kind, name]) =>
      shop.cluster.get({ apiVersion, kind, namespace: shop.project, name })));
    return found.flatMap((object) => (object ? [object.kind] : []));
  };
  const more = { flags: configMap('flags', { version: 'v1' }), worker: worker('v1'), nightly: nightly('v1') };
  expect(await shop.release('v1', { more })).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy('v2', { strategy: 'canary' });
  await shop.reaches(id, 'analyse');
  expect(await existing()).toEqual(['Deployment', 'CronJob', 'ConfigMap']);
  const release = await shop.waved(id);
  expect(release).toMatchObject({ status: 'promoted', plan: { prune: { kept: [] } } });
  expect(release.plan!.prune!.objects.map(({ kind }) => kind)).toEqual(['Deployment', 'CronJob', 'ConfigMap']);
  expect(await existing()).toEqual([]);
  expect(await shop.waved(await shop.rollback())).toMatchObject({ status: 'promoted' });
  expect(await existing()).toEqual(['Deployment', 'CronJob', 'ConfigMap']);
  await eventually(async () => expect(new Set((await shop.pods()).map(({ tag }) => tag))).toEqual(new Set(['v1'])));
});
