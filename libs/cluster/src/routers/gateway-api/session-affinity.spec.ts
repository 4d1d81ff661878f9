import { affinityRoutes } from '@alloy/release';
import { playing } from '../../testing/by-steps';
import { bundleOf, planOf, rollingBack, scalingDown, type Scenario } from '../../testing/fixtures';
import type { Rig } from '../../testing/rig';
import { contentOf, route, routed, routeIn, traffic, weightIn, withRoute } from '../../testing/routed';
import { texts } from '../../testing/scenarios';
import { setsCookies } from './cookie';
import { unfit } from './managed-fits';
import { withManaged, withoutManaged } from './managed-rules';
import type { BackendRef, Route } from './route';

const policy = { traffic: { router: 'gatewayApi', drainSeconds: 5, sessionAffinity: { cookieName: 'v', maxAge: 600 } } } as const;
const beta = { setHeaderRoute: { name: 'beta', match: [{ method: 'POST' as const }] } };
const scenario: Scenario = { ...routed(5), policy: { ...policy, steps: [{ setWeight: 20 }, beta, { setWeight: 50 }] } };
const { indexOf, perform, performUntil } = playing(scenario);

const rules = (rig: Rig) => routeIn(rig).spec!.rules!;
const cookie = (value: string) => ({
  filters: [{
    type: 'ResponseHeaderModifier',
    responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: `v=${value}; Path=/; Max-Age=600; HttpOnly` }] },
  }],
});
const matching = (value: string) => ({
  path: { type: 'PathPrefix', value: '/' },
  headers: [{ type: 'RegularExpression', name: 'Cookie', value: `^(?:.*;\\s*)?v=(?:${value.replaceAll('.', '\\.')})(?:\\s*;.*)?$` }],
});
const expectClean = (rig: Rig): void => {
  expect(contentOf(routeIn(rig))).toEqual(contentOf(route));
  expect(rig.cluster.find('Service', 'web-canary')).toBeUndefined();
};
const rollBack = (rig: Rig) => rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));

