import { summarise } from './live';
import type { Deployment } from './json';
import { at, bundleOf, deployment, planOf, rollingBack } from './testing/fixtures';
import { Rig } from './testing/rig';
import { first, second, upTo, withStable } from './testing/scenarios';

const steps = planOf(second(5)).steps;
/** The step at which stable is scaled from 5 pods to 3. */
const shrinking = steps.findIndex((step) => step.kind === 'shiftTraffic' && step.split.stable === 3);
const shift = (decision = 20) => at(second(5), shrinking, decision);

/** A cluster in which stable has just been scaled from 5 pods to 3, and the other two drain. */
async function afterScaleDown() {
  const rig = await withStable(5);
  await upTo(rig, 5, shrinking);
  rig.cluster.drains = true;
  const { last } = await rig.finish(shift(), bundleOf('v2'), bundleOf('v1'));
  return { rig, last, ask: (): ReturnType<typeof rig.ask> => rig.ask(shift(), bundleOf('v2'), bundleOf('v1')) };
}

describe('draining pods', () => {
  it('delay the end of a shift by at most a quarter of its deadline', async () => {
    const { rig, last, ask } = await afterScaleDown();
    expect(last).toEqual({ kind: 'wait', for: 'pods_drained', seconds: steps[shrinking]!.deadline / 4 });
    expect(rig.readyPods()).toEqual({ web: 3, total: 6 });
    rig.cluster.endDraining();
    expect(await ask()).toMatchObject({ kind: 'done', outcome: { type: 'TrafficShifted', data: { reached: 50 } } });
  });

  it('delay a shift with a long deadline by at most their grace period', async () => {
    const { rig } = await afterScaleDown();
    const long = shift();
    const state = { ...long, current: { ...long.current!, spec: { ...long.current!.spec, deadline: 600 } } } as typeof long;
    const ask = (stable = bundleOf('v1')) => rig.ask(state, bundleOf('v2'), stable);
    expect(await ask()).toEqual({ kind: 'wait', for: 'pods_drained', seconds: 35 });
    const web = rig.cluster.find('Deployment', 'web') as Deployment;
    const spec = {
      ...web.spec,
      template: { ...web.spec.template, spec: { ...web.spec.template.spec, terminationGracePeriodSeconds: 3_600 } },
    };
    await rig.cluster.apply({ ...web, spec }, { manager: 'alloy' });
    expect(await ask()).toEqual({ kind: 'wait', for: 'pods_drained', seconds: 150 });
  });

  it('do not delay a shift if the server reports that no pod terminates', async () => {
    const { rig, ask } = await afterScaleDown();
    rig.cluster.setStatus('web', { observedGeneration: 1, replicas: 3, terminatingReplicas: 2 });
    expect(await ask()).toMatchObject({ kind: 'wait', for: 'pods_drained' });
    rig.cluster.setStatus('web', { observedGeneration: 1, replicas: 3, terminatingReplicas: 0 });
    expect(await ask()).toMatchObject({ kind: 'done' });
  });

  it('do not delay a rollback', async () => {
    const rig = await withStable(5);
    await upTo(rig, 5, shrinking);
    rig.cluster.drains = true;
    const { last } = await rig.finish(rollingBack(second(5), 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
    expect(last).toMatchObject({ kind: 'done', outcome: { data: { canaryReady: 0, stableReady: 5 } } });
  });
});

describe('surplus pods that no controller has deleted yet', () => {
  it('delay the deletion of the canary in a rollback, because they still get traffic', async () => {
    const rig = await withStable(5);
    await upTo(rig, 5, shrinking);
    rig.cluster.lags = true;
    const left: number[] = [];
    rig.onWrite = ({ verb }) => {
      if (verb === 'delete') left.push(rig.cluster.podsOf('web-canary').length);
    };
    const rollback = rollingBack(second(5), 'releasing', 30);
    for (
      let next = await rig.ask(rollback, bundleOf('v2'), bundleOf('v1'));
      next.kind === 'write';
      next = await rig.ask(rollback, bundleOf('v2'), bundleOf('v1'))
    )
      await rig.perform(next.write);
    expect(await rig.ask(rollback, bundleOf('v2'), bundleOf('v1'))).toEqual({ kind: 'wait', for: 'pods_gone' });
    expect(left).toEqual([]);
    expect((await rig.finish(rollback, bundleOf('v2'), bundleOf('v1'))).last.kind).toBe('done');
    expect(left[0]).toBe(0);
  });

  it('delay the outcome of a failed first release that is scaled to zero', async () => {
    const rig = new Rig();
    for (const index of [0, 1]) await rig.finish(at(first(2), index, 2 + index), bundleOf('v1'), null);
    while (rig.settle());
    rig.cluster.lags = true;
    const keep = rollingBack(first(2), 'promoting', 9);
    const zero = { ...keep, current: { ...keep.current!, spec: { ...keep.current!.spec, onFirstFailure: 'scaleToZero' } } } as typeof keep;
    for (let next = await rig.ask(zero, bundleOf('v1'), null); next.kind === 'write'; next = await rig.ask(zero, bundleOf('v1'), null))
      await rig.perform(next.write);
    expect(await rig.ask(zero, bundleOf('v1'), null)).toEqual({ kind: 'wait', for: 'pods_gone' });
    expect((await rig.finish(zero, bundleOf('v1'), null)).last).toMatchObject({ kind: 'done', outcome: { data: { stableReady: 0 } } });
  });
});

describe('summarise', () => {
  const web = (status: Deployment['status'], generation = 2): Deployment => ({
    ...deployment('shop:v1', 3),
    metadata: { name: 'web', uid: 'd', generation },
    status,
  });
  const owned = (kind: string, name: string, uid: string, owner: string, over: object = {}) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, uid, ownerReferences: [{ uid: owner, kind: 'X', name: owner, controller: true }], ...over },
  });
  const set = owned('ReplicaSet', 'rs', 'r', 'd');
  const deleted = { deletionTimestamp: '2026-01-01T00:00:30Z' };
  const pods = [
    owned('Pod', 'a', 'a', 'r'),
    owned('Pod', 'b', 'b', 'r', deleted),
    { ...owned('Pod', 'c', 'c', 'r', deleted), status: { phase: 'Failed' } },
    owned('Pod', 'x', 'x', 'other', deleted),
  ];
  const draining = (deployment: Deployment): number => summarise(deployment, [set], pods).draining;

  it.each<[string, Deployment['status'], number]>([
    ['as listed if the server does not count them', { observedGeneration: 2, replicas: 3 }, 1],
    ['as counted by the server', { observedGeneration: 2, replicas: 3, terminatingReplicas: 0 }, 0],
    ['as listed if the list has fewer than the count', { observedGeneration: 2, replicas: 3, terminatingReplicas: 4 }, 1],
    ['as listed if the count is of an earlier spec', { observedGeneration: 1, replicas: 3, terminatingReplicas: 0 }, 1],
    ['as listed if the count is from before the deletion', { observedGeneration: 2, replicas: 5, terminatingReplicas: 0 }, 1],
    ['as listed if the Deployment has no status', undefined, 1],
  ])('counts the draining pods of the Deployment %s', (_how, status, expected) => expect(draining(web(status))).toBe(expected));
});
