import type { Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { PlannedState } from '@alloy/release';
import { degraded, given, happyUntil, meanwhile, pausedBy, policy, type Item } from '@alloy/release/testing';
import type { Workloads } from '../cluster-reader';
import { tracksOf } from './tracks-of';

const by = (rollout: object) => meanwhile({ policy: { ...policy, strategy: 'rollout', rollout, onFail: 'hold' } });
const whole = { stable: ['old', 'adopted', 'new'], canary: [] };
const steps = { steps: [{ setWeight: 50 }, { pause: {} }] };
const pod = (name: string, release?: string): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: release === undefined ? {} : { 'alloy.dev/release': release } } });
const web = { metadata: { name: 'web' } } as unknown as Deployment;

function names(rollout: object, ...items: readonly Item[]): Readonly<Record<string, readonly string[]>> {
  const state = given(by(rollout), ...items).state as PlannedState;
  const pods = [pod('old', 'R0'), pod('adopted'), pod('new', state.releaseId)];
  const workloads: Workloads = { stable: { deployment: web, pods }, canary: { deployment: undefined, pods: [] } };
  const { stable, canary } = tracksOf(state, workloads);
  return { stable: stable.pods.map(({ metadata }) => metadata.name), canary: canary.pods.map(({ metadata }) => metadata.name) };
}

describe('the tracks of a rollout', () => {
  it.each(['setPartition', 'pause'] as const)('by steps are its new and its old pods in %s', (kind) =>
    expect(names(steps, happyUntil(kind))).toEqual({ stable: ['old', 'adopted'], canary: ['new'] }));
  it.each(['promote', 'retire'] as const)('are the Deployments in %s', (kind) =>
    expect(names(steps, happyUntil(kind))).toEqual(whole));
  it('are the Deployments in a rollback', () => {
    const rollBack = meanwhile({ policy: { ...policy, strategy: 'rollout', rollout: steps } });
    expect(names(steps, rollBack, happyUntil('setPartition'), degraded('CrashLoopBackOff'))).toEqual(whole);
  });
  it('stay apart while a failure holds the release, but not if it failed in the promotion', () => {
    expect(names(steps, happyUntil('pause'), degraded('CrashLoopBackOff'))).toEqual({ stable: ['old', 'adopted'], canary: ['new'] });
    expect(names(steps, happyUntil('promote'), degraded('CrashLoopBackOff'))).toEqual(whole);
  });
  it('stay apart while a user has paused the release', () =>
    expect(names(steps, happyUntil('setPartition'), pausedBy('ann'))).toEqual({ stable: ['old', 'adopted'], canary: ['new'] }));
  it('without steps are the Deployments', () =>
    expect(names({ maxSurge: 1 }, happyUntil('promote'))).toEqual(whole));
  it('are those of a canary if the release has one', () =>
    expect(names({}, meanwhile({ policy }), happyUntil('analyse'))).toEqual(whole));
});
