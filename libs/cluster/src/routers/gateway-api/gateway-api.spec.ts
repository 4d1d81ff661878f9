import { canaryName } from '../../revision';
import {
  contentOf, perform, performUntil, rollBack, route, routed, routeIn, stepOf, traffic, weightIn, withRoute,
} from '../../testing/routed';
import { describeWrite } from '../../perform';
import { desiredCluster } from '../../desired-cluster';
import { previewWrites } from '../../preview/preview-writes';
import { at, bundleOf, nameHash, planOf, rollingBack } from '../../testing/fixtures';
import type { Rig } from '../../testing/rig';
import { markName } from '../weighted-route/mark';

const mark = markName('web');
const canaryPods = (rig: Rig): number => rig.cluster.podsOf('web-canary').length;
const releases = (rig: Rig): readonly unknown[] => rig.cluster.podsOf('web').map(({ metadata }) => metadata.labels!['alloy.dev/release']);
/** Another client writes to the route. */
const rewrite = (rig: Rig, spec: object) =>
  rig.cluster.patch(traffic.route, 'merge', { metadata: { resourceVersion: routeIn(rig).metadata.resourceVersion }, spec });
/** Nothing of the router is left, and nothing else has changed. */
const expectClean = (rig: Rig): void => {
  expect(contentOf(routeIn(rig))).toEqual(contentOf(route));
  expect(rig.cluster.find('Service', 'web-canary')).toBeUndefined();
  expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
};

