import type { KubeObject } from '@alloy/contracts';
import { shortPolicy } from '../../support/stories';
import { WEB } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { withKubectl } from '../support/kubectl';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const byHealth = { ...shortPolicy, analysis: { mode: 'health' as const } };
const stage = withStage({
  undone: byHealth,
  patched: byHealth,
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

async function promote(lane: Lane, ...tags: readonly string[]): Promise<void> {
  for (const tag of tags) expect(await shopIn(lane).release(tag)).toMatchObject({ status: 'promoted' });
}

/** Case s1 of undone releases. */
async function undone(): Promise<void> {
  const shop = shopIn('undone');
  await promote('undone', 'v1', 'v2');
  await withKubectlIn('undone', 'rollout', 'undo', `deployment/${WEB}`);
  await shop.onlyRuns('v1');
  const [pods, template] = [await podsIn('undone'), await templateIn('undone')];
  const crashed = await shop.release('v3-crash', { strategy: 'canary' });
  expect(crashed).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'v1' }, reason: { code: 'crash_loop' } });
  await shop.onlyRuns('v1');
  expect([await podsIn('undone'), await templateIn('undone')]).toEqual([pods, template]);
  expect(await stableIn('undone')).toMatchObject({ imageTag: 'v1', judged: false, target: { namespace: shop.project, workload: WEB } });
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

/** The API server's defaults, a restart and the number of pods are no change. */
async function untouched(): Promise<void> {
  const shop = shopIn('untouched');
  await promote('untouched', 'v1');
  await withKubectlIn('untouched', 'rollout', 'restart', `deployment/${WEB}`);
  await withKubectlIn('untouched', 'scale', `deployment/${WEB}`, '--replicas=3');
  await shop.onlyRuns('v1', 3);
  const id = await shop.deploy('v2');
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  const inspected = (await shop.events(id)).find(({ type }) => type === 'TargetInspected')!;
  expect(inspected.data).toMatchObject({ live: { matches: true, differences: [] } });
}

async function refused(): Promise<void> {
  const shop = shopIn('refused');
  await promote('refused', 'v1');
  await withKubectlIn('refused', 'set', 'env', `deployment/${WEB}`, 'ADDED=later');
  expect(await shop.release('v2')).toMatchObject({
    status: 'rejected',
    reason: { code: 'stable_drifted', text: expect.stringContaining(`spec.template.spec.containers[${WEB}].env`) },
  });
}

needsPods('a workload that another client changed between two releases', () => {
  sideBySide({
    'is rolled back to the version that kubectl rollout undo restored': undone,
    'is rolled back to the image that kubectl set image set': patched,
    'is the stable version after a restart and a change of the number of pods': untouched,
    'is not released over if the policy refuses that': refused,
  });
});
