import type { PlannedPolicy, RunningState } from '@alloy/release';
import { given, happyUntil, meanwhile, policy, type Scenario } from '@alloy/release/testing';
import { subjectOf } from './subject';

const withSteps = (steps: PlannedPolicy['steps']) => meanwhile({ policy: { ...policy, steps } });
const subject = ({ state }: Scenario) => subjectOf(state as RunningState);

describe('the subject of a pause', () => {
  it('is the canary with the pods that it was scaled to', () => {
    expect(subject(given(withSteps([{ setWeight: 50 }, { pause: {} }]), happyUntil('pause')))).toEqual({
      track: 'canary', desired: 3, release: 'R2',
    });
  });

  it('is nothing before the canary has pods', () => {
    expect(subject(given(withSteps([{ pause: {} }, { setWeight: 50 }]), happyUntil('pause')))).toBeUndefined();
  });
});

describe('the subject of a rollout by steps', () => {
  const steps = [{ setWeight: 50 }, { pause: {} }, { analysis: { duration: 5 } }];
  const byRollout = meanwhile({ policy: { ...policy, strategy: 'rollout', rollout: { maxSurge: 1, steps } } });

  it.each(['setPartition', 'pause', 'analyse'] as const)('is the new part of the pods in %s', (kind) =>
    expect(subject(given(byRollout, happyUntil(kind)))).toEqual({ track: 'canary', desired: 3, release: 'R2', isPart: true }));

  it('is the whole workload in the promotion', () =>
    expect(subject(given(byRollout, happyUntil('promote')))).toEqual({ track: 'stable', desired: 5, release: 'R2' }));
});
