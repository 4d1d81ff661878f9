import { playing, withSteps } from '../../testing/by-steps';
import { bundleOf, rollingBack } from '../../testing/fixtures';
import { contentOf, route, routeIn, withRoute } from '../../testing/routed';
import type { Rig } from '../../testing/rig';
import type { Filter } from './route';

const match = [{ method: 'GET' as const }];
const scenario = withSteps([
  { setMirrorRoute: { name: 'shadow', percentage: 25 } }, { setMirrorRoute: { name: 'reads', percentage: 100, match } },
  { setWeight: 20 }, { setMirrorRoute: { name: 'shadow' } }, { setWeight: 50 },
]);
const { indexOf, perform, performUntil } = playing(scenario);

const rules = (rig: Rig) => routeIn(rig).spec!.rules!;
const rewrite: Filter = { type: 'URLRewrite' };
const copies = (percent?: number): Filter => ({
  type: 'RequestMirror',
  requestMirror: { backendRef: { group: '', kind: 'Service', name: 'web-canary', port: 80 }, ...(percent !== undefined && { percent }) },
});

describe('a mirror route', () => {
  it('adds a filter to each rule of the Service, and the canary has a ready pod before it', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('setMirrorRoute'));
    rig.onWrite = (write) => void (write.verb === 'route' && expect(rig.cluster.readyPods('web-canary')).toBe(1));
    const { last } = await perform(rig, indexOf('setMirrorRoute'));
    expect(rules(rig)).toEqual([
      {
        name: 'all', filters: [rewrite, copies(25)], timeouts: { request: '5s' },
        backendRefs: [{ name: 'web', port: 80, weight: 100 }, { name: 'web-canary', port: 80, weight: 0 }],
      },
      route.spec!.rules![1],
    ]);
    expect(last).toMatchObject({ outcome: { data: { asked: 0, reached: 0, routes: [{ kind: 'mirror', name: 'shadow' }] } } });
  });

  it('with a match is a rule of its own, with the weights of its rule', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic') + 1);
    expect(rules(rig)).toEqual([
      expect.objectContaining({ name: 'all', filters: [rewrite, copies(25)] }),
      route.spec!.rules![1],
      {
        name: 'all-reads', filters: [rewrite, copies()], timeouts: { request: '5s' },
        matches: [{ path: { type: 'PathPrefix', value: '/' }, method: 'GET' }],
        backendRefs: [{ name: 'web-canary', port: 80, weight: 20 }, { name: 'web', port: 80, weight: 80 }],
      },
    ]);
  });

  it('is removed by a step without a percentage, and others stay', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('setMirrorRoute', 2) + 1);
    expect(rules(rig).map(({ filters }) => filters)).toEqual([[rewrite], undefined, [rewrite, copies()]]);
  });

  it('disappears with the first write of a rollback', async () => {
    const rig = await withRoute();
    await performUntil(rig, indexOf('shiftTraffic') + 1);
    const first: unknown[] = [];
    rig.onWrite = (write) => void (write.verb === 'route' && first.push(JSON.stringify(write.spec).includes('RequestMirror')));
    const { last } = await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect([last.kind, first[0]]).toEqual(['done', false]);
    expect(contentOf(routeIn(rig))).toEqual(contentOf(route));
  });

  it('keeps a mirror of the user, and leaves no list of filters where there was none', async () => {
    const rig = await withRoute();
    const mirror = { type: 'RequestMirror', requestMirror: { backendRef: { name: 'audit', port: 80 } } };
    const backendRefs = [{ name: 'web', port: 80 }];
    const own = { ...route, spec: { rules: [{ backendRefs }, { filters: [mirror], backendRefs }] } };
    rig.cluster.put(own);
    await performUntil(rig, indexOf('setMirrorRoute') + 1);
    expect(rules(rig).map(({ filters }) => filters)).toEqual([[copies(25)], [mirror, copies(25)]]);
    await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(contentOf(routeIn(rig))).toEqual(contentOf(own));
  });
});
