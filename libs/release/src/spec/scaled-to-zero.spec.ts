import { given, happyUntil, inspected, meanwhile, requested, type Item } from '../testing';

const idle = inspected({ exists: true, replicas: 0, ready: 0 });
const replicasOf = (...items: readonly Item[]) => {
  const { state } = given(...items);
  return 'plan' in state ? state.plan.steps.flatMap((step) => (step.kind === 'promote' ? [step.replicas] : [])) : [];
};

describe('a workload that is scaled to zero', () => {
  it('keeps its 0 pods if the manifest names no number, and the reason states that nothing was judged', () => {
    const scenario = given(requested({ replicas: null, strategy: 'canary' })).when(idle);
    scenario.thenState({ plan: expect.objectContaining({ strategy: 'rollout', replicas: 0 }) });
    expect(replicasOf(requested({ replicas: null }), idle)).toEqual([0]);
    scenario.when(happyUntil()).thenState({
      status: 'promoted',
      reason: expect.objectContaining({
        text: expect.stringContaining('v2 is the stable version; it was not judged, because the workload has 0 pods'),
      }),
    });
  });

  it('gets the number of pods that the manifest names, also 0', () => {
    expect(replicasOf(requested({ replicas: 3 }), idle)).toEqual([3]);
    expect(replicasOf(requested({ replicas: 0 }), idle)).toEqual([0]);
    given(requested({ replicas: 0 }), idle).when(happyUntil()).thenState({ status: 'promoted' });
  });

  it('starts with one pod if no version was ever promoted, since Alloy itself may have scaled it to zero', () => {
    expect(replicasOf(meanwhile({ stable: null }), requested({ replicas: null }), idle)).toEqual([1]);
  });

  it('starts if Alloy has created it again and not scaled it up yet', () => {
    const unscaled = inspected({ exists: true, replicas: 0, ready: 0, isUnscaled: true });
    expect(replicasOf(requested({ replicas: null }), unscaled)).toEqual([1]);
    expect(replicasOf(requested({ replicas: 3 }), unscaled)).toEqual([3]);
  });

  it('gets one pod by the rules of an earlier plan', () => {
    expect(replicasOf(meanwhile({ rules: 2 }), requested({ replicas: null }), idle)).toEqual([1]);
  });

  it('is named as the reason for a rollout', () => {
    const scenario = given(requested({ replicas: null, strategy: 'canary' })).when(idle);
    const plan = scenario.decisions().find(({ type }) => type === 'ReleasePlanned');
    expect(plan?.data).toMatchObject({ reason: { code: 'first_release', text: expect.stringContaining('scaled to 0 pods') } });
  });
});