describe('session affinity', () => {
  it('sets a cookie of the version that answers, and sends the requests with it to that version', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic'));
    expect(rules(rig)).toHaveLength(2);
    await perform(rig, indexOf('shiftTraffic'));
    const [own, docs, canary, stable] = rules(rig);
    expect(own!.backendRefs).toEqual([
      { name: 'web', port: 80, weight: 80, ...cookie('alloy.R2.stable.20') },
      { name: 'web-canary', port: 80, weight: 20, ...cookie('alloy.R2.canary') },
    ]);
    expect(docs).toEqual(route.spec!.rules![1]);
    const kept = { filters: [{ type: 'URLRewrite' }], timeouts: { request: '5s' } };
    expect(canary).toEqual({
      name: 'all-affinity-canary', ...kept, matches: [matching('alloy.R2.canary')],
      backendRefs: [{ name: 'web-canary', port: 80, weight: 1 }],
    });
    expect(stable).toEqual({
      name: 'all-affinity-stable', ...kept, matches: [matching('alloy.R2.stable.20')],
      backendRefs: [{ name: 'web-canary', port: 80, weight: 0 }, { name: 'web', port: 80, weight: 1 }],
    });
  });

  it('divides the users of stable again when the weight changes, and stays beside the routes of steps', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('setHeaderRoute') + 1);
    expect(rules(rig).map(({ name }) => name)).toEqual(['all', undefined, 'all-beta', 'all-affinity-canary', 'all-affinity-stable']);
    expect(rules(rig).at(-1)!.matches).toEqual([matching('alloy.R2.stable.20')]);
    await performUntil(rig, indexOf('shiftTraffic', 1) + 1);
    expect(rules(rig).slice(-2).map(({ matches }) => matches)).toEqual([[matching('alloy.R2.canary')], [matching('alloy.R2.stable.50')]]);
    expect(weightIn(rig)).toBe(50);
  });

  it('disappears with the first write of a rollback, before the drain', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic') + 1);
    const seen: unknown[] = [];
    const hasCookie = (): boolean => JSON.stringify(rules(rig)).includes('Cookie');
    rig.onWrite = (write) => void (write.verb === 'route' && seen.push([rules(rig).length, hasCookie(), rig.drains.length]));
    const { last, writes } = await rollBack(rig);
    expect([last.kind, texts(writes)[0], seen[0]]).toEqual(['done', 'route HTTPRoute shop', [2, false, 0]]);
    expectClean(rig);
  });

  it('disappears from a canary that keeps traffic only for the pods that stable lacks', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic') + 1);
    for (const pod of rig.cluster.podsOf('web').slice(0, 2)) rig.cluster.setReady(pod, false);
    const seen: unknown[] = [];
    rig.onWrite = (write) => void (write.verb === 'route' && seen.push([rules(rig).length, weightIn(rig)]));
    await rollBack(rig);
    expect(seen[0]).toEqual([2, 20]);
    expectClean(rig);
  });

  it('is gone after a promotion, and after a scale-down', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic') + 1);
    expect((await rig.finish(scalingDown(scenario, 40), bundleOf('v2'), bundleOf('v1'))).last.kind).toBe('done');
    expectClean(rig);
    const other = await withRoute();
    await performUntil(other, planOf(scenario).steps.length);
    expectClean(other);
  });

  it("leaves the user's own filters of the backends, and adds to that of the headers of responses", async () => {
    const filters = [
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: 'b' }] } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'x-c', value: 'd' }], remove: ['server'] } },
    ];
    const rig = await withRoute();
    const { resourceVersion } = routeIn(rig).metadata;
    const spec = { rules: [{ backendRefs: [{ name: 'web', port: 80, filters }] }] };
    await rig.cluster.patch(traffic.route, 'merge', { metadata: { resourceVersion }, spec });
    await performUntil(rig, indexOf('shiftTraffic') + 1);
    const addsOf = ({ filters: all }: BackendRef) => all!.map(({ responseHeaderModifier }) => responseHeaderModifier?.add);
    const adds = rules(rig)[0]!.backendRefs!.map(addsOf);
    expect(adds).toEqual(['alloy.R2.stable.20', 'alloy.R2.canary'].map((value) => [
      undefined, [{ name: 'x-c', value: 'd' }, cookie(value).filters[0]!.responseHeaderModifier.add[0]],
    ]));
    const isAsBefore = (ref: BackendRef): boolean => JSON.stringify(ref.filters) === JSON.stringify(filters);
    expect(rules(rig).slice(1).map(({ backendRefs }) => backendRefs!.every(isAsBefore))).toEqual([true, true]);
    await rollBack(rig);
    expect(routeIn(rig).spec).toMatchObject(spec);
  });

  const addsOwn = { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'set-cookie', value: 'a=b' }] } };
  const onCookies = { type: 'RegularExpression', name: 'cookie', value: '.*' } as const;
  it('sets cookies only in the rules that the canary is in', () => {
    const backendRefs = [{ name: 'web', port: 80 }, { name: 'web-canary', port: 80 }];
    const own: Route = { ...route, spec: { rules: [{ backendRefs }, { backendRefs: [{ name: 'web', port: 80 }] }] } };
    const routes = affinityRoutes({ policy, releaseId: 'R2', weight: 50 });
    expect(withManaged(own, traffic, routes).slice(0, 2).map(setsCookies)).toEqual([true, false]);
  });

  it('is recognized also if another client has removed its rules alone', () => {
    const own: Route = { ...route, spec: { rules: [{ backendRefs: [{ name: 'web', port: 80 }, { name: 'web-canary', port: 80 }] }] } };
    const rules = withManaged(own, traffic, affinityRoutes({ policy, releaseId: 'R2', weight: 50 })).slice(0, 1);
    expect(setsCookies(rules[0]!)).toBe(true);
    expect(withoutManaged({ ...route, spec: { rules } }, traffic)).toEqual(own);
  });

  it.each<[string, Partial<Route>, string]>([
    ['a GRPCRoute', { kind: 'GRPCRoute' }, 'clients of GRPCRoute shop keep no cookies'],
    [
      'a filter that adds a cookie already',
      {
        spec: {
          rules: [{ backendRefs: [{ name: 'web', filters: [addsOwn] }] }],
        },
      },
      'a backend of HTTPRoute shop has a filter that adds the header Set-Cookie',
    ],
    [
      'a condition on the cookies',
      { spec: { rules: [{ matches: [{ headers: [onCookies] }], backendRefs: [{ name: 'web' }] }] } },
      'has a condition on a header or a parameter on which header route affinity-canary has one',
    ],
  ])('refuses %s', (_what, over, text) => {
    const routes = affinityRoutes({ policy, releaseId: 'R2', weight: 50 });
    expect(unfit({ ...route, ...over }, traffic, routes)).toContain(text);
    expect(unfit(route, traffic, routes)).toBeUndefined();
  });
});
