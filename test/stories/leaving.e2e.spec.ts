import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { eventually } from '../support/eventually';
import { heldPolicy, shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { configMap, deployment, service } from '../support/workload';

const { story } = withStories({ left: shortPolicy, busy: heldPolicy, never: shortPolicy }, { tokenScope: 'admin' });

type Fields = Readonly<Record<string, unknown>>;
type Owned = KubeObject & { readonly spec: { readonly template: Fields; readonly selector: unknown } };

const version = (colour: string, more: Fields = {}) => ({
  deployment: deployment({
    container: { env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }], ...more },
  }),
  service: service(),
  more: { settings: configMap('settings', { colour }) },
});

const ownKeys = ({ metadata }: KubeObject): readonly string[] =>
  Object.keys({ ...metadata.labels, ...metadata.annotations }).filter((key) => key.startsWith('alloy.dev/'));
const managersOf = ({ metadata }: KubeObject): readonly string[] =>
  ((metadata['managedFields'] ?? []) as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
const uidsIn = async (shop: Story): Promise<readonly string[]> => (await shop.pods()).map(({ uid }) => uid).sort();
const copies = async (shop: Story): Promise<readonly string[]> =>
  (await shop.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: shop.project, labels: 'alloy.dev/copy=true' })).map(
    ({ metadata }) => metadata.name,
  );
const objectsOf = (shop: Story): Promise<readonly KubeObject[]> =>
  Promise.all([shop.get('Deployment'), shop.get('Service'), shop.get('ConfigMap', 'settings')]);

describe('a project that leaves Alloy', () => {
  let before: { readonly pods: readonly string[]; readonly template: unknown };
  let id: string;
  beforeAll(async () => {
    const shop = story('left');
    expect(await shop.release('v1', version('blue'))).toMatchObject({ status: 'promoted' });
    expect(await shop.release('v2', version('green'))).toMatchObject({ status: 'promoted', strategy: 'canary' });
    await shop.onlyRuns('v2');
    expect(await copies(shop)).toHaveLength(2);
    before = { pods: await uidsIn(shop), template: (await shop.get<Owned>('Deployment')).spec.template };
    await shop.traffic();
    id = await shop.handBack({ reason: 'moves to another team' });
    expect(await shop.ended(id)).toMatchObject({ status: 'handedBack', strategy: 'handBack', reason: { code: 'handed_back' } });
  });

  it('keeps its pods and their template, and loses no request', async () => {
    const shop = story('left');
    expect(await uidsIn(shop)).toEqual(before.pods);
    expect((await shop.get<Owned>('Deployment')).spec.template).toEqual(before.template);
    const seen = { requests: 0, failed: 0 };
    await eventually(async () => {
      for (const { requests, failed } of await shop.traffic()) {
        seen.requests += requests;
        seen.failed += failed;
      }
      expect(seen.requests).toBeGreaterThan(60);
    });
    expect(seen.failed).toBe(0);
  });

  it('has no labels, annotations or field managers of Alloy, and only the copy that its pods read', async () => {
    const shop = story('left');
    for (const object of await objectsOf(shop)) {
      expect([object.kind, ownKeys(object)]).toEqual([object.kind, []]);
      expect([object.kind, managersOf(object).filter((manager) => manager.startsWith('alloy'))]).toEqual([object.kind, []]);
    }
    const { env } = (await shop.pods())[0]!;
    expect(await copies(shop)).toEqual([env[0]!.valueFrom!['configMapKeyRef']!.name]);
  });

  it('has an intent, a decision before the change, an outcome and an end in its log, with who asked', async () => {
    const events = await story('left').events(id);
    expect(events.map(({ type }) => type)).toEqual([
      'ReleaseRequested', 'GateOpened', 'TargetInspected', 'ReleasePlanned', 'StepStarted', 'WorkloadHandedBack', 'StepCompleted',
      'ReleaseHandedBack',
    ]);
    expect(events[0]).toMatchObject({ actor: { kind: 'user' }, data: { strategy: 'handBack', reason: 'moves to another team' } });
    const { objects } = events.find(({ type }) => type === 'WorkloadHandedBack')!.data as Payloads['WorkloadHandedBack'];
    expect(objects.map(({ kind, action }) => `${action} ${kind}`).sort()).toEqual([
      'handedBack ConfigMap', 'handedBack Deployment', 'handedBack Service', 'kept ConfigMap',
    ]);
  });

  it('has no stable version any more, and nothing more to hand back', async () => {
    const shop = story('left');
    await expect(shop.text(`/api/v1/projects/${shop.project}/stable`)).rejects.toThrow('no_stable_version');
    await expect(shop.handBack()).rejects.toThrow('409');
    await expect(shop.handBack()).rejects.toThrow('nothing_to_hand_back');
    await expect(shop.want(id, 'retry')).rejects.toThrow('hand_back');
  });

  it('accepts an apply of the user without a conflict, and what the manifest omits disappears', async () => {
    const shop = story('left');
    const { deployment: web } = version('green', { image: 'registry.example.com/shop/web:v3' });
    await shop.cluster.apply({ ...web, metadata: { ...web.metadata, namespace: shop.project } }, { manager: 'kubectl' });
    await shop.onlyRuns('v3');
    expect((await shop.pods())[0]!.env[0]!.valueFrom!['configMapKeyRef']!.name).toBe('settings');
  });

  it('is adopted again by its next release, as a canary over what runs', async () => {
    const shop = story('left');
    const again = await shop.deploy('v4', version('red'));
    expect(await shop.ended(again)).toMatchObject({ status: 'promoted', strategy: 'canary', stable: { imageTag: 'v3' } });
    await shop.onlyRuns('v4');
    expect(ownKeys(await shop.get('Deployment'))).not.toEqual([]);
    const crashed = await shop.release('v5-crash', version('red'));
    expect(crashed).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'v4' } });
    await shop.onlyRuns('v4');
  });
});

describe('a project with a release that has not ended', () => {
  it('is not handed back, and the answer names the release', async () => {
    const shop = story('busy');
    expect(await shop.release('v1', version('blue'))).toMatchObject({ status: 'promoted' });
    const running = await shop.deploy('v2', version('green'));
    await shop.reaches(running, 'analyse');
    await expect(shop.handBack()).rejects.toThrow(new RegExp(`409.*release_running.*${running}`, 's'));
    await shop.abort(running);
    await shop.ended(running);
    expect(await shop.ended(await shop.handBack())).toMatchObject({ status: 'handedBack' });
    await shop.onlyRuns('v1');
  });

  it('is adopted without an apply in between, and a bad release restarts no pod of what runs', async () => {
    const shop = story('busy');
    const before = await uidsIn(shop);
    const crashed = await shop.release('v3-crash', version('red'));
    expect(crashed).toMatchObject({ status: 'rolledBack', strategy: 'canary', stable: { imageTag: 'v1' } });
    await shop.onlyRuns('v1');
    expect(await uidsIn(shop)).toEqual(before);
  });
});

it('is refused for a project that Alloy has never released', async () => {
  await expect(story('never').handBack()).rejects.toThrow('nothing_to_hand_back');
});
