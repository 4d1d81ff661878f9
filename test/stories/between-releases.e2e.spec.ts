import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { eventually } from '../support/eventually';
import { shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { configMap, deployment, WEB } from '../support/workload';

const policy = { ...shortPolicy, analysis: { mode: 'health' as const } };
const { story } = withStories({ undone: policy, kept: policy, lost: policy, unstartable: policy });

interface Templated extends KubeObject {
  readonly spec: { readonly template: KubeObject & { readonly spec: { readonly containers: readonly object[] } } };
}

/** Replaces the template like `kubectl rollout undo`. */
async function setTemplate(shop: Story, template: unknown, manager: string): Promise<void> {
  await shop.cluster.patch(shop.ref('Deployment', WEB), 'json', [{ op: 'replace', path: '/spec/template', value: template }], manager);
}

const templateOf = async (shop: Story) => (await shop.get<Templated>('Deployment')).spec.template;
const setImage = (shop: Story, tag: string) =>
  shop.cluster.patch(
    shop.ref('Deployment', WEB), 'json',
    [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: `registry.example.com/shop/web:${tag}` }], 'kubectl-set',
  );

const changesOf = async (shop: Story, id: string) =>
  (await shop.events(id)).filter(({ type }) => type === 'StableDrifted' || type === 'StableRestored');

/** Waits until the release's timeline has so many changes between releases; returns the last one. */
const changed = (shop: Story, id: string, count: number) =>
  eventually(async () => {
    const found = await changesOf(shop, id);
    if (found.length < count) throw new Error(`${shop.project} has ${found.length} recorded changes`);
    expect(found).toHaveLength(count);
    return found.at(-1)!;
  }, { timeoutMs: 60_000 });

const stableOf = async (shop: Story) =>
  JSON.parse(await shop.text(`/api/v1/projects/${shop.project}/stable`)) as { readonly imageTag: string; readonly drift: unknown };
const kubernetesEvents = async (shop: Story) =>
  (await shop.cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace: shop.project })).map((event) => event['reason']);

describe('a workload that another client changes while no release runs', () => {
  it('is recorded once with who changed it, again when the change is undone, and as the next release finds it', async () => {
    const shop = story('undone');
    const v1 = await shop.release('v1', { strategy: 'rollout' });
    const before = await templateOf(shop);
    const v2 = await shop.release('v2', { strategy: 'rollout' });
    const after = await templateOf(shop);

    await setTemplate(shop, before, 'kubectl-rollout');
    expect(await changed(shop, v2.id, 1)).toMatchObject({
      type: 'StableDrifted', actor: { id: 'watcher' },
      data: { stable: 'v2', manager: 'kubectl-rollout', live: { release: v1.id, matches: false }, target: { workload: WEB } },
    });
    expect(await stableOf(shop)).toMatchObject({
      imageTag: 'v2', judged: true,
      drift: {
        since: expect.any(String), manager: 'kubectl-rollout', onDrift: 'adopt', next: expect.stringContaining('adopts what runs'),
        live: { release: v1.id, image: 'registry.example.com/shop/web:v1' },
      },
    });
    await eventually(async () => expect(await kubernetesEvents(shop)).toContain('StableDrifted'), { timeoutMs: 30_000 });

    await setTemplate(shop, after, 'kubectl-rollout');
    expect(await changed(shop, v2.id, 2)).toMatchObject({ type: 'StableRestored', data: { stable: 'v2' } });
    expect(await stableOf(shop)).toMatchObject({ imageTag: 'v2', drift: null });

    await setImage(shop, 'hotfix');
    const { data } = await changed(shop, v2.id, 3);
    const drifted = data as Payloads['StableDrifted'];
    expect(drifted).toMatchObject({ manager: 'kubectl-set', live: { image: 'registry.example.com/shop/web:hotfix', release: v2.id } });
    expect(drifted.live!.differences).toEqual([`spec.template.spec.containers[${WEB}].image`]);

    const v3 = await shop.release('v3', { strategy: 'rollout' });
    const inspected = (await shop.events(v3.id)).find(({ type }) => type === 'TargetInspected')!.data as Payloads['TargetInspected'];
    expect(inspected.live).toEqual(drifted.live);
    expect(v3).toMatchObject({ status: 'promoted', stable: { imageTag: 'hotfix' } });
    expect(await stableOf(shop)).toMatchObject({ imageTag: 'v3', drift: null });
  });

  it('is not recorded for a restart and another number of pods, but for a deletion', async () => {
    const shop = story('kept');
    const v1 = await shop.release('v1', { strategy: 'rollout' });
    const restart = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } };
    await shop.cluster.patch(shop.ref('Deployment', WEB), 'strategic', restart, 'kubectl-rollout');
    await shop.cluster.patch(shop.ref('Deployment', WEB), 'merge', { spec: { replicas: 2 } }, 'kubectl-scale');
    await shop.onlyRuns('v1', 2);
    // The watcher has compared the restarted template before it finds the next change.
    await setImage(shop, 'v9');
    expect(await changed(shop, v1.id, 1)).toMatchObject({
      type: 'StableDrifted', data: { live: { image: 'registry.example.com/shop/web:v9' } },
    });
    await setImage(shop, 'v1');
    expect(await changed(shop, v1.id, 2)).toMatchObject({ type: 'StableRestored' });
    await shop.cluster.delete(shop.ref('Deployment', WEB), {});
    expect(await changed(shop, v1.id, 3)).toMatchObject({ type: 'StableDrifted', data: { live: null, manager: null } });
    expect(await stableOf(shop)).toMatchObject({ drift: { live: null, next: 'the next release creates the Deployment again' } });
    expect(await shop.release('v2', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
    expect(await stableOf(shop)).toMatchObject({ imageTag: 'v2', drift: null });
  });
});