describe('a canary by the weights of a route', () => {
  it('gets its own Service and pods that the Service of the workload does not select', async () => {
    const rig = await withRoute();
    await perform(rig, stepOf('apply'));
    const service = rig.cluster.find('Service', 'web-canary')!;
    expect(service['spec']).toEqual({
      selector: { app: 'web-canary', 'alloy.dev/track': 'canary' }, ports: [{ port: 80, targetPort: 8080 }],
    });
    await perform(rig, stepOf('scaleCanary'));
    expect(rig.cluster.podsOf(canaryName('web')).map(({ metadata }) => metadata.labels!['app'])).toEqual(['web-canary']);
    // The proxy knows the backend before it gets a weight.
    expect(routeIn(rig).spec!.rules![0]!.backendRefs).toMatchObject([{ name: 'web', weight: 100 }, { name: 'web-canary', weight: 0 }]);
  });

  it('gets exactly the weight in each rule of the Service, and all else in the route stays as it is', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    const { last } = await perform(rig, stepOf('shiftTraffic'));
    expect(last).toMatchObject({ outcome: { data: { asked: 17, reached: 17, canaryReady: 1, stableReady: 5 } } });
    const [rule, other] = routeIn(rig).spec!.rules!;
    expect(rule).toEqual({
      name: 'all', filters: [{ type: 'URLRewrite' }], timeouts: { request: '5s' },
      backendRefs: [{ name: 'web', port: 80, weight: 83 }, { name: 'web-canary', port: 80, weight: 17 }],
    });
    expect(other).toEqual(route.spec!.rules![1]);
    expect(routeIn(rig).metadata.annotations!['team']).toBe('shop');
  });

  it('has its pods before its traffic, and stable keeps all its pods', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic', 1));
    rig.onWrite = (write) => void (write.verb === 'route' && expect(rig.cluster.readyPods('web-canary')).toBe(3));
    await perform(rig, stepOf('shiftTraffic', 1));
    expect([weightIn(rig), rig.cluster.readyPods('web')]).toEqual([50, 5]);
  });

  it('gets no weight before stable has again the pods that another client has taken from it', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    const { metadata: { resourceVersion } } = rig.cluster.find('Deployment', 'web')!;
    await rig.cluster.scale({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, 1, resourceVersion!);
    const { writes } = await perform(rig, stepOf('shiftTraffic'));
    const done = writes.map(describeWrite);
    expect(done.indexOf('scale web to 5')).toBeGreaterThanOrEqual(0);
    expect(done.indexOf('scale web to 5')).toBeLessThan(done.indexOf('route HTTPRoute shop'));
  });

  it('that another client has deleted gets no weight: the step is refused', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    const { uid, resourceVersion } = rig.cluster.find('Deployment', 'web-canary')!.metadata;
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' };
    await rig.cluster.delete(ref, { uid: uid!, resourceVersion: resourceVersion! });
    const { last } = await perform(rig, stepOf('shiftTraffic'));
    expect([last, weightIn(rig)]).toMatchObject([{ kind: 'refused', refusal: { code: 'canary_deleted' } }, 0]);
  });

  it('loses its traffic at the promotion after stable has the new version, and its pods only after that', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('promote'));
    rig.onWrite = (write) => {
      if (write.verb === 'route') expect(new Set(releases(rig))).toEqual(new Set(['R2']));
      if (write.verb === 'scale' && write.ref.name === 'web-canary') expect([weightIn(rig), write.replicas]).toEqual([0, 0]);
    };
    const { texts } = await perform(rig, stepOf('promote'));
    expect(texts.filter((text) => !text.includes('Deployment web'))).toEqual([
      'route HTTPRoute shop', 'route HTTPRoute shop', 'fence Service web-canary', 'delete Service web-canary',
      'handBack HTTPRoute shop', 'scale web-canary to 0',
    ]);
    await perform(rig, stepOf('retire'));
    expectClean(rig);
  });

  it('loses its traffic with the first write of a rollback, and nothing of it is left', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('promote'));
    expect(weightIn(rig)).toBe(83);
    const { texts } = await rollBack(rig);
    expect(texts[0]).toBe('route HTTPRoute shop');
    expect(texts.indexOf('scale web-canary to 0')).toBeGreaterThan(texts.indexOf('delete Service web-canary'));
    expectClean(rig);
  });

  it('keeps its traffic in a rollback of a promotion until stable has its pods again', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('promote'));
    // The promotion stops after the first new pod: the canary is healthy and carries 83 %.
    for (const pod of rig.cluster.podsOf('web').slice(0, 3)) rig.cluster.setReady(pod, false);
    rig.onWrite = (write) => void (write.verb === 'route' && expect(rig.cluster.readyPods('web')).toBe(5));
    await rollBack(rig, 'promoting');
    expectClean(rig);
  });

  it('that is bad keeps only the part of the traffic for which stable has no pods', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('promote'));
    for (const pod of rig.cluster.podsOf('web').slice(0, 3)) rig.cluster.setReady(pod, false);
    const seen: number[] = [];
    rig.onWrite = (write) => void (write.verb === 'route' && seen.push(weightIn(rig)));
    await rollBack(rig);
    expect(seen.slice(0, 1)).toEqual([60]);
    expect(seen.at(-1)).toBe(0);
    expectClean(rig);
  });
});

describe('stable with dynamicStableScale', () => {
  const scenario = { ...routed(10), policy: { steps: [{ setWeight: 60 }], canary: { dynamicStableScale: true } } };
  const steps = planOf(scenario).steps.map(({ kind }) => kind);
  const play = (rig: Rig, kind: string) => rig.finish(at(scenario, steps.indexOf(kind as 'apply'), 9), bundleOf('v2'), bundleOf('v1'));
  const shrunk = async (): Promise<Rig> => {
    const rig = await withRoute(10);
    for (const kind of ['apply', 'scaleCanary']) await play(rig, kind);
    return rig;
  };

  it('shrinks last, after the time for its last requests', async () => {
    const rig = await shrunk();
    rig.onWrite = (write) => {
      if (write.verb === 'route') expect(rig.readyPods()).toEqual({ web: 10, total: 16 });
      if (write.verb === 'scale') expect([weightIn(rig), rig.drains]).toEqual([60, [2]]);
    };
    const { last } = await play(rig, 'shiftTraffic');
    expect(last).toMatchObject({ outcome: { data: { asked: 60, reached: 60, canaryReady: 6, stableReady: 4 } } });
    expect(rig.readyPods()).toEqual({ web: 4, total: 10 });
  });

  it('is scaled up before the canary loses traffic in a rollback, and the canary gives up its traffic before its pods', async () => {
    const rig = await shrunk();
    await play(rig, 'shiftTraffic');
    const weights: number[] = [];
    rig.onWrite = (write, before) => {
      if (write.verb === 'route') weights.push(weightIn(rig));
      expect(before.web).toBeGreaterThanOrEqual(10 - Math.ceil(weightIn(rig) / 10));
    };
    await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(weights).toEqual([50, 40, 30, 20, 10, 0, 0]);
    expect(rig.readyPods()).toEqual({ web: 10, total: 10 });
    expectClean(rig);
  });
});

