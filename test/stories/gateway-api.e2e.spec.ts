import type { KubeObject } from '@alloy/contracts';
import { heal } from '../support/healing-tool';
import { usersOnCanary } from '../support/shares';
import { heldPolicy, shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

const traffic = { router: 'gatewayApi', drainSeconds: 1 } as const;
const weights = (weight: number, held = true) => ({
  ...(held ? heldPolicy : shortPolicy), stages: [{ weight, duration: held ? 3_600 : 2, deadline: 3_600 }], traffic,
});
const { story, observed } = withStories({
  exact: weights(7), grpc: weights(50, false), good: weights(50, false), bad: weights(50, false), aborted: weights(50), refused: weights(7),
  healed: { ...shortPolicy, stages: [{ weight: 50, duration: 8, deadline: 10 }], traffic },
});

const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: {
    parentRefs: [{ name: 'public' }, { name: 'internal' }],
    rules: [
      {
        name: 'beta',
        matches: [{ headers: [{ name: 'x-beta', value: 'yes' }] }],
        backendRefs: [{ name: 'web', port: 80 }, { name: 'beta', port: 80, weight: 0 }],
      },
      {
        name: 'all',
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: 'b' }] } }],
        backendRefs: [{ name: 'web', port: 80 }],
      },
      { name: 'docs', matches: [{ path: { type: 'PathPrefix', value: '/docs' } }], backendRefs: [{ name: 'docs', port: 80 }] },
    ],
  },
};
interface Rule {
  readonly name: string;
  readonly backendRefs: ReadonlyArray<{ readonly name: string; readonly weight: number }>;
}

const routeOf = async (shop: Story, { apiVersion, kind } = route): Promise<KubeObject> =>
  (await shop.cluster.get({ apiVersion, kind, namespace: shop.project, name: 'shop' }))!;
/** Weights by the names of rules and backends. */
async function weightsOf(shop: Story, of = route): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rules } = (await routeOf(shop, of))['spec'] as { readonly rules: readonly Rule[] };
  return Object.fromEntries(rules.map(({ name, backendRefs }) => [name, backendRefs.map((ref) => `${ref.name} ${ref.weight}`)]));
}

const deploy = (shop: Story, tag: string) => shop.deploy(tag, { deployment: deployment({ replicas: 3 }), service: service(200) });

/** Makes v1 stable behind the user's route; returns the route as it must be after each release. */
async function withStable(shop: Story, own = route): Promise<KubeObject> {
  await shop.create(own);
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 3);
  return routeOf(shop, own);
}

