import type { KubeObject } from '@alloy/contracts';
import { eventually } from '../../support/eventually';
import { heldPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { configMap } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { withKubectl } from '../support/kubectl';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const stage = withStage({ pruned: heldPolicy, edited: heldPolicy, kept: { ...heldPolicy, prune: 'none' }, rolledback: heldPolicy });
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];
const kubectl = withKubectl();

const template = (app: string, tag: string, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: {
    containers: [{
      name: app, image: `registry.example.com/shop/${app}:${tag}`, ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/healthz', port: 'http' } }, envFrom: [{ configMapRef: { name: 'flags' } }],
    }],
    ...spec,
  },
});
const worker = (tag: string, name = 'worker'): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name, tag) },
});
const nightly = (tag: string): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' },
  spec: { schedule: '0 3 1 1 *', jobTemplate: { spec: { template: template('nightly', tag, { restartPolicy: 'Never' }) } } },
});
const flags = (tag: string): KubeObject => configMap('flags', { version: tag });
const whole = (tag: string): Version => ({ more: { flags: flags(tag), worker: worker(tag), nightly: nightly(tag) } });

const find = (lane: Lane, kind: string, name: string) => {
  const { shop } = stage().play(lane);
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : kind === 'CronJob' ? 'batch/v1' : 'v1';
  return shop.cluster.get({ apiVersion, kind, namespace: shop.project, name });
};
const DROPPED = [['Deployment', 'worker'], ['CronJob', 'nightly'], ['ConfigMap', 'flags']] as const;
const existing = async (lane: Lane) => {
  const found = await Promise.all(DROPPED.map(([kind, name]) => find(lane, kind, name)));
  return DROPPED.filter((_, i) => found[i]).map(([kind, name]) => `${kind} ${name}`);
};
const ALL = DROPPED.map(([kind, name]) => `${kind} ${name}`);

/** v1 with all objects is promoted; v2 is in the analysis of its canary. */
async function analysing(lane: Lane, version: Version = {}, between?: () => Promise<void>): Promise<string> {
  const { shop } = stage().play(lane);
  expect(await shop.release('v1', whole('v1'))).toMatchObject({ status: 'promoted' });
  await between?.();
  const id = await shop.deploy('v2', { strategy: 'canary', ...version });
  await shop.reaches(id, 'analyse');
  expect(await existing(lane)).toEqual(ALL);
  return id;
}

async function pruned(): Promise<void> {
  const { shop } = stage().play('pruned');
  const id = await analysing('pruned');
  const planned = (await shop.look(id)).plan!.prune!;
  expect([planned.objects.map(({ kind, name }) => `${kind} ${name}`), planned.kept]).toEqual([ALL, []]);
  expect(await shop.waved(id)).toMatchObject({ status: 'promoted' });
  expect(await existing('pruned')).toEqual([]);
  expect((await shop.events(id)).filter(({ type }) => type === 'ManifestsApplied').at(-1)).toMatchObject({
    data: { pruned: { deleted: planned.objects, kept: [] } },
  });
  await stage().prove('pruned');
}

async function edited(): Promise<void> {
  const { shop } = stage().play('edited');
  const write = (...args: readonly string[]) => kubectl().output(['--namespace', shop.project, ...args]);
  const id = await analysing('edited', {}, async () => {
    await write('patch', 'configmap', 'flags', '--type', 'merge', '-p', '{"data":{"version":"mine"}}');
  });
  await write('scale', 'deployment', 'worker', '--replicas', '2');
  expect((await shop.look(id)).plan!.prune!.kept).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', why: 'kubectl-patch has written to it' },
  ]);
  expect(await shop.waved(id)).toMatchObject({ status: 'promoted' });
  expect(await existing('edited')).toEqual(['Deployment worker', 'ConfigMap flags']);
  expect((await shop.events(id)).filter(({ type }) => type === 'ManifestsApplied').at(-1)).toMatchObject({
    data: {
      pruned: {
        deleted: [{ kind: 'CronJob', name: 'nightly' }], kept: [{ kind: 'Deployment', name: 'worker', why: 'kubectl has written to it' }],
      },
    },
  });
}

async function kept(): Promise<void> {
  const { shop } = stage().play('kept');
  const id = await analysing('kept');
  expect((await shop.look(id)).plan).not.toHaveProperty('prune');
  expect(await shop.waved(id)).toMatchObject({ status: 'promoted' });
  expect(await existing('kept')).toEqual(ALL);
}

/** A Deployment of the second version only, which reads nothing. */
const extra = (): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'extra' },
  spec: {
    replicas: 1, selector: { matchLabels: { app: 'extra' } },
    template: {
      metadata: { labels: { app: 'extra' } }, spec: { containers: [{ name: 'extra', image: 'registry.example.com/shop/extra:v2' }] },
    },
  },
});

async function rolledBack(): Promise<void> {
  const { shop } = stage().play('rolledback');
  const added = { ...flags('v2'), metadata: { name: 'added' } };
  const id = await analysing('rolledback', { more: { added, extra: extra() } });
  expect([await find('rolledback', 'ConfigMap', 'added'), await find('rolledback', 'Deployment', 'extra')]).not.toContain(undefined);
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
  expect(await existing('rolledback')).toEqual(ALL);
  expect([await find('rolledback', 'ConfigMap', 'added'), await find('rolledback', 'Deployment', 'extra')]).toEqual([undefined, undefined]);
  await eventually(async () => expect(new Set((await shop.pods()).map(({ tag }) => tag))).toEqual(new Set(['v1'])));
}

needsPods('what the manifests no longer have, on a real API server', () => {
  sideBySide({
    'is deleted after the promotion and not before, and the plan lists it': pruned,
    'stays if a user has written to it with kubectl, and is named with the writer': edited,
    'stays with prune: none': kept,
    'stays after a rollback, which deletes what only the failed version had': rolledBack,
  });
});