describe('the pods of a failed canary', () => {
  it.each([[undefined, 5], [9, 9]])('with an abortScaleDownDelaySeconds of %s stay %d s after their traffic', async (delay, seconds) => {
    const rig = await withRoute();
    const scenario = { ...routed(5), policy: { canary: { abortScaleDownDelaySeconds: delay } } };
    await performUntil(rig, stepOf('promote'));
    rig.drains.length = 0;
    await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(rig.drains).toEqual([seconds]);
    expectClean(rig);
  });
});

describe('a route', () => {
  it('that a tool has put back gets its weights with the next write', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('promote'));
    await rewrite(rig, route.spec!);
    expect(weightIn(rig)).toBe(0);
    await perform(rig, stepOf('shiftTraffic', 2));
    expect(weightIn(rig)).toBe(83);
    await rollBack(rig);
    expectClean(rig);
  });

  it.each([
    ['deleted', async (rig: Rig) => rig.cluster.delete(traffic.route, routeIn(rig).metadata), 'route_not_found'],
    [
      'changed to other Services',
      async (rig: Rig) => rewrite(rig, { rules: [] }),
      'route_unsuitable',
    ],
  ])('that was %s in mid-release fails the step with its reason, and the rollback leaves nothing', async (_what, change, code) => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic', 1));
    await change(rig);
    expect((await perform(rig, stepOf('shiftTraffic', 1))).last).toMatchObject({ kind: 'refused', refusal: { code } });
    expect((await rollBack(rig)).last.kind).toBe('done');
    expect(rig.cluster.find('Service', 'web-canary')).toBeUndefined();
    expect(routeIn(rig)?.metadata.annotations?.[mark]).toBeUndefined();
  });

  it('gets no weight by a process that still has its decision after the first write of a rollback', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    const ask = (state: Parameters<Rig['ask']>[0]) => rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    const shift = at(routed(5), stepOf('shiftTraffic'), 9);
    let next = await ask(shift);
    while (next.kind === 'write' && next.write.verb !== 'route') {
      await rig.perform(next.write);
      next = await ask(shift);
    }
    const first = await ask(rollingBack(routed(5), 'releasing', 40));
    expect(first).toMatchObject({ kind: 'write', write: { verb: 'route' } });
    if (first.kind === 'write') await rig.perform(first.write);
    expect(await ask(shift)).toEqual({ kind: 'stale', object: 'HTTPRoute/shop' });
  });

  it('refuses the write of an earlier decision that was held back until the rollback has ended', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    const held = await rig.ask(at(routed(5), stepOf('shiftTraffic'), 9), bundleOf('v2'), bundleOf('v1'));
    const shift = held.kind === 'write' && held.write.verb === 'fence' && (await rig.perform(held.write));
    expect(shift).not.toBeUndefined();
    const late = await rig.ask(at(routed(5), stepOf('shiftTraffic'), 9), bundleOf('v2'), bundleOf('v1'));
    expect(late).toMatchObject({ kind: 'write', write: { verb: 'route' } });
    await rollBack(rig);
    expect(late.kind === 'write' && (await rig.perform(late.write))).toBe(false);
    expectClean(rig);
  });

  it('refuses such a write also if a tool has put it back meanwhile, with no trace of Alloy', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    rig.cluster.put(route);
    const state = at(routed(5), stepOf('shiftTraffic'), 9);
    const fence = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    expect(fence.kind === 'write' && (await rig.perform(fence.write))).toBe(true);
    const late = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    expect(late).toMatchObject({ kind: 'write', write: { verb: 'route' } });
    await rollBack(rig);
    expect(late.kind === 'write' && (await rig.perform(late.write))).toBe(false);
    expectClean(rig);
  });

  it('sends nothing to the canary for the time of the last requests before its backend disappears', async () => {
    const [used, unused] = [await withRoute(), await withRoute()];
    await performUntil(used, stepOf('promote'));
    await performUntil(unused, stepOf('shiftTraffic'));
    for (const rig of [used, unused]) await rollBack(rig);
    // A canary without traffic has no last requests.
    expect([used.drains, unused.drains]).toEqual([[5], []]);
  });

  it('is waited for until its parents accept its spec, on the way there and back', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('shiftTraffic'));
    const accept = (observedGeneration: number): unknown => {
      const conditions = [{ type: 'Accepted', status: 'True', observedGeneration }];
      return rig.cluster.put({ ...routeIn(rig), status: { parents: [{ conditions }] } });
    };
    accept(0);
    const waits = { kind: 'wait', for: 'route_accepted', object: { kind: 'HTTPRoute', name: 'shop' } };
    expect((await perform(rig, stepOf('shiftTraffic'))).last).toMatchObject(waits);
    accept(routeIn(rig).metadata.generation!);
    expect((await perform(rig, stepOf('shiftTraffic'))).last).toMatchObject({ kind: 'done' });
    const back = await rollBack(rig);
    expect(back.last).toMatchObject(waits);
    expect([canaryPods(rig), weightIn(rig)]).toEqual([1, 0]);
    accept(routeIn(rig).metadata.generation!);
    // The canary has no backend any more; its Service and its pods stay until that is accepted.
    expect((await rollBack(rig)).last).toMatchObject(waits);
    expect([canaryPods(rig), rig.cluster.find('Service', 'web-canary')?.kind]).toEqual([1, 'Service']);
    accept(routeIn(rig).metadata.generation!);
    expect((await rollBack(rig)).last.kind).toBe('done');
    expectClean(rig);
  });
});

