import { isStableScaled, resizedTo, splitFor, splitNow } from '../canary-size';
import { due } from '../due';
import type { AutoscalerPlan, Split } from '../plan';
import type { PlannedPolicy } from '../policy';
import { checkHistory } from '../replay/check-history';
import type { RunningState } from '../state';
import {
  after, applied, canaryScaled, currentOf, given, happyUntil, identity, inspected, meanwhile, passed, policy, promotedBy, ready, requested,
  shifted, stableScaled, type Item, type Scenario,
} from '../testing';

const steps: PlannedPolicy['steps'] = [
  { setWeight: 25 }, { analysis: { duration: 5 } }, { setWeight: 50 }, { pause: {} },
];
const weighted: Item = meanwhile({ policy: { ...policy, steps, traffic: { router: 'gatewayApi' } } });
/** Its metric does not depend on pods: it asks for the pods of the whole traffic. */
const autoscaler: AutoscalerPlan = { kind: 'ScaledObject', name: 'web', max: 40, measures: 'external' };
const own: AutoscalerPlan = { ...autoscaler, measures: 'stablePods' };
const counting: AutoscalerPlan = { ...autoscaler, measures: 'allPods' };
const begun = (scaler: AutoscalerPlan | null, policies: Item = weighted): Scenario =>
  given(policies, requested(), inspected({ replicas: 8, ready: 8, hpa: scaler !== null, ...(scaler && { autoscaler: scaler }) }));
const until = (kind: 'scaleCanary' | 'shiftTraffic' | 'analyse' | 'pause', scaler: AutoscalerPlan | null = autoscaler): Scenario =>
  begun(scaler).given(happyUntil(kind));
const running = ({ state }: Scenario): RunningState => state as RunningState;
const started = (split: Split) => ({ type: 'StepStarted' as const, spec: expect.objectContaining({ split }) });
const resized = (canary: number, stable: number) => ({ type: 'CanaryResized' as const, split: { canary, stable } });

describe('a canary whose stable is scaled by an autoscaler', () => {
  it('gets the pods for its weight during an analysis, which keeps its time and what it has observed', () => {
    const scenario = until('analyse');
    const { ref, startedAt } = currentOf(scenario.state);
    scenario.when(after(3), stableScaled(8, 32)).then(resized(8, 32)).thenState({ current: { ref, startedAt } });
    expect(due(scenario.state).awaits).toEqual(['executor', 'watcher']);
    scenario.when(canaryScaled(8)).then();
    expect(due(scenario.state).awaits).toEqual(['watcher']);
    // 5 s after its start, not after the change.
    scenario.when(after(2), passed()).then('StepCompleted', started({ canary: 16, stable: 32 }));
  });

  it('loses the pods that it needs no more', () => {
    until('pause').when(stableScaled(8, 2)).then(resized(1, 2)).when(canaryScaled(1)).then();
  });

  it('is not ready before it has the new number of pods, if the change comes while it is scaled', () => {
    const scenario = begun(autoscaler).given(applied());
    scenario.when(stableScaled(8, 32)).then(resized(8, 32));
    // Late: of the two pods before.
    scenario.when(canaryScaled(2)).then();
    expect(due(scenario.state).awaits).toContain('executor');
    scenario.when(canaryScaled(8), ready()).then('StepCompleted', started({ canary: 8, stable: 32 }));
  });

  it('gets its traffic only with the new number of pods, if the change comes while the traffic is shifted', () => {
    const scenario = until('shiftTraffic').when(stableScaled(8, 32)).then(resized(8, 32));
    // Late: with one pod.
    scenario.when(shifted()).then();
    expect(due(scenario.state).awaits).toContain('executor');
  });

  it('keeps its pods if the other number of stable pods needs no other', () => {
    const scenario = until('analyse');
    expect([7, 8].map((stable) => isStableScaled(running(scenario), stable))).toEqual([true, false]);
    scenario.when(stableScaled(8, 7)).then();
  });

  it('is not resized while the release is paused, during the promotion, or for a workload without pods', () => {
    const paused = until('pause');
    expect(isStableScaled({ ...running(paused), status: 'paused' } as RunningState, 32)).toBe(false);
    expect(isStableScaled(running(paused), 0)).toBe(false);
    const promoting = until('pause').given(promotedBy('ada', { full: true }));
    expect([promoting.state.status, resizedTo({ ...running(promoting), stablePods: 32, demand: 32 })]).toEqual(['promoting', undefined]);
  });

  it('is decided the same way from its history', () => {
    const { log } = until('analyse').when(stableScaled(8, 32), canaryScaled(8), after(5), passed());
    expect(checkHistory({ identity, log }).deviations).toEqual([]);
  });
});

describe('without an autoscaler', () => {
  it('a canary with a weight of its own follows a user who scales stable, also if its pods stay', () => {
    const scenario = until('analyse', null);
    expect(isStableScaled(running(scenario), 7)).toBe(true);
    scenario.when(stableScaled(8, 32)).then(resized(8, 32));
  });

  it('a canary by pod ratio keeps its pods, because Alloy sets those of stable', () => {
    const scenario = begun(null, meanwhile({ policy: { ...policy, steps } })).given(happyUntil('analyse'));
    expect(isStableScaled(running(scenario), 32)).toBe(false);
    scenario.when(stableScaled(8, 32)).then();
  });
});

describe('an autoscaler that measures only the pods of stable', () => {
  const at = (weight: number, ...sizes: readonly number[]) => {
    const stages = [{ weight, duration: 5 }];
    const policies = meanwhile({ policy: { ...policy, stages, traffic: { router: 'gatewayApi' } } });
    const scenario = begun(own, policies).given(happyUntil('analyse'));
    sizes.reduce((from, to) => (scenario.given(stableScaled(from, to)), to), 8);
    return running(scenario);
  };
  it.each<[string, number, readonly number[], number, number]>([
    ['a scale-in that follows from the shift changes nothing', 75, [5, 2], 8, 6],
    ['a scale-out counts for the share of stable', 75, [2, 4], 16, 12],
    ['a scale-in below the share of stable limits the whole', 50, [2], 4, 2],
    ['the whole is never more than the autoscaler allows', 75, [20], 40, 30],
    ['without traffic stable shows nothing', 99, [1, 5], 8, 8],
  ])('%s: at %d %% after %j', (_, weight, sizes, demand, canary) => {
    const state = at(weight, ...sizes);
    expect([state.demand, splitNow(state)?.canary]).toEqual([demand, canary]);
  });
});

describe('the split of a step', () => {
  const ANALYSE = 3;
  const splitOf = (scaler: AutoscalerPlan, stable: number, stages: PlannedPolicy['stages'] = [{ weight: 50, duration: 5 }]) => {
    const { plan } = running(begun(scaler, meanwhile({ policy: { ...policy, stages } })));
    return splitFor({ plan, stablePods: stable, demand: stable }, ANALYSE);
  };

  it.each([
    [32, { canary: 4, stable: 32 }],
    [8, { canary: 4, stable: 8 }],
    [2, { canary: 1, stable: 2 }],
  ])('follows stable to %d pods only downwards if the autoscaler counts the canary', (stable, expected) => {
    expect(splitOf(counting, stable)).toEqual(expected);
  });

  it('has at least the pods that the stage asks for', () => {
    const canary = (stable: number) => splitOf(autoscaler, stable, [{ weight: 25, replicas: 3, duration: 5 }])?.canary;
    expect([2, 8, 32].map(canary)).toEqual([3, 3, 8]);
  });
});
