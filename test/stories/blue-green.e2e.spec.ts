import type { KubeObject } from '@alloy/contracts';
import type { Plan } from '@alloy/release';
import { exampleOf } from '../support/example';
import { eventually } from '../support/eventually';
import { heal } from '../support/healing-tool';
import { withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

/** The policy of the guide. */
const guide = exampleOf<'blueGreen'>('blue-green');
const limits = { progressDeadline: 60, analysis: { minRequests: 25 }, traffic: { router: 'podRatio', drainSeconds: 1 } } as const;
const by = (blueGreen: object) => ({ ...limits, strategy: 'blueGreen' as const, blueGreen: { scaleDownDelaySeconds: 1, ...blueGreen } });
const after = { postSwitchAnalysis: { duration: 2, deadline: 60 } };

const { story, installation, observed } = withStories({
  guide: { ...limits, strategy: 'blueGreen', blueGreen: guide.blueGreen },
  good: by({ ...after, preSwitchAnalysis: { duration: 1, deadline: 60 } }), bad: by(after), crashes: by(after),
  unseen: by({ preSwitchAnalysis: { duration: 1, deadline: 3, mode: 'metrics' } }),
  aborted: by({ previewReplicas: 1, preSwitchAnalysis: { duration: 1, deadline: 60 }, pause: {}, scaleDownDelaySeconds: 3_600 }),
  users: by({ activeService: 'web', previewService: 'staging', pause: {} }),
  killed: by({ pause: {}, scaleDownDelaySeconds: 3_600 }), full: by({ previewReplicas: 1, pause: {} }),
  requested: { ...limits, blueGreen: { scaleDownDelaySeconds: 1 } },
  healed: by({ scaleDownDelaySeconds: 8 }), refused: by({}),
});

interface Service extends KubeObject {
  readonly spec: { readonly selector: Readonly<Record<string, string>> };
}
const serviceOf = (shop: Story, name = 'web'): Promise<Service> => shop.get<Service>('Service', name);
const selectorOf = async (shop: Story, name = 'web') => (await serviceOf(shop, name)).spec.selector;
const kindsOf = ({ steps }: Pick<Plan, 'steps'>): readonly string[] =>
  steps.map((step) => `${step.kind}${'weight' in step ? ` ${step.weight}` : ''}`);
const deploy = (shop: Story, tag: string, strategy: 'auto' | 'blueGreen' | 'canary' = 'auto') =>
  shop.deploy(tag, { strategy, deployment: deployment({ replicas: 3 }), service: service(120) });

/** Makes v1 stable; returns the Service as it must be after each release. */
async function withStable(shop: Story): Promise<Service> {
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  await shop.onlyRuns('v1', 3);
  return serviceOf(shop);
}

/** Nothing of Alloy is left in the Service or beside it. */
async function expectClean(shop: Story, before: Service, services: readonly string[] = ['web']): Promise<void> {
  const { metadata, spec } = await serviceOf(shop, before.metadata.name);
  expect(spec).toEqual(before.spec);
  const annotationsOf = ({ annotations = {} }: KubeObject['metadata']) => Object.keys(annotations).sort();
  expect([metadata.labels, annotationsOf(metadata)]).toEqual([before.metadata.labels, annotationsOf(before.metadata)]);
  const managers = (metadata['managedFields'] as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
  expect(managers).not.toContain('alloy-route');
  expect(await shop.names('Service')).toEqual(services);
}

/** The project's observer judges the whole story, whose requests of users are counted from now on. */
async function counted(shop: Story, act: () => Promise<void>): Promise<void> {
  await shop.traffic();
  await observed(shop, act);
}
async function failedOf(shop: Story) {
  const failed = (await shop.traffic()).filter((one) => one.service === `${shop.project}/web` && one.failed > 0);
  return failed.map(({ release, failed: count }) => ({ release, count }));
}

describe('a blueGreen release', () => {
  it('that is good is switched, promoted, and leaves nothing, without a failed request', async () => {
    const shop = story('good');
    const before = await withStable(shop);
    await counted(shop, async () => {
      const id = await deploy(shop, 'v2');
      const ended = await shop.ended(id);
      expect(ended).toMatchObject({ status: 'promoted', strategy: 'blueGreen', plan: { router: 'serviceSelector' } });
      expect(kindsOf(ended.plan!)).toEqual([
        'apply', 'scaleCanary', 'analyse 0', 'shiftTraffic 100', 'analyse 100', 'pause 100', 'promote', 'retire',
      ]);
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
      const shifts = (await shop.events(id)).filter(({ type }) => type === 'TrafficShifted').map(({ data }) => data);
      expect(shifts).toMatchObject([{ asked: 100, reached: 100, canaryReady: 3, stableReady: 3 }]);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('by the policy of the guide previews one pod, waits for a user, and can be promoted in each of its waits', async () => {
    const shop = story('guide');
    const before = await withStable(shop);
    const id = await deploy(shop, 'v2');
    await shop.reaches(id, 'analyse');
    expect([await selectorOf(shop, 'web-preview'), await selectorOf(shop)]).toMatchObject([{ app: 'web-canary' }, { app: 'web' }]);
    expect((await shop.pods()).filter(({ track }) => track === 'canary')).toHaveLength(1);
    const { plan } = await shop.look(id);
    expect(kindsOf(plan!)).toEqual([
      'apply', 'scaleCanary', 'analyse 0', 'pause 0', 'scaleCanary', 'shiftTraffic 100', 'analyse 100', 'pause 100', 'promote', 'retire',
    ]);
    for (const index of [2, 3, 6, 7]) {
      await shop.until(id, ({ step }) => step?.index === index);
      await shop.want(id, 'promote');
    }
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v2', 3);
    await expectClean(shop, before);
  });

  it('that fails after the switch is switched back, and only requests to its own pods fail', async () => {
    const shop = story('bad');
    const before = await withStable(shop);
    await counted(shop, async () => {
      const id = await deploy(shop, 'v2-errors-20');
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect((await failedOf(shop)).map(({ release }) => release)).toHaveLength(1);
  });

  it('whose pods never run is rolled back before the switch', async () => {
    const shop = story('crashes');
    const before = await withStable(shop);
    await counted(shop, async () => {
      const id = await deploy(shop, 'v2-crash');
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'crash_loop' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('whose preview gets no requests is not passed by an analysis of requests', async () => {
    const shop = story('unseen');
    const before = await withStable(shop);
    const id = await deploy(shop, 'v2');
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', verdicts: [{ verdict: 'inconclusive', code: 'too_few_requests' }] });
    await expectClean(shop, before);
  });

  it('can be aborted in each step, without a failed request', async () => {
    const shop = story('aborted');
    const before = await withStable(shop);
    await counted(shop, async () => {
      for (const index of [1, 2, 3, 4, 6]) {
        const id = await deploy(shop, `v${index + 1}`);
        await shop.until(id, ({ step }) => step !== null && step.index >= Math.min(index, 3));
        if (index > 3) await shop.want(id, 'promote', { step: 3 });
        await shop.until(id, ({ step, status }) => status !== 'releasing' || (step !== null && step.index >= index));
        await shop.abort(id);
        expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
        await shop.onlyRuns('v1', 3);
        await expectClean(shop, before);
      }
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it("with a preview Service of the user's gives it back as it was", async () => {
    const shop = story('users');
    await shop.create({ ...service(30), metadata: { name: 'staging', annotations: { team: 'shop' } } });
    const before = await withStable(shop);
    const preview = await serviceOf(shop, 'staging');
    await counted(shop, async () => {
      for (const promotes of [false, true]) {
        const id = await deploy(shop, `v${promotes ? 2 : 3}`);
        await shop.reaches(id, 'pause');
        expect([await selectorOf(shop, 'staging'), await selectorOf(shop)]).toEqual([{ app: 'web-canary' }, { app: 'web' }]);
        await (promotes ? shop.want(id, 'promote') : shop.abort(id));
        expect(await shop.ended(id)).toMatchObject({ status: promotes ? 'promoted' : 'rolledBack' });
        await expectClean(shop, before, ['staging', 'web']);
        await expectClean(shop, preview, ['staging', 'web']);
      }
    });
  });

  it('whose executor is killed between the switch and its record continues, and is switched back by one write', async () => {
    const shop = story('killed');
    const before = await withStable(shop);
    await counted(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      const crash = await installation().crashAt('executor', { point: 'executor.before-fact', passing: 1 });
      await shop.want(id, 'promote');
      await eventually(() => expect(crash.code).toBeNull(), { timeoutMs: 60_000 });
      await installation().ready('executor');
      await shop.until(id, ({ step, weights }) => step?.kind === 'pause' && weights?.reached === 100);
      expect(await selectorOf(shop)).toEqual({ app: 'web-canary' });
      const back = await installation().crashAt('executor', { point: 'executor.after-rollback-write', passing: 1 });
      await shop.abort(id);
      await eventually(() => expect(back.code).toBeNull(), { timeoutMs: 60_000 });
      expect(await selectorOf(shop)).toEqual({ app: 'web' });
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('that a user promotes in full before the switch is switched before web changes', async () => {
    const shop = story('full');
    const before = await withStable(shop);
    await counted(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      await shop.want(id, 'promote', { full: true });
      await eventually(async () => expect(await selectorOf(shop)).toEqual({ app: 'web-canary' }), { timeoutMs: 60_000, everyMs: 20 });
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('is rolled back with the reason if a tool restores the Service every two seconds, without a failed request', async () => {
    const shop = story('healed');
    const before = await withStable(shop);
    const manifest = { ...service(120), metadata: { name: 'web', namespace: shop.project } };
    await shop.cluster.apply(manifest, { manager: 'argocd-controller', force: true });
    await counted(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      const stop = heal(shop, manifest);
      try {
        const text = expect.stringContaining('Service web was changed by argocd-controller');
        expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'traffic_drifted', text } });
      } finally {
        await stop();
      }
      await shop.onlyRuns('v1', 3);
      expect((await serviceOf(shop)).spec).toEqual(before.spec);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('may be requested for one release', async () => {
    const shop = story('requested');
    const before = await withStable(shop);
    expect(await shop.ended(await deploy(shop, 'v2', 'blueGreen'))).toMatchObject({ status: 'promoted', strategy: 'blueGreen' });
    await expectClean(shop, before);
  });

  it('is refused before it begins if two Services select the pods and the policy names none', async () => {
    const shop = story('refused');
    await withStable(shop);
    await shop.create({ ...service(), metadata: { name: 'second' } });
    expect(await shop.ended(await deploy(shop, 'v2'))).toMatchObject({ status: 'rejected', reason: { code: 'service_ambiguous' } });
    await shop.onlyRuns('v1', 3);
  });
});
