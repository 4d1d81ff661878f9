import type { KubeObject } from '@alloy/contracts';
import { shortPolicy } from '../../support/stories';
import { configMap, deployment, service, WEB } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { withKubectl } from '../support/kubectl';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const byHealth = { ...shortPolicy, analysis: { mode: 'health' as const } };
const stage = withStage({ applied: byHealth, copied: byHealth, deleted: byHealth }, { tokenScope: 'admin' });
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];

const kubectl = withKubectl();
const apply = (lane: Lane, object: KubeObject, ...more: readonly string[]): Promise<string> =>
  kubectl().output(['--namespace', stage().play(lane).shop.project, 'apply', ...more, '-f', '-'], JSON.stringify(object));

const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: WEB },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB }, minReplicas: 2, maxReplicas: 4 },
};
const web = (tag: string, env: readonly object[] = []): KubeObject =>
  deployment({ image: `registry.example.com/shop/web:${tag}`, container: { env } });
const EXTRA = { name: 'EXTRA', value: 'on' };
const uids = async (lane: Lane): Promise<readonly string[]> => (await stage().play(lane).shop.pods()).map(({ uid }) => uid).sort();

/** The labels and annotations of Alloy on the object, and its field managers of that name. */
function traces({ metadata }: KubeObject): readonly string[] {
  const managers = (metadata['managedFields'] as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
  return [...Object.keys({ ...metadata.labels, ...metadata.annotations }), ...managers].filter((one) => one.startsWith('alloy'));
}

async function handBack(lane: Lane): Promise<void> {
  const { shop } = stage().play(lane);
  expect(await shop.ended(await shop.handBack())).toMatchObject({ status: 'handedBack' });
}

/** A user applies by both ways of kubectl, and Alloy adopts what they left. */
async function applied(): Promise<void> {
  const { shop } = stage().play('applied');
  const version = { deployment: web('replaced', [EXTRA]), service: service(), more: { autoscaler } };
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  expect(await shop.release('v2', version)).toMatchObject({ status: 'promoted', strategy: 'canary' });
  await shop.onlyRuns('v2');
  const before = await uids('applied');
  await handBack('applied');
  for (const kind of ['Deployment', 'Service', 'HorizontalPodAutoscaler']) expect([kind, traces(await shop.get(kind))]).toEqual([kind, []]);
  expect(await apply('applied', web('v2', [EXTRA]), '--server-side')).toContain('serverside-applied');
  expect(await uids('applied')).toEqual(before);
  await apply('applied', web('v3'), '--server-side');
  await shop.onlyRuns('v3');
  expect((await shop.pods()).flatMap(({ env }) => env)).toEqual([]);
  await apply('applied', autoscaler, '--server-side');
  await apply('applied', web('v4'));
  await shop.onlyRuns('v4');
  const again = await shop.release('v5', version);
  expect(again).toMatchObject({ status: 'promoted', strategy: 'canary', stable: { imageTag: 'v4' } });
  await shop.onlyRuns('v5');
}

/** Pods read copies of a ConfigMap, and a user has applied the workload before Alloy. */
async function copied(): Promise<void> {
  const { shop } = stage().play('copied');
  const reading = (tag: string) => web(tag, [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }]);
  const version = (colour: string) => ({
    deployment: reading('replaced'), service: service(), more: { settings: configMap('settings', { colour }) },
  });
  await apply('copied', configMap('settings', { colour: 'white' }));
  await apply('copied', reading('v0'));
  await shop.onlyRuns('v0');
  for (const [tag, colour] of [['v1', 'blue'], ['v2', 'green']] as const) {
    expect(await shop.release(tag, version(colour))).toMatchObject({ status: 'promoted' });
  }
  await shop.onlyRuns('v2');
  const before = await uids('copied');
  await handBack('copied');
  expect(await uids('copied')).toEqual(before);
  const read = (await shop.pods())[0]!.env[0]!.valueFrom!['configMapKeyRef']!.name;
  const kept = (await shop.names('ConfigMap')).filter((name) => name.startsWith('settings'));
  expect(kept).toEqual(['settings', read]);
  await apply('copied', configMap('settings', { colour: 'red' }));
  await apply('copied', reading('v3'));
  await shop.onlyRuns('v3');
  expect(await shop.release('v4', version('black'))).toMatchObject({ status: 'promoted', strategy: 'canary' });
  expect(await shop.release('v5-crash', version('grey'))).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'v4' } });
  await shop.onlyRuns('v4');
}

/** Nothing is left to hand back but the Service. */
async function deleted(): Promise<void> {
  const { shop } = stage().play('deleted');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.cluster.delete(shop.ref('Deployment', WEB), {});
  await handBack('deleted');
  expect(traces(await shop.get('Service'))).toEqual([]);
}

needsPods('a project that leaves Alloy', () => {
  sideBySide({
    'keeps its pods, is applied without a conflict by both ways of kubectl, and is adopted again': applied,
    'keeps the copies that its pods read, and gets others when it is adopted again': copied,
    'whose Deployment was deleted gives back what is left': deleted,
  });
});
