import type { Deployment } from '@alloy/cluster';
import { eventually } from '../../support/eventually';
import { shortPolicy } from '../../support/stories';
import type { Story, Version } from '../../support/story';
import { deployment } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const { stages: _stages, ...limits } = shortPolicy;
const policy = {
  ...limits,
  strategy: 'rollout' as const,
  rollout: { maxSurge: 1, steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 2, deadline: 60 } }] },
};
const stage = withStage({ promoted: policy, failing: policy, crashing: policy, aborted: policy, scaled: policy, undone: policy });
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];

const five = (): Version => ({ deployment: deployment({ replicas: 5 }) });
/** Ready pods by their tag. */
async function split(shop: Story): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { tag, ready } of await shop.pods()) if (ready) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}
const holdOf = async (shop: Story) => {
  const { minReadySeconds = 0, progressDeadlineSeconds, strategy } = (await shop.get<Deployment>('Deployment')).spec;
  return { minReadySeconds, progressDeadlineSeconds, strategy };
};
const manifest = {
  minReadySeconds: 0, progressDeadlineSeconds: 600,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
};

/** Releases v1, and v2 as far as its first pause. */
async function paused(lane: Lane, tag = 'v2'): Promise<{ readonly shop: Story; readonly id: string }> {
  const { shop } = stage().play(lane);
  expect(await shop.release('v1', five())).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 5);
  const id = await shop.deploy(tag, five());
  await shop.reaches(id, 'pause');
  expect(await split(shop)).toEqual({ v1: 5, [tag]: 1 });
  return { shop, id };
}

async function promoted(): Promise<void> {
  const { shop, id } = await paused('promoted');
  expect(await holdOf(shop)).toMatchObject({ minReadySeconds: 2 ** 31 - 2, strategy: { rollingUpdate: { maxSurge: 1 } } });
  await shop.want(id, 'promote');
  await shop.reaches(id, 'analyse');
  expect(await split(shop)).toEqual({ v1: 3, v2: 3 });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', verdicts: [{ verdict: 'pass' }] });
  await shop.onlyRuns('v2', 5);
  expect(await holdOf(shop)).toEqual(manifest);
  await stage().prove('promoted');
}

async function failing(): Promise<void> {
  const { shop, id } = await paused('failing', 'v2-errors-20');
  await shop.want(id, 'promote');
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
  await shop.onlyRuns('v1', 5);
  expect(await holdOf(shop)).toEqual(manifest);
  await stage().prove('failing');
}

async function crashing(): Promise<void> {
  const { shop } = stage().play('crashing');
  expect(await shop.release('v1', five())).toMatchObject({ status: 'promoted' });
  expect(await shop.release('v2-crash', five())).toMatchObject({ status: 'rolledBack', reason: { code: 'crash_loop' } });
  await shop.onlyRuns('v1', 5);
  await stage().prove('crashing');
}

async function aborted(): Promise<void> {
  const { shop, id } = await paused('aborted');
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
  await shop.onlyRuns('v1', 5);
  expect(await holdOf(shop)).toEqual(manifest);
  await stage().prove('aborted');
}

/** Its controller keeps the share of both versions; the promoted version has the pods of its manifest. */
async function scaled(): Promise<void> {
  const { shop, id } = await paused('scaled');
  const { resourceVersion } = (await shop.get('Deployment')).metadata;
  await shop.cluster.scale(shop.ref('Deployment', 'web'), 10, resourceVersion!, 'kubectl');
  await eventually(async () => expect(await split(shop)).toEqual({ v1: 9, v2: 2 }), { timeoutMs: 60_000 });
  await shop.want(id, 'promote');
  await shop.reaches(id, 'analyse');
  expect(await split(shop)).toEqual({ v1: 6, v2: 5 });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2', 5);
  await stage().prove('scaled');
}

/** `kubectl rollout undo` restores the template alone. */
async function undone(): Promise<void> {
  const { shop, id } = await paused('undone');
  const [old] = (await shop.cluster.list({ ...shop.ref('ReplicaSet', ''), labels: '' })) as unknown as readonly Deployment[];
  const { template } = old!.spec;
  const { 'pod-template-hash': _hash, ...labels } = template.metadata!.labels!;
  const patch = [{ op: 'replace', path: '/spec/template', value: { ...template, metadata: { ...template.metadata, labels } } }];
  await shop.cluster.patch(shop.ref('Deployment', 'web'), 'json', patch, 'kubectl-rollout');
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
  await shop.onlyRuns('v1', 5);
  expect(await holdOf(shop)).toEqual(manifest);
}

needsPods('a rollout that stops at percentages, on a real API server', () =>
  sideBySide({
    'is promoted within one Deployment, which has its manifest again': promoted,
    'is rolled back by the analysis of its new pods': failing,
    'is rolled back if its new pods crash': crashing,
    'goes back to the old template if a user aborts it': aborted,
    'keeps the share of both versions if the Deployment is scaled': scaled,
    'ends with its manifest if another client restores the old template': undone,
  }));
