import { RELEASE_LABEL } from '@alloy/contracts';
import type { AutoscalerPlan, RunningState } from '@alloy/release';
import type { Desired } from './desired';
import { desiredCluster } from './desired-cluster';
import type { Deployment } from './json';
import type { Live, LiveWorkload } from './live';
import { nextWrite } from './next-write';
import { at, bundleOf, deployment, nameHash, planOf, rollingBack } from './testing/fixtures';
import { route, routed, traffic } from './testing/routed';
import { second } from './testing/scenarios';

const autoscaler: AutoscalerPlan = { kind: 'HorizontalPodAutoscaler', name: 'web', max: 10, measures: 'stablePods' };
const scenario = second(2);
const stepAt = (kind: string): RunningState => at(scenario, planOf(scenario).steps.findIndex((step) => step.kind === kind), 9);

/** Of a release whose stable has 3 pods for a quarter of the traffic; all of it needs 8. */
function desiredFor(state: RunningState, measures: AutoscalerPlan['measures'] = 'stablePods'): Desired {
  const scaled = { ...state, plan: { ...state.plan, autoscaler: { ...autoscaler, measures } }, stablePods: 3, demand: 7.5 } as RunningState;
  return desiredCluster({ installation: 'alloy', state: scaled, bundle: bundleOf('v2'), stable: bundleOf('v1'), nameHash })!;
}

function workload(name: string, replicas: number, release: string, fence: string): LiveWorkload {
  const object = deployment(`shop:${release}`, replicas);
  const labels = { ...object.spec.template.metadata?.labels, [RELEASE_LABEL]: release };
  const template = { ...object.spec.template, metadata: { ...object.spec.template.metadata, labels } };
  const own = {
    ...object,
    metadata: { ...object.metadata, name, resourceVersion: '7', labels: owner, annotations: { 'alloy.dev/fence': fence } },
    spec: { ...object.spec, template },
  } as Deployment;
  return { object: own, replicas, pods: replicas, ready: replicas, draining: 0, byRelease: [{ release, pods: replicas, ready: replicas }] };
}
const owner = { 'alloy.dev/project': 'shop', 'alloy.dev/environment': 'production' };
const live = (pods: number, fence: string, max = 10): Live => ({
  web: workload('web', pods, 'R1', fence), canary: workload('web-canary', 6, 'R2', 'alloy/2/8'),
  shared: new Map(), copies: new Map(), hpa: { max },
});
const OLDER = 'alloy/2/8';
const CURRENT = 'alloy/2/9';
const scaleTo = (replicas: number) =>
  ({ kind: 'write', write: expect.objectContaining({ verb: 'scale', ref: expect.objectContaining({ name: 'web' }), replicas }) });
const isScale = (desired: Desired, state: Live, replicas: number): boolean => {
  const next = nextWrite(desired, state);
  return JSON.stringify(next).includes(`"replicas":${replicas}`) && next.kind === 'write' && next.write.verb === 'scale';
};

describe('a rollback of a release whose autoscaler sizes stable for a part of the traffic', () => {
  const state = rollingBack(scenario, 'releasing', 9);

  it('first gives stable the pods for the whole traffic', () => {
    expect(nextWrite(desiredFor(state), { ...live(3, OLDER), canary: null })).toEqual(scaleTo(8));
  });

  it('does so before its first write of a route, which gives stable as much of the traffic as it has pods for', () => {
    const backendRefs = [{ name: 'web', weight: 25 }, { name: 'web-canary', weight: 75 }];
    const shifted = { ...route, spec: { rules: [{ backendRefs }] }, metadata: { ...route.metadata, resourceVersion: '7' } };
    const routedLive = (fence: string): Live => ({
      ...live(3, fence), traffic: { plan: traffic, route: shifted, service: null, canaryService: null },
    });
    const desired = desiredFor(rollingBack(routed(2), 'releasing', 9));
    expect(nextWrite(desired, routedLive(OLDER))).toEqual(scaleTo(8));
    expect(nextWrite(desired, routedLive(CURRENT))).toMatchObject({ kind: 'write', write: { verb: 'route' } });
  });

  it('gives it at most the maximum of the autoscaler', () => {
    expect(nextWrite(desiredFor(state), { ...live(3, OLDER, 5), canary: null })).toEqual(scaleTo(5));
  });

  it('leaves the number of the autoscaler if it has undone this', () => {
    expect(isScale(desiredFor(state), { ...live(3, CURRENT), canary: null }, 8)).toBe(false);
  });

  it.each(['allPods', 'external'] as const)('leaves the number of an autoscaler that measures %s', (measures) => {
    expect(isScale(desiredFor(state, measures), { ...live(3, OLDER), canary: null }, 8)).toBe(false);
  });
});

describe('a promotion', () => {
  it.each([
    ['needs as many pods as the autoscaler has set, not those of the plan', 1, 'done'],
    ['keeps more of them than the plan has', 4, 'done'],
  ])('%s', (_, pods, kind) => {
    const web = { ...workload('web', pods, 'R2', CURRENT) };
    const copies = new Map(['ConfigMap', 'Secret'].map((each) => [each, { apiVersion: 'v1', kind: each, metadata: { name: each } }]));
    const desired = { ...desiredFor(stepAt('promote'), 'external') } as Extract<Desired, { kind: 'promote' }>;
    const plain = { ...desired, revision: { ...desired.revision, copies: [], rolling: web.object } };
    expect(nextWrite(plain, { web, canary: null, shared: new Map(), copies, hpa: { max: 10 } }).kind).toBe(kind);
    // The plan has 2 pods: without the autoscaler they are wanted.
    expect(nextWrite(plain, { web, canary: null, shared: new Map(), copies, hpa: null })).toMatchObject(scaleTo(2));
  });
});
