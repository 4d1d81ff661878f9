import { ClusterError, desiredCluster, perform, type ClusterErrorCode, type Desired, type Write } from '@alloy/cluster';
import { at, bundleOf, nameHash, planOf, Rig, rollingBack, second, upTo, withExperiment, withStable } from '@alloy/cluster/testing';
import type { RunningState } from '@alloy/release';
import { UnansweredCreations, type UnansweredCreationsOptions } from './unanswered-creations';

/** v1 runs; the executor of v2 is about to create the canary at its first step. */
async function world(replicas = 3, cluster?: Rig) {
  const rig = await withStable(replicas);
  const [bundle, stable] = [bundleOf('v2'), bundleOf('v1')];
  const desire = (state: RunningState): Desired => desiredCluster({ installation: 'alloy', state, bundle, stable, nameHash })!;
  const applying = at(second(replicas), 0, 2);
  let next = await rig.ask(applying, bundle, stable);
  const createsCanary = (write: Write): boolean => write.verb === 'create' && write.object.kind === 'Deployment';
  for (; next.kind === 'write' && !createsCanary(next.write); next = await rig.ask(applying, bundle, stable)) await rig.perform(next.write);
  if (next.kind !== 'write') throw new Error('the step creates no canary');
  const clock = { ms: 0 };
  const log = { state: applying as { readonly status: string } };
  const onError = jest.fn();
  const load = async (): Promise<unknown> => ({ state: log.state, events: [], now: 0 });
  const ports = { cluster: (cluster ?? rig).cluster, log: { load }, onError, now: () => clock.ms };
  const options = ports as unknown as UnansweredCreationsOptions;
  const unanswered = new UnansweredCreations(options);
  const { write } = next;
  return { rig, clock, log, onError, unanswered, write, desired: desire(applying), rolledBack: {
    ...applying, status: 'rolledBack',
  }, desire };
}

const canaryRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web-canary' };
const canaryOf = (rig: Rig): unknown => rig.cluster.find('Deployment', 'web-canary');
const lost = new ClusterError('unreachable', 'POST /apis/apps/v1/namespaces/shop/deployments: timed out');

describe('UnansweredCreations', () => {
  it('deletes a canary that the API server creates after the rollback, even if earlier checks found none', async () => {
    const { rig, clock, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, lost);
    log.state = rolledBack;
    for (clock.ms = 0; clock.ms < 60_000; clock.ms += 5_000) await unanswered.check();
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeUndefined();
  });

  it.each<[ClusterErrorCode, 'deletes' | 'keeps']>([
    ['unreachable', 'deletes'], ['server_error', 'deletes'], ['conflict', 'keeps'], ['already_exists', 'keeps'],
    ['forbidden', 'keeps'], ['too_many_requests', 'keeps'],
  ])('after the error %s of the creation, a check %s the canary', async (code, outcome) => {
    const { rig, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, new ClusterError(code, 'no'));
    log.state = rolledBack;
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig) === undefined).toBe(outcome === 'deletes');
  });

  it('keeps the canary while the release is in progress', async () => {
    const { rig, unanswered, desired, write } = await world();
    unanswered.note('R2', desired, write, lost);
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('keeps the canary if a newer decision has fenced it', async () => {
    const { rig, log, unanswered, desired, write, rolledBack, desire } = await world();
    unanswered.note('R2', desired, write, lost);
    await perform(rig.cluster, write);
    const { owner } = desire(rollingBack(second(3), 'releasing', 9));
    const { metadata } = canaryOf(rig) as { readonly metadata: { readonly resourceVersion: string } };
    await perform(rig.cluster, { verb: 'fence', ref: canaryRef, resourceVersion: metadata.resourceVersion, owner });
    log.state = rolledBack;
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('forgets a creation once the API server can no longer execute it', async () => {
    const { rig, clock, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, lost);
    log.state = rolledBack;
    clock.ms = 90_000;
    await unanswered.check();
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('repeats a check until it succeeds, and reports each failure', async () => {
    const { rig, clock, log, onError, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, lost);
    log.state = rolledBack;
    clock.ms = 100_000;
    const remove = jest.spyOn(rig.cluster, 'delete').mockRejectedValueOnce(lost);
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(onError.mock.calls).toEqual([[lost, 'R2']]);
    await unanswered.check();
    expect(remove).toHaveBeenCalledTimes(2);
    expect(canaryOf(rig)).toBeUndefined();
  });
});

it('ignores a write that creates no canary', async () => {
  const { rig, log, unanswered, desired, write, rolledBack } = await world();
  unanswered.note('R2', desired, { verb: 'scale', ref: canaryRef, replicas: 1, resourceVersion: '1' } as Write, lost);
  log.state = rolledBack;
  await perform(rig.cluster, write);
  await unanswered.check();
  expect(canaryOf(rig)).toBeDefined();
});

it('deletes a baseline that the API server creates after the rollback', async () => {
  const rig = await withStable(3);
  const scenario = withExperiment(3);
  const index = planOf(scenario).steps.findIndex(({ kind }) => kind === 'scaleBaseline');
  await upTo(rig, 3, index, scenario);
  const state = at(scenario, index, 9);
  const next = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
  if (next.kind !== 'write') throw new Error('the step creates no baseline');
  const { unanswered, log, rolledBack, clock } = await world(3, rig);
  const desired = desiredCluster({ installation: 'alloy', state, bundle: bundleOf('v2'), stable: bundleOf('v1'), nameHash })!;
  unanswered.note('R2', desired, next.write, lost);
  log.state = rolledBack;
  await perform(rig.cluster, next.write);
  clock.ms = 5_000;
  await unanswered.check();
  expect(['web-baseline', 'web-canary'].map((name) => rig.cluster.find('Deployment', name) !== undefined)).toEqual([false, true]);
});
