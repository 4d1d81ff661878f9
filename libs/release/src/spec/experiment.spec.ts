import { checkHistory } from '../replay/check-history';
import type { PlannedPolicy } from '../policy';
import { canaryStepsSchema } from '../policy-steps';
import type { EventOf } from '../events';
import {
  after, baselineScaled, given, happyUntil, identity, inspected, meanwhile, passed, policy, requested, shifted, stableScaled, verdict,
} from '../testing';

type Verdict = EventOf<'VerdictReached'>;

const steps = [{ setWeight: 50 }, { experiment: { duration: 20, minRequests: 100 } }];
const by = (over: Partial<PlannedPolicy> = {}) => meanwhile({ policy: { ...policy, steps, ...over } });
const autoscaler = { kind: 'ScaledObject', name: 'web', max: 40, measures: 'external' } as const;
const scaled = { hpa: true, autoscaler };
const planOf = (over: Partial<PlannedPolicy> = {}) => {
  const { state } = given(by(over), requested(), inspected());
  if (!('plan' in state)) throw new Error(`no plan in ${state.status}`);
  return state.plan.steps;
};
const faults = (written: unknown): readonly string[] =>
  (canaryStepsSchema.safeParse(written).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('an experiment', () => {
  it('starts as many baseline pods as the canary has, compares both at the weight of the canary, and removes the baseline', () => {
    const [, , , ...found] = planOf();
    expect(found.map(({ kind }) => kind)).toEqual(['scaleBaseline', 'analyse', 'scaleBaseline', 'promote', 'retire']);
    expect(found).toMatchObject([
      { replicas: 3 }, { baseline: true, weight: 50, duration: 20, deadline: 40, minRequests: 100, mode: 'metrics' }, { replicas: 0 },
      {}, {},
    ]);
  });

  it('of health alone has nothing to compare, and starts no baseline', () =>
    expect(planOf({ analysis: { ...policy.analysis, mode: 'health' } }).map(({ kind }) => kind)).toEqual([
      'apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire',
    ]));

  it('ends with its baseline removed, and the release is promoted', () => {
    const scenario = given(by(), happyUntil());
    expect(scenario.state.status).toBe('promoted');
    const texts = scenario.log.flatMap((event) => (event.type === 'StepCompleted' ? [event.data.reason.text] : []));
    expect(texts).toEqual(expect.arrayContaining(['3 ready pods of the baseline', 'the baseline is removed']));
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });

  it.each([[99, false], [100, true]])('with %d requests of the baseline, where 100 are required, ends: %s', (baselineRequests, ends) => {
    const numbers = { ...(verdict()(given(by(), happyUntil('analyse')).state) as Verdict).data.numbers, baselineRequests };
    const codes = ends ? (['StepCompleted', 'StepStarted'] as const) : [];
    given(by(), happyUntil('analyse')).when(after(20), verdict({ numbers })).then(...codes);
  });

  it('starts with as many pods as the canary has been given since the plan', () => {
    const scenario = given(by(), requested(), inspected(scaled), happyUntil('shiftTraffic'));
    scenario.when(stableScaled(5, 8)).then({ type: 'CanaryResized', split: { canary: 4, stable: 8 } });
    scenario.when({ ...shifted(50)(scenario.state), data: { ...shifted(50)(scenario.state).data, canaryReady: 4 } } as never)
      .then('StepCompleted', { type: 'StepStarted', spec: expect.objectContaining({ kind: 'scaleBaseline', replicas: 4 }) });
  });

  it('keeps the pods of the canary while stable is scaled, and the next step sizes it', () => {
    const scenario = given(by({ steps: [...steps, { pause: {} }] }), requested(), inspected(scaled), happyUntil('analyse'));
    scenario.when(stableScaled(5, 8)).then();
    scenario.when(after(20), passed()).then('StepCompleted', 'StepStarted');
    scenario.when(baselineScaled()).then('StepCompleted', 'StepStarted', { type: 'CanaryResized', split: { canary: 4, stable: 8 } });
  });
});

it.each<[string, unknown, string]>([
  [
    'before the first weight', [{ experiment: { duration: 5 } }, { setWeight: 50 }],
    '0.experiment: Before the first setWeight the canary gets no requests to compare.',
  ],
  [
    'with a deadline before its end', [{ setWeight: 50 }, { experiment: { duration: 5, deadline: 4 } }],
    '1.experiment: deadline must not be shorter than duration',
  ],
  ['beside another key', [{ setWeight: 50, experiment: { duration: 5 } }], expect.stringMatching(/^0: A step has exactly one/) as unknown as string],
])('an experiment %s is refused', (_name, written, text) => expect(faults(written)).toContainEqual(text));
