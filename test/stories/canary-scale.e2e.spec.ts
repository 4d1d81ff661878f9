import type { KubeObject } from '@alloy/contracts';
import { exampleOf } from '../support/example';
import { eventually } from '../support/eventually';
import { withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

const limits = { progressDeadline: 60, analysis: { minRequests: 25 }, traffic: { router: 'gatewayApi', drainSeconds: 1 } } as const;
/** The steps of the guide. */
const { steps } = exampleOf<'steps'>('canary-scale');
const { story, observed } = withStories({
  guide: { ...limits, steps },
  dynamic: { ...limits, steps: [{ setWeight: 50 }, { pause: {} }], canary: { dynamicStableScale: true, abortScaleDownDelaySeconds: 3 } },
  shrinks: {
    ...limits,
    steps: [
      { setWeight: 25 }, { setCanaryScale: { replicas: 4 } }, { pause: {} },
      { setCanaryScale: { matchTrafficWeight: true } }, { pause: {} },
    ],
  },
});

const REPLICAS = 4;
const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: { rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};
const version = { deployment: deployment({ replicas: REPLICAS }), service: service(200) };

async function withStable(shop: Story): Promise<void> {
  await shop.create(route);
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  await shop.traffic();
}

interface Rule {
  readonly backendRefs: ReadonlyArray<{ readonly weight: number }>;
}

/** Ready pods of both tracks, and the weights of the route. */
async function seen(shop: Story) {
  const pods = await shop.pods();
  const count = (wanted: string): number => pods.filter(({ track, ready }) => track === wanted && ready).length;
  const found = await shop.cluster.get({ ...route, namespace: shop.project, name: 'shop' });
  const { rules } = found!['spec'] as { readonly rules: readonly Rule[] };
  return { canary: count('canary'), stable: count('stable'), weights: rules[0]!.backendRefs.map(({ weight }) => weight) };
}
const shows = (shop: Story, expected: Awaited<ReturnType<typeof seen>>) =>
  eventually(async () => expect(await seen(shop)).toEqual(expected), { timeoutMs: 60_000 });

/** The project's observer judges the whole test; no request may fail. */
const served = (shop: Story, act: () => Promise<void>): Promise<void> =>
  observed(shop, async () => {
    await act();
    expect((await shop.traffic()).filter((one) => one.service === `${shop.project}/web` && one.failed > 0)).toEqual([]);
  });

it('a canary gets its pods before it gets traffic, behind its own Service, as the plan shows them', async () => {
  const shop = story('guide');
  await withStable(shop);
  await served(shop, async () => {
    const { plan } = await shop.plan('v2', version.deployment, version.service);
    expect(plan!.steps.map(({ step: { kind }, pods: { canary, stable } }) => `${kind} ${canary}+${stable}`)).toEqual([
      'apply 0+4', 'scaleCanary 2+4', 'pause 2+4', 'scaleCanary 2+4', 'shiftTraffic 2+4', 'analyse 2+4', 'scaleCanary 1+4',
      'scaleCanary 2+4', 'shiftTraffic 2+4', 'analyse 2+4', 'promote 0+4', 'retire 0+4',
    ]);
    const id = await shop.deploy('v2', version);
    await shop.reaches(id, 'pause');
    await shows(shop, { canary: 2, stable: REPLICAS, weights: [100, 0] });
    const { selector } = (await shop.get('Service', 'web-canary'))['spec'] as { readonly selector: Readonly<Record<string, string>> };
    const reached = (await shop.pods()).filter(({ object: { metadata } }) =>
      Object.entries(selector).every(([name, value]) => metadata.labels?.[name] === value));
    expect(reached.map(({ tag }) => tag)).toEqual(['v2', 'v2']);
    await shop.want(id, 'promote');
    const [first, second] = (await shop.look(id)).plan!.steps.flatMap(({ kind }, index) => (kind === 'analyse' ? [index] : []));
    await shop.until(id, ({ step }) => step?.index === first);
    await shows(shop, { canary: 2, stable: REPLICAS, weights: [95, 5] });
    await shop.want(id, 'promote');
    await shop.until(id, ({ step }) => step?.index === second);
    await shows(shop, { canary: 2, stable: REPLICAS, weights: [50, 50] });
    await shop.want(id, 'promote');
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v2', REPLICAS);
  });
});

it('a canary grows and shrinks at its weight, and is rolled back from there', async () => {
  const shop = story('shrinks');
  await withStable(shop);
  await served(shop, async () => {
    const id = await shop.deploy('v2', version);
    const [first, second] = (await shop.reaches(id, 'pause')).plan!.steps.flatMap(({ kind }, index) => (kind === 'pause' ? [index] : []));
    expect((await shop.look(id)).step!.index).toBe(first);
    await shows(shop, { canary: 4, stable: REPLICAS, weights: [75, 25] });
    await shop.want(id, 'promote');
    await shop.until(id, ({ step }) => step?.index === second);
    await shows(shop, { canary: 1, stable: REPLICAS, weights: [75, 25] });
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1', REPLICAS);
    expect((await shop.events(id)).map(({ type }) => type)).not.toContain('WorkloadDrifted');
  });
});

it('stable shrinks as its weight falls, has its pods again before a rollback takes them from the canary, and is promoted', async () => {
  const shop = story('dynamic');
  await withStable(shop);
  await served(shop, async () => {
    const { plan } = await shop.plan('v2', version.deployment, version.service);
    expect(plan!.steps.map(({ step: { kind }, pods: { canary, stable } }) => `${kind} ${canary}+${stable}`)).toEqual([
      'apply 0+4', 'scaleCanary 2+4', 'shiftTraffic 2+2', 'pause 2+2', 'promote 0+4', 'retire 0+4',
    ]);
    const aborted = await shop.deploy('v2', version);
    await shop.reaches(aborted, 'pause');
    await shows(shop, { canary: 2, stable: 2, weights: [50, 50] });
    await shop.abort(aborted);
    expect(await shop.ended(aborted)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1', REPLICAS);
    const types = (await shop.events(aborted)).map(({ type }) => type);
    expect(types).not.toContain('WorkloadDrifted');
    const promoted = await shop.deploy('v3', version);
    await shop.reaches(promoted, 'pause');
    await shop.want(promoted, 'promote');
    expect(await shop.ended(promoted)).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v3', REPLICAS);
  });
});
