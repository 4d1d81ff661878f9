import { aboutTarget, releaseTarget } from './release-target';
import { given, inspected, meanwhile, requested, type Item } from './testing';
import type { RunningState } from './state';

const planned = (...before: readonly Item[]) => given(...before, requested(), inspected()).state as RunningState;
const target = { cluster: 'default', namespace: 'shop', workload: 'web' };

describe('the target of a release', () => {
  it('is in each step of its plan', () => {
    const { plan } = planned();
    expect(new Set(plan.steps.map((step) => JSON.stringify(step.target)))).toEqual(new Set([JSON.stringify(target)]));
  });

  it('has the workload of the request if the plan is of an earlier version of Alloy', () => {
    const old = planned(meanwhile({ rules: 2 }));
    expect(old.plan.steps[0]!.target).toEqual({ cluster: 'default', namespace: 'shop' });
    expect(releaseTarget(old)).toEqual(target);
  });

  it('is added to a fact', () =>
    expect(aboutTarget({ type: 'ClusterAccessRegained', data: { decision: 3 } }, target)).toEqual({
      type: 'ClusterAccessRegained',
      data: { decision: 3, target },
    }));
});