describe('the plan of a canary by the weights of a route', () => {
  it('shows its writes in order, and leaves nothing of the router', async () => {
    const rig = await withRoute();
    let live = await rig.readLive(bundleOf('v2'), bundleOf('v1'), traffic);
    const shown: string[] = [];
    for (const kind of ['apply', 'scaleCanary', 'shiftTraffic', 'promote', 'retire']) {
      const state = at(routed(5), stepOf(kind), 2 + stepOf(kind));
      const desired = desiredCluster({
        installation: 'alloy', state, bundle: bundleOf('v2'), stable: bundleOf('v1'), nameHash, drainIsOver: true,
      });
      const effect = previewWrites(desired, live);
      shown.push(...effect.writes.map(({ verb, kind: of, name }) => `${verb} ${of} ${name}`).filter((text) => /Route|canary/.test(text)));
      live = effect.live;
    }
    expect(shown).toEqual([
      'create Deployment web-canary', 'create Service web-canary', 'apply HTTPRoute shop', 'scale Deployment web-canary',
      'apply HTTPRoute shop', 'apply HTTPRoute shop', 'apply HTTPRoute shop',
      'delete Service web-canary', 'scale Deployment web-canary', 'delete Deployment web-canary',
    ]);
    expect([live.traffic!.canaryService, contentOf(live.traffic!.route!)]).toEqual([null, contentOf(route)]);
  });
});

describe('a leftover of a release that is stuck', () => {
  it('loses its traffic before the next release removes its pods', async () => {
    const rig = await withRoute();
    await performUntil(rig, stepOf('promote'));
    const next = { ...routed(5), releaseId: 'R3', slot: 3 };
    rig.onWrite = (write) => void (write.verb === 'delete' && write.ref.kind === 'Deployment' && expect(weightIn(rig)).toBe(0));
    const { last } = await rig.finish(at(next, 0, 4), bundleOf('v3'), bundleOf('v1'));
    expect(last.kind).toBe('done');
    expect(weightIn(rig)).toBe(0);
    expect(rig.cluster.find('Service', 'web-canary')!.metadata.labels!['alloy.dev/release']).toBe('R3');
  });
});
