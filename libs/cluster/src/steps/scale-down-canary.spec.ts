import { hasEffect } from '@alloy/release';
import { desiredCluster } from '../desired-cluster';
import { nextWrite } from '../next-write';
import { at, bundleOf, nameHash, planOf, rollingBack, scalingDown, type Scenario } from '../testing/fixtures';
import type { Rig } from '../testing/rig';
import { contentOf, route, routed, routeIn, weightIn, withRoute } from '../testing/routed';
import { second, texts, withStable } from '../testing/scenarios';
import { selectorOf, servedBy, switched, withServices } from '../testing/switched';

const [v2, v1] = [bundleOf('v2'), bundleOf('v1')];
const REPLICAS = 5;

/** A way of dividing the traffic; `onCanary`: whether requests reach the new version. */
interface Case {
  readonly scenario: Scenario;
  begin(): Promise<Rig>;
  onCanary(rig: Rig): boolean;
  /** Nothing of the router is left. */
  expectCleared(rig: Rig): void;
}

const cases: Readonly<Record<string, Case>> = {
  podRatio: {
    scenario: second(REPLICAS),
    begin: () => withStable(REPLICAS),
    onCanary: (rig) => rig.cluster.readyPods('web-canary') > 0,
    expectCleared: () => undefined,
  },
  gatewayApi: {
    scenario: routed(REPLICAS),
    begin: () => withRoute(REPLICAS),
    onCanary: (rig) => weightIn(rig) > 0,
    expectCleared: (rig) => {
      expect(contentOf(routeIn(rig))).toEqual(contentOf(route));
      expect(rig.cluster.find('Service', 'web-canary')).toBeUndefined();
    },
  },
  serviceSelector: {
    scenario: switched(REPLICAS),
    begin: () => withServices(REPLICAS),
    onCanary: (rig) => servedBy(rig).includes('R2'),
    expectCleared: (rig) => {
      expect(selectorOf(rig)).toEqual({ app: 'web' });
      expect(rig.cluster.find('Service', 'web-preview')).toBeUndefined();
    },
  },
};

