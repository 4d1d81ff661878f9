import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { eventually } from '../../support/eventually';
import { shortPolicy } from '../../support/stories';
import { WEB } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { withKubectl } from '../support/kubectl';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const byHealth = { ...shortPolicy, analysis: { mode: 'health' as const } };
const stage = withStage({
  undone: byHealth,
  restored: byHealth,
  patched: byHealth,
  unstartable: byHealth,
  untouched: byHealth,
  refused: { ...byHealth, onDrift: 'refuse' as const },
});
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];
type Templated = KubeObject & { readonly spec: { readonly template: unknown } };

const kubectl = withKubectl();
const withKubectlIn = async (lane: Lane, ...args: readonly string[]): Promise<void> => {
  await kubectl().output(['--namespace', stage().play(lane).shop.project, ...args]);
};
const shopIn = (lane: Lane) => stage().play(lane).shop;
const templateIn = async (lane: Lane) => (await shopIn(lane).get<Templated>('Deployment')).spec.template;
const podsIn = async (lane: Lane) => (await shopIn(lane).pods()).map(({ uid }) => uid).sort();
const stableIn = async (lane: Lane) =>
  JSON.parse(await shopIn(lane).text(`/api/v1/projects/${shopIn(lane).project}/stable`)) as Readonly<Record<string, unknown>>;

async function promote(lane: Lane, ...tags: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const tag of tags) {
    const release = await shopIn(lane).release(tag);
    expect(release).toMatchObject({ status: 'promoted' });
    ids.push(release.id);
  }
  return ids;
}

const changesOf = async (lane: Lane, id: string) =>
  (await shopIn(lane).events(id)).filter(({ type }) => type === 'StableDrifted' || type === 'StableRestored');

/** Waits until the timeline of the release has this number of changes between releases; returns the last one. */
const changed = (lane: Lane, id: string, count: number) =>
  eventually(async () => {
    const found = await changesOf(lane, id);
    if (found.length < count) throw new Error(`${id} has ${found.length} recorded changes`);
    expect(found).toHaveLength(count);
    return found.at(-1)!;
  }, { timeoutMs: 60_000 });

const liveAtInspection = async (lane: Lane, id: string) =>
  ((await shopIn(lane).events(id)).find(({ type }) => type === 'TargetInspected')!.data as Payloads['TargetInspected']).live;

/** Case s1 of undone releases. */
async function undone(): Promise<void> {
  const shop = shopIn('undone');
  const [first, second] = await promote('undone', 'v1', 'v2');
  await withKubectlIn('undone', 'rollout', 'undo', `deployment/${WEB}`);
  await shop.onlyRuns('v1');
  const drifted = (await changed('undone', second!, 1)).data as Payloads['StableDrifted'];
  expect(drifted).toMatchObject({ stable: 'v2', manager: 'kubectl', live: { release: first } });
  expect(await stableIn('undone')).toMatchObject({ imageTag: 'v2', drift: { manager: 'kubectl', onDrift: 'adopt' } });
  const [pods, template] = [await podsIn('undone'), await templateIn('undone')];
  const crashed = await shop.release('v3-crash', { strategy: 'canary' });
  const { differences: _same, ...found } = (await liveAtInspection('undone', crashed.id))!;
  expect(drifted.live).toMatchObject(found);
  expect(await changesOf('undone', second!)).toHaveLength(1);
  expect(crashed).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'v1' }, reason: { code: 'crash_loop' } });
  await shop.onlyRuns('v1');
  expect([await podsIn('undone'), await templateIn('undone')]).toEqual([pods, template]);
  expect(await stableIn('undone')).toMatchObject({ imageTag: 'v1', judged: false, target: { namespace: shop.project, workload: WEB } });
}

/** Undone, and the undo undone: the rollout numbers of Kubernetes only grow. */
async function restored(): Promise<void> {
  const shop = shopIn('restored');
  const [, second] = await promote('restored', 'v1', 'v2');
  await withKubectlIn('restored', 'rollout', 'undo', `deployment/${WEB}`);
  await changed('restored', second!, 1);
  await withKubectlIn('restored', 'rollout', 'undo', `deployment/${WEB}`);
  expect(await changed('restored', second!, 2)).toMatchObject({ type: 'StableRestored', data: { stable: 'v2' } });
  await shop.onlyRuns('v2');
  expect(await stableIn('restored')).toMatchObject({ imageTag: 'v2', judged: true, drift: null });
  const events = async () => kubectl().output(['--namespace', shop.project, 'get', 'events', '--output', 'jsonpath={.items[*].reason}']);
  await eventually(async () => expect(await events()).toMatch(/StableDrifted[^]*StableRestored|StableRestored[^]*StableDrifted/), {
    timeoutMs: 30_000,
  });
  await withKubectlIn('restored', 'delete', `deployment/${WEB}`);
  expect(await changed('restored', second!, 3)).toMatchObject({ type: 'StableDrifted', data: { live: null, template: null } });
}

