import { ClusterError, desiredCluster, perform, type ClusterErrorCode, type Desired, type Write } from '@alloy/cluster';
import { at, bundleOf, nameHash, Rig, rollingBack, second, withStable } from '@alloy/cluster/testing';
import type { RunningState } from '@alloy/release';
import { UnansweredCreations, type UnansweredCreationsOptions } from './unanswered-creations';

/** v1 runs; the executor of v2 is about to create the canary at its first step. */
async function world(replicas = 3) {
  const rig = await withStable(replicas);
  const [bundle, stable] = [bundleOf('v2'), bundleOf('v1')];
  const desire = (state: RunningState): Desired => desiredCluster({ installation: 'alloy', state, bundle, stable, nameHash })!;
  const applying = at(second(replicas), 0, 2);
  let next = await rig.ask(applying, bundle, stable);
  for (; next.kind === 'write' && next.write.verb !== 'create'; next = await rig.ask(applying, bundle, stable)) await rig.perform(next.write);
  for (; next.kind === 'write' && !(next.write.verb === 'create' && next.write.object.kind === 'Deployment'); next = await rig.ask(applying, bundle, stable)) await rig.perform(next.write);
  if (next.kind !== 'write') throw new Error('the step creates no canary');
  const clock = { ms: 0 };
  const log = { state: applying as { readonly status: string } };
  const onError = jest.fn();
  const unanswered = new UnansweredCreations({ cluster: rig.cluster, log: { load: async () => ({ state: log.state, events: [], now: 0 }) }, onError, now: () => clock.ms } as unknown as UnansweredCreationsOptions);
  const { write } = next;
  return { rig, clock, log, onError, unanswered, write, desired: desire(applying), rolledBack: { ...applying, status: 'rolledBack' }, desire };
}

const canaryOf = (rig: Rig): unknown => rig.cluster.find('Deployment', 'web-canary');
const lost = new ClusterError('unreachable', 'POST /apis/apps/v1/namespaces/shop/deployments: timed out');

describe('a creation of a canary whose answer did not come', () => {
  it('is undone if it is carried out after the rollback, however many looks have found nothing before', async () => {
    const { rig, clock, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, lost);
    log.state = rolledBack;
    for (clock.ms = 0; clock.ms < 60_000; clock.ms += 5_000) await unanswered.check();
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeUndefined();
  });

  it.each(['unreachable', 'server_error'] as const)('may be carried out after %s', async (code) => {
    const { rig, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, new ClusterError(code, 'no answer'));
    log.state = rolledBack;
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeUndefined();
  });

  it.each<ClusterErrorCode>(['conflict', 'already_exists', 'forbidden', 'too_many_requests'])('is not carried out after %s', async (code) => {
    const { rig, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, new ClusterError(code, 'no'));
    log.state = rolledBack;
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('is left alone while the release is carried out', async () => {
    const { rig, unanswered, desired, write } = await world();
    unanswered.note('R2', desired, write, lost);
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('is left alone once somebody has marked the canary under a newer decision', async () => {
    const { rig, log, unanswered, desired, write, rolledBack, desire } = await world();
    unanswered.note('R2', desired, write, lost);
    await perform(rig.cluster, write);
    const { owner } = desire(rollingBack(second(3), 'releasing', 9));
    const { metadata } = canaryOf(rig) as { readonly metadata: { readonly resourceVersion: string } };
    await perform(rig.cluster, { verb: 'fence', ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web-canary' }, resourceVersion: metadata.resourceVersion, owner });
    log.state = rolledBack;
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('is forgotten once an API server carries out no request as old', async () => {
    const { rig, clock, log, unanswered, desired, write, rolledBack } = await world();
    unanswered.note('R2', desired, write, lost);
    log.state = rolledBack;
    clock.ms = 90_000;
    await unanswered.check();
    await perform(rig.cluster, write);
    await unanswered.check();
    expect(canaryOf(rig)).toBeDefined();
  });

  it('is looked for until a look succeeds, and each failure is reported', async () => {
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

it('another write is none', async () => {
  const { rig, log, unanswered, desired, write, rolledBack } = await world();
  unanswered.note('R2', desired, { verb: 'scale', ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web-canary' }, replicas: 1, resourceVersion: '1' } as Write, lost);
  log.state = rolledBack;
  await perform(rig.cluster, write);
  await unanswered.check();
  expect(canaryOf(rig)).toBeDefined();
});