describe.each(Object.entries(cases))('a canary of %s that is scaled down', (_router, { scenario, begin, onCanary, expectCleared }) => {
  const steps = planOf(scenario).steps;
  /** The last step before the promotion that judges the canary. */
  const judged = steps.findLastIndex(({ kind }) => kind === 'analyse');

  async function play(rig: Rig, from: number): Promise<void> {
    for (const [index, step] of steps.slice(0, judged).entries()) {
      if (!hasEffect(step)) continue;
      const { last } = await rig.finish(at(scenario, index, from + index), v2, v1);
      expect([step.kind, last.kind]).toEqual([step.kind, 'done']);
      while (rig.settle());
    }
  }
  const underTraffic = async (): Promise<Rig> => {
    const rig = await begin();
    await play(rig, 2);
    expect(onCanary(rig)).toBe(true);
    return rig;
  };
  const scaleDown = (rig: Rig, decision = 40) => rig.finish(scalingDown(scenario, decision), v2, v1);

  it('loses its traffic, then its pods, once stable has all of its pods, and stays with its template and its copies', async () => {
    const rig = await underTraffic();
    const before = rig.cluster.find('Deployment', 'web-canary')!;
    const copies = rig.cluster.all('ConfigMap').length;
    rig.onWrite = (write, pods, after) => {
      expect(after.total).toBeGreaterThanOrEqual(REPLICAS);
      const isCanary = write.verb === 'scale' && write.ref.name === 'web-canary';
      if (isCanary && scenario.traffic) expect([onCanary(rig), pods.web]).toEqual([false, REPLICAS]);
    };
    const { last } = await scaleDown(rig);
    expect(last).toMatchObject({
      kind: 'done', outcome: { type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: 0, stableReady: REPLICAS } },
    });
    const left = rig.cluster.find('Deployment', 'web-canary') as typeof before & { readonly spec: { readonly template: object } };
    expect([left.metadata.uid, left.spec]).toEqual([before.metadata.uid, { ...(before['spec'] as object), replicas: 0 }]);
    expect([rig.readyPods(), rig.cluster.all('ConfigMap').length]).toEqual([{ web: REPLICAS, total: REPLICAS }, copies]);
    expectCleared(rig);
  });

  it('keeps what stable has no pods for, until they are ready, and has the fence of the scale-down meanwhile', async () => {
    const rig = await underTraffic();
    for (const pod of rig.cluster.podsOf('web')) rig.cluster.setReady(pod, false);
    const ready = rig.cluster.readyPods('web-canary');
    let next = await rig.ask(scalingDown(scenario, 40), v2, v1);
    for (; next.kind === 'write'; next = await rig.ask(scalingDown(scenario, 40), v2, v1)) await rig.perform(next.write);
    expect([next, onCanary(rig), rig.cluster.readyPods('web-canary')]).toEqual([{ kind: 'wait', for: 'stable_ready' }, true, ready]);
    for (const name of ['web', 'web-canary'])
      expect(rig.cluster.find('Deployment', name)!.metadata.annotations!['alloy.dev/fence']).toBe('alloy/2/40');
  });

  it('is not done while it has pods, or while stable lacks some', async () => {
    const rig = await underTraffic();
    await scaleDown(rig);
    const live = await rig.readLive(v2, v1, scenario.traffic);
    const desired = desiredCluster({ installation: 'alloy', state: scalingDown(scenario, 40), bundle: v2, stable: v1, nameHash })!;
    expect(nextWrite(desired, live).kind).toBe('done');
    expect(nextWrite(desired, { ...live, canary: { ...live.canary!, pods: 1 } })).toEqual({ kind: 'wait', for: 'pods_gone' });
    rig.cluster.setReady(rig.cluster.podsOf('web')[0]!, false);
    expect(await rig.ask(scalingDown(scenario, 40), v2, v1)).toEqual({ kind: 'wait', for: 'stable_ready' });
  });

  it('has its pods and its traffic again after a resume', async () => {
    const rig = await underTraffic();
    const pods = rig.readyPods();
    await scaleDown(rig);
    await play(rig, 50);
    expect([onCanary(rig), rig.readyPods()]).toEqual([true, pods]);
    expect((await scaleDown(rig, 70)).last.kind).toBe('done');
    expectCleared(rig);
  });

  it('is removed by a rollback after that, which changes no pod of stable', async () => {
    const rig = await underTraffic();
    await scaleDown(rig);
    const { last, writes } = await rig.finish(rollingBack(scenario, 'releasing', 50), v2, v1);
    expect([last.kind, rig.cluster.find('Deployment', 'web-canary')]).toEqual(['done', undefined]);
    expect(texts(writes).filter((text) => text.startsWith('scale'))).toEqual([]);
    expect(rig.readyPods()).toEqual({ web: REPLICAS, total: REPLICAS });
    expectCleared(rig);
  });

  it('is promoted after that, by which it gets its traffic only through the promotion', async () => {
    const rig = await underTraffic();
    await scaleDown(rig);
    for (const [index, { kind }] of steps.entries()) {
      if (kind !== 'apply' && kind !== 'promote' && kind !== 'retire') continue;
      expect((await rig.finish(at(scenario, index, 50 + index), v2, v1)).last.kind).toBe('done');
      while (rig.settle());
    }
    expect(rig.cluster.podsOf('web').map(({ metadata }) => metadata.labels!['alloy.dev/release'])).toEqual(Array(REPLICAS).fill('R2'));
    expectCleared(rig);
  });

  it('refuses writes of decisions before the scale-down, and returns stale to them', async () => {
    const rig = await underTraffic();
    const late = steps.findLastIndex((step, index) => index < judged && step.kind === 'shiftTraffic');
    await scaleDown(rig);
    expect((await rig.ask(at(scenario, late, 2 + late), v2, v1)).kind).toBe('stale');
  });
});