async function patched(): Promise<void> {
  const shop = shopIn('patched');
  await promote('patched', 'v1');
  await withKubectlIn('patched', 'set', 'image', `deployment/${WEB}`, `${WEB}=registry.example.com/shop/web:hotfix`);
  await shop.onlyRuns('hotfix');
  const template = await templateIn('patched');
  expect(await shop.release('v2-crash', { strategy: 'rollout' })).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'hotfix' } });
  await shop.onlyRuns('hotfix');
  expect(await templateIn('patched')).toEqual(template);
  await promote('patched', 'v3');
  await shop.onlyRuns('v3');
}

/** The pods of the change cannot start, so that it is nothing to roll back to. */
async function unstartable(): Promise<void> {
  const shop = shopIn('unstartable');
  await promote('unstartable', 'v1');
  const template = await templateIn('unstartable');
  const container = { name: WEB, envFrom: [{ secretRef: { name: 'absent' } }] };
  const patch = JSON.stringify({ spec: { template: { spec: { containers: [container] } } } });
  await withKubectlIn('unstartable', 'patch', `deployment/${WEB}`, '--patch', patch);
  await eventually(async () => expect((await shop.pods()).some(({ ready }) => !ready)).toBe(true), { timeoutMs: 60_000 });
  const crashed = await shop.release('v2-crash', { strategy: 'canary' });
  expect(crashed).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'v1' }, reason: { code: 'crash_loop' } });
  const inspected = (await shop.events(crashed.id)).find(({ type }) => type === 'TargetInspected')!;
  expect(inspected.data).toMatchObject({ live: { matches: false }, unstartable: [{ kind: 'Secret', name: 'absent' }] });
  await shop.onlyRuns('v1');
  expect(await templateIn('unstartable')).toEqual(template);
}

/** The API server's defaults, a restart and the number of pods are no change. */
async function untouched(): Promise<void> {
  const shop = shopIn('untouched');
  const [first] = await promote('untouched', 'v1');
  await withKubectlIn('untouched', 'rollout', 'restart', `deployment/${WEB}`);
  await withKubectlIn('untouched', 'scale', `deployment/${WEB}`, '--replicas=3');
  await shop.onlyRuns('v1', 3);
  const id = await shop.deploy('v2');
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  expect(await changesOf('untouched', first!)).toEqual([]);
  const inspected = (await shop.events(id)).find(({ type }) => type === 'TargetInspected')!;
  expect(inspected.data).toMatchObject({ live: { matches: true, differences: [] } });
}

async function refused(): Promise<void> {
  const shop = shopIn('refused');
  const [first] = await promote('refused', 'v1');
  await withKubectlIn('refused', 'set', 'env', `deployment/${WEB}`, 'ADDED=later');
  const { data } = await changed('refused', first!, 1);
  expect((data as Payloads['StableDrifted']).live!.differences.join()).toContain(`spec.template.spec.containers[${WEB}].env`);
  expect(await stableIn('refused')).toMatchObject({ drift: { manager: 'kubectl-set', onDrift: 'refuse' } });
  expect(await shop.release('v2')).toMatchObject({
    status: 'rejected',
    reason: { code: 'stable_drifted', text: expect.stringContaining(`spec.template.spec.containers[${WEB}].env`) },
  });
}

needsPods('a workload that another client changed between two releases', () => {
  sideBySide({
    'is rolled back to the version that kubectl rollout undo restored': undone,
    'is recorded by the watcher, and again once the undo is undone': restored,
    'is rolled back to the image that kubectl set image set': patched,
    'is rolled back to the recorded version if the pods of the change cannot start': unstartable,
    'is the stable version after a restart and a change of the number of pods': untouched,
    'is not released over if the policy refuses that': refused,
  });
});
