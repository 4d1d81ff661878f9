import type { PlannedPolicy, RunningState } from '@alloy/release';
import { at, planOf, rollingBack, type Scenario } from '../testing/fixtures';
import { routed } from '../testing/routed';
import { second } from '../testing/scenarios';
import { expectedReplicas } from './expected-replicas';

const scenario = second(5);
const { steps } = planOf(scenario);
/** Index of the nth step of a kind. */
const nth = (kind: string, n: number): number => steps.flatMap((step, index) => (step.kind === kind ? [index] : []))[n - 1]!;
const stateAt = (kind: string, n: number, reached: number | null, effectDone = false): RunningState => {
  const state = at(scenario, nth(kind, n), 9);
  return { ...state, weights: { asked: 0, reached }, current: { ...state.current!, effectDone } } as RunningState;
};

describe('expectedReplicas', () => {
  it.each<[string, number, number | null, boolean, { stable: number | null; canary: number | null }]>([
    ['apply', 1, null, false, { stable: null, canary: null }],
    ['scaleCanary', 1, null, false, { stable: null, canary: null }],
    ['scaleCanary', 1, null, true, { stable: null, canary: 1 }],
    ['shiftTraffic', 1, null, true, { stable: null, canary: null }],
    ['analyse', 1, 16.7, false, { stable: 5, canary: 1 }],
    ['scaleCanary', 2, 16.7, false, { stable: 5, canary: null }],
    ['scaleCanary', 2, 16.7, true, { stable: 5, canary: 3 }],
    ['analyse', 2, 50, false, { stable: 3, canary: 3 }],
    // An autoscaler keeps stable at five pods: 3 of 8.
    ['analyse', 2, 37.5, false, { stable: 5, canary: 3 }],
    ['analyse', 3, 83.3, false, { stable: 1, canary: 5 }],
    ['analyse', 3, 50, false, { stable: 5, canary: 5 }],
    ['promote', 1, 83.3, true, { stable: null, canary: null }],
    ['retire', 1, 100, true, { stable: null, canary: null }],
  ])(
    'returns the requested numbers of pods during %s number %d, at a reached weight of %d %% and with the effect done: %s',
    (kind, n, reached, effectDone, expected) => expect(expectedReplicas(stateAt(kind, n, reached, effectDone))).toEqual(expected),
  );

  it('returns the pods that a canary by weights got apart from them, and those of a stable that follows its weight', () => {
    const steps: NonNullable<PlannedPolicy['steps']> = [
      { setCanaryScale: { replicas: 6 } }, { pause: {} }, { setWeight: 20 }, { pause: {} },
      { setCanaryScale: { matchTrafficWeight: true } }, { pause: {} },
    ];
    const expected = (dynamicStableScale: boolean) => {
      const scaled: Scenario = { ...routed(10), policy: { steps, canary: { dynamicStableScale } } };
      return planOf(scaled).steps.flatMap((step, index) => {
        const state = { ...at(scaled, index, 9), weights: { asked: 20, reached: 20 } } as RunningState;
        return step.kind === 'pause' ? [expectedReplicas(state)] : [];
      });
    };
    expect(expected(false)).toEqual([{ stable: null, canary: 6 }, { stable: 10, canary: 6 }, { stable: 10, canary: 2 }]);
    expect(expected(true)).toEqual([{ stable: null, canary: 6 }, { stable: 8, canary: 6 }, { stable: 8, canary: 2 }]);
  });

  it('returns null for both tracks between two steps and in a rollback', () => {
    expect(expectedReplicas({ ...stateAt('analyse', 1, 16.7), current: null } as RunningState)).toEqual({ stable: null, canary: null });
    expect(expectedReplicas(rollingBack(scenario, 'releasing', 9))).toEqual({ stable: null, canary: null });
  });
});
