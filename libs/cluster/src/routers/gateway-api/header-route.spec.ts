import { playing, withSteps } from '../../testing/by-steps';
import { at, bundleOf, planOf, rollingBack } from '../../testing/fixtures';
import { contentOf, route, routeIn, traffic, weightIn, withRoute } from '../../testing/routed';
import type { Rig } from '../../testing/rig';
import { texts } from '../../testing/scenarios';
import type { Route } from './route';

const match = [{ header: { name: 'x-beta', exact: 'yes' } }, { cookie: { name: 'beta', exact: 'yes' } }];
const scenario = withSteps([
  { setHeaderRoute: { name: 'beta', match } }, { setWeight: 20 }, { setHeaderRoute: { name: 'beta' } }, { setWeight: 50 },
]);
const { steps, indexOf, perform, performUntil } = playing(scenario);

const rules = (rig: Rig) => routeIn(rig).spec!.rules!;
const rulesIn = (spec: object | undefined) => (spec as Route['spec'])?.rules;
const expectClean = (rig: Rig): void => {
  expect(contentOf(routeIn(rig))).toEqual(contentOf(route));
  expect(rig.cluster.find('Service', 'web-canary')).toBeUndefined();
};
const headerRule = {
  name: 'all-beta', filters: [{ type: 'URLRewrite' }], timeouts: { request: '5s' },
  matches: [
    { path: { type: 'PathPrefix', value: '/' }, headers: [{ type: 'Exact', name: 'x-beta', value: 'yes' }] },
    {
      path: { type: 'PathPrefix', value: '/' },
      headers: [{ type: 'RegularExpression', name: 'Cookie', value: '^(?:.*;\\s*)?beta=(?:yes)(?:\\s*;.*)?$' }],
    },
  ],
  backendRefs: [{ name: 'web-canary', port: 80, weight: 1 }],
};

describe('a header route', () => {
  it('is a further rule with all that its rule has, and the canary has a ready pod before it', async () => {
    const rig = await withRoute();
    expect(steps.map(({ kind }) => kind).slice(1, 4)).toEqual(['scaleCanary', 'setHeaderRoute', 'scaleCanary']);
    await performUntil(rig, indexOf('setHeaderRoute'));
    rig.onWrite = (write) => void (write.verb === 'route' && expect(rig.cluster.readyPods('web-canary')).toBe(1));
    const { last } = await perform(rig, indexOf('setHeaderRoute'));
    expect(rules(rig)).toEqual([{ ...rules(rig)[0] }, route.spec!.rules![1], headerRule]);
    expect(weightIn(rig)).toBe(0);
    expect(last).toMatchObject({
      outcome: { type: 'TrafficShifted', data: { asked: 0, reached: 0, routes: [{ kind: 'header', name: 'beta' }] } },
    });
  });

  it('stays while the weights shift, also if a tool has restored the route', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic'));
    const { resourceVersion } = routeIn(rig).metadata;
    await rig.cluster.patch(traffic.route, 'merge', { metadata: { resourceVersion }, spec: route.spec });
    expect(rules(rig)).toHaveLength(2);
    await perform(rig, indexOf('shiftTraffic'));
    expect([rules(rig).at(-1), rules(rig).length]).toEqual([headerRule, 3]);
    expect(rules(rig)[0]).toMatchObject({ backendRefs: [{ weight: 80 }, { weight: 20 }] });
  });

  it('is removed by a step without a match, and the weight stays', async () => {
    const rig = await withRoute();
    const removal = indexOf('setHeaderRoute', 1);
    await performUntil(rig, removal);
    const { last } = await perform(rig, removal);
    expect([rules(rig).length, weightIn(rig)]).toEqual([2, 20]);
    expect(last.kind === 'done' && last.outcome.data).not.toHaveProperty('routes');
  });

  it('disappears with the first write of a rollback, and its requests end before its pods', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('setHeaderRoute') + 1);
    const counts: number[] = [];
    rig.onWrite = (write) => void (write.verb === 'route' && counts.push(rulesIn(write.spec)?.length ?? 0));
    const { last, writes } = await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect([last.kind, texts(writes)[0], counts[0], rig.drains]).toEqual(['done', 'route HTTPRoute shop', 2, [5]]);
    expectClean(rig);
  });

  it('disappears from a canary that keeps traffic only for the pods that stable lacks', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('setHeaderRoute', 1));
    for (const pod of rig.cluster.podsOf('web').slice(0, 2)) rig.cluster.setReady(pod, false);
    const seen: unknown[] = [];
    rig.onWrite = (write) => void (write.verb === 'route' && seen.push([rulesIn(write.spec)?.length, weightIn(rig)]));
    await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(seen[0]).toEqual([2, 20]);
    expectClean(rig);
  });

  it('is gone after a promotion', async () => {
    const rig = await withRoute();
    const kept = withSteps([{ setHeaderRoute: { name: 'beta', match } }, { setWeight: 50 }]);
    for (let index = 0; index < planOf(kept).steps.length; index += 1) {
      await rig.finish(at(kept, index, 2 + index), bundleOf('v2'), bundleOf('v1'));
      while (rig.settle());
    }
    expectClean(rig);
  });
});