/** Nothing of Alloy is left in the route or beside it. */
async function expectClean(shop: Story, before: KubeObject): Promise<void> {
  const { metadata, spec } = await routeOf(shop, before) as KubeObject & { readonly spec: unknown };
  expect(spec).toEqual(before['spec']);
  expect([metadata.labels, metadata.annotations ?? {}]).toEqual([before.metadata.labels, before.metadata.annotations ?? {}]);
  const managers = (metadata['managedFields'] as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
  expect(managers.filter((manager) => manager.startsWith('alloy'))).toEqual([]);
  expect(await shop.names('Service')).toEqual(['web']);
}

const failedOf = (counts: Awaited<ReturnType<Story['traffic']>>, shop: Story) =>
  counts.filter((one) => one.service === `${shop.project}/web` && one.failed > 0);

describe('a canary by the weights of an HTTPRoute', () => {
  it('gets 7 % of the requests at weight 7, in each rule that names the Service', async () => {
    const shop = story('exact');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      expect(await weightsOf(shop)).toEqual({
        beta: ['web 93', 'web-canary 7', 'beta 0'], all: ['web 93', 'web-canary 7'], docs: ['docs 1'],
      });
      expect((await shop.look(id)).weights).toEqual({ asked: 7, reached: 7 });
      expect((await shop.pods()).map(({ track }) => track).sort()).toEqual(['canary', 'stable', 'stable', 'stable']);
      const { hits, requests } = await usersOnCanary(shop);
      // Requests in flight at the first and the last count may differ by one turn.
      expect(Math.abs(hits - 0.07 * requests)).toBeLessThan(3);
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
      await expectClean(shop, before);
    });
  });

  it('is promoted if it is good, without a failed request, and leaves nothing in the route', async () => {
    const shop = story('good');
    const before = await withStable(shop);
    await shop.traffic();
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted', strategy: 'canary', plan: { router: 'gatewayApi' } });
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
      const shifts = (await shop.events(id)).filter(({ type }) => type === 'TrafficShifted').map(({ data }) => data);
      expect(shifts).toMatchObject([{ asked: 50, reached: 50, canaryReady: 2, stableReady: 3 }]);
    });
    expect(failedOf(await shop.traffic(), shop)).toEqual([]);
  });

  it('is promoted by the weights of a GRPCRoute, whose matches and filters stay', async () => {
    const shop = story('grpc');
    const rules = [
      { name: 'beta', matches: [{ method: { service: 'shop.Cart', method: 'Add' } }], backendRefs: [{ name: 'web', port: 80 }] },
      {
        name: 'all',
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: 'b' }] } }],
        backendRefs: [{ name: 'web', port: 80 }],
      },
    ];
    const own: KubeObject = { ...route, kind: 'GRPCRoute', spec: { parentRefs: [{ name: 'public' }], rules } };
    const before = await withStable(shop, own);
    await shop.traffic();
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      expect(await weightsOf(shop, own)).toEqual({ beta: ['web 50', 'web-canary 50'], all: ['web 50', 'web-canary 50'] });
      const during = (await routeOf(shop, own)) as KubeObject & { readonly spec: { readonly rules: readonly object[] } };
      expect(during.spec.rules).toMatchObject(rules.map(({ backendRefs: _, ...rule }) => rule));
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted', plan: { traffic: { route: { kind: 'GRPCRoute' } } } });
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
    });
    expect(failedOf(await shop.traffic(), shop)).toEqual([]);
  });

  it('is rolled back if it is bad, and only its own requests fail', async () => {
    const shop = story('bad');
    const before = await withStable(shop);
    await shop.traffic();
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2-errors-20');
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    const failed = failedOf(await shop.traffic(), shop);
    expect(failed.map(({ track }) => track)).toEqual(['canary']);
  });

  it('that is aborted loses its traffic without a failed request', async () => {
    const shop = story('aborted');
    const before = await withStable(shop);
    await shop.traffic();
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      expect((await weightsOf(shop))['all']).toEqual(['web 50', 'web-canary 50']);
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect(failedOf(await shop.traffic(), shop)).toEqual([]);
  });

  it('is rolled back with the name of the tool if one restores the route every two seconds, and leaves nothing in it', async () => {
    const shop = story('healed');
    const before = await withStable(shop);
    const manifest = { ...route, metadata: { name: 'shop', namespace: shop.project } };
    await shop.traffic();
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      const stop = heal(shop, manifest);
      try {
        expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'traffic_drifted' } });
      } finally {
        await stop();
      }
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect(failedOf(await shop.traffic(), shop)).toEqual([]);
  });

  it('is refused before it begins if no route names the Service of the workload', async () => {
    const shop = story('refused');
    const { apiVersion, kind } = await withStable(shop);
    const found = await routeOf(shop);
    const { resourceVersion } = found.metadata;
    const ref = { apiVersion, kind, namespace: shop.project, name: 'shop' };
    const rules = (found['spec'] as { readonly rules: readonly Rule[] }).rules.filter(({ name }) => name === 'docs');
    await shop.cluster.patch(ref, 'merge', { metadata: { resourceVersion }, spec: { rules } }, 'a-person');
    expect(await shop.ended(await deploy(shop, 'v2'))).toMatchObject({ status: 'rejected', reason: { code: 'route_not_found' } });
    await shop.onlyRuns('v1', 3);
  });
});