describe('a workload whose pods cannot start when a release begins, because what they read does not exist', () => {
  const version = (tag: string) => ({
    strategy: 'rollout' as const,
    deployment: deployment({ container: { envFrom: [{ configMapRef: { name: 'flags' } }] } }),
    more: { flags: configMap('flags', { version: tag }) },
  });
  const pending = (shop: Story) => eventually(async () => expect((await shop.pods()).some(({ ready }) => !ready)).toBe(true));

  it('is rolled back to the version of kubectl rollout undo if Alloy can create its copies again', async () => {
    const shop = story('lost');
    await shop.release('v1', version('v1'));
    const before = await templateOf(shop);
    await shop.release('v2', version('v2'));
    for (const { metadata: { name } } of await shop.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: shop.project })) {
      await shop.cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: shop.project, name }, {});
    }
    await setTemplate(shop, before, 'kubectl-rollout');
    await pending(shop);
    expect(await shop.release('v3-crash', { ...version('v3'), strategy: 'canary' })).toMatchObject({
      status: 'rolledBack', stable: { imageTag: 'v1' },
    });
    await shop.onlyRuns('v1');
  });

  it('is rolled back to the recorded version if Alloy cannot, and the plan says why', async () => {
    const shop = story('unstartable');
    await shop.release('v1', version('v1'));
    const before = await templateOf(shop);
    await shop.cluster.patch(
      shop.ref('Deployment', WEB), 'strategic',
      { spec: { template: { spec: { containers: [{ name: WEB, envFrom: [{ secretRef: { name: 'absent' } }] }] } } } }, 'kubectl-edit',
    );
    await pending(shop);
    const crashed = await shop.release('v2-crash', { ...version('v2'), strategy: 'canary' });
    expect(crashed).toMatchObject({ status: 'rolledBack', stable: { imageTag: 'v1' } });
    const events = await shop.events(crashed.id);
    expect(events.find(({ type }) => type === 'TargetInspected')!.data).toMatchObject({
      live: { matches: false }, unstartable: [{ kind: 'Secret', name: 'absent' }],
    });
    expect((events.find(({ type }) => type === 'ReleasePlanned')!.data as Payloads['ReleasePlanned']).reason.text).toMatch(
      /Its pods cannot start without Secret absent, so a rollback restores v1$/,
    );
    await shop.onlyRuns('v1');
    expect(await templateOf(shop)).toEqual(before);
  });
});
