import fc from 'fast-check';
import { checkHistory } from '../replay/check-history';
import type { Step } from '../plan';
import { releasePolicySchema, type PlannedPolicy } from '../policy';
import type { RequestedStrategy } from '../plan';
import { canaryStepsSchema } from '../policy-steps';
import { given, happyUntil, identity, inspected, meanwhile, nothingRuns, policy, requested } from '../testing';
import type { Scenario } from '../testing';

const withSteps = (steps: PlannedPolicy['steps']) => meanwhile({ policy: { ...policy, steps } });
const planned = (scenario: Scenario): readonly Step[] => {
  const { state } = scenario;
  if (!('plan' in state)) throw new Error(`no plan in ${state.status}`);
  return state.plan.steps;
};
const outline = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) => {
    switch (step.kind) {
      case 'scaleCanary':
        return `scale ${step.split.canary}+${step.split.stable}`;
      case 'shiftTraffic':
        return `shift ${step.weight}`;
      case 'analyse':
        return `analyse ${step.weight} for ${step.duration} until ${step.deadline}`;
      case 'pause':
        return `pause ${step.weight} for ${step.duration}`;
      default:
        return step.kind;
    }
  });
const planOf = (steps: PlannedPolicy['steps']) => outline(planned(given(withSteps(steps), requested(), inspected())));
const requestedAs = (strategy: RequestedStrategy, over: Partial<PlannedPolicy> = {}) =>
  given(meanwhile({ policy: { ...policy, ...over } }), requested({ strategy }), inspected());

describe('the steps of a policy', () => {
  it('compile in their order: capacity before traffic, pauses and analyses at the weight that was set', () => {
    const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 5 } }, { pause: { duration: 30 } }];
    expect(planOf(steps)).toEqual([
      'apply', 'scale 1+5', 'shift 20', 'pause 20 for null', 'scale 3+3', 'shift 50', 'analyse 50 for 5 until 10',
      'pause 50 for 30', 'promote', 'retire',
    ]);
  });

  it('replace the stages', () => expect(planOf(undefined)).toContain('shift 17'));

  it('may begin with a pause, before the canary has pods', () => {
    expect(planOf([{ pause: { duration: 1 } }, { setWeight: 50 }]).slice(0, 3)).toEqual(['apply', 'pause 0 for 1', 'scale 3+3']);
  });

  it('have analyses with their own limits', () => {
    const analysis = { duration: 5, deadline: 7, minRequests: 9, maxErrorRate: 0.2 };
    const scenario = given(withSteps([{ setWeight: 50 }, { analysis }]), requested(), inspected());
    expect(planned(scenario).find(({ kind }) => kind === 'analyse')).toMatchObject({
      duration: 5, deadline: 7, minRequests: 9, maxErrorRate: 0.2, maxErrorRateIncrease: policy.analysis.maxErrorRateIncrease,
    });
  });

  describe('with a router that has weights', () => {
    const pods = (steps: PlannedPolicy['steps'], replicas = 10, canary: PlannedPolicy['canary'] = undefined) => {
      const over = { steps, canary, traffic: { router: 'gatewayApi' as const } };
      const known = meanwhile({ policy: { ...policy, ...over } });
      const scenario = given(known, requested({ replicas }), inspected({ replicas, ready: replicas }));
      return outline(planned(scenario)).slice(1, -2);
    };

    it.each<[string, NonNullable<PlannedPolicy['steps']>, readonly string[]]>([
      ['before it has traffic', [{ setCanaryScale: { replicas: 3 } }, { pause: {} }, { setWeight: 20 }],
        ['scale 3+10', 'pause 0 for null', 'scale 3+10', 'shift 20']],
      ['to a part of the pods of the workload, rounded up', [{ setWeight: 5 }, { setCanaryScale: { weight: 25 } }],
        ['scale 1+10', 'shift 5', 'scale 3+10']],
      ['to at least the pods that its weight needs', [{ setCanaryScale: { replicas: 2 } }, { setWeight: 50 }],
        ['scale 2+10', 'scale 5+10', 'shift 50']],
      ['for the weights that follow', [{ setCanaryScale: { replicas: 6 } }, { setWeight: 10 }, { setWeight: 70 }],
        ['scale 6+10', 'scale 6+10', 'shift 10', 'scale 7+10', 'shift 70']],
      ['down to its weight', [{ setCanaryScale: { replicas: 6 } }, { setWeight: 10 }, { setCanaryScale: { matchTrafficWeight: true } }],
        ['scale 6+10', 'scale 6+10', 'shift 10', 'scale 1+10']],
      ['down to its first weight after the traffic', [
        { setCanaryScale: { replicas: 6 } }, { setCanaryScale: { matchTrafficWeight: true } }, { setWeight: 10 },
        { analysis: { duration: 5 } },
      ], ['scale 6+10', 'scale 6+10', 'shift 10', 'scale 1+10', 'analyse 10 for 5 until 10']],
    ])('scale the canary %s', (_, steps, expected) => expect(pods(steps)).toEqual(expected));

    it('leave stable the pods that its weight needs, with dynamicStableScale', () => {
      const steps = [{ setWeight: 7 }, { setCanaryScale: { replicas: 4 } }, { setWeight: 50 }, { setWeight: 100 }];
      const canary = { dynamicStableScale: true };
      expect(pods(steps, 10, canary)).toEqual([
        'scale 1+10', 'shift 7', 'scale 4+10', 'scale 5+5', 'shift 50', 'scale 10+1', 'shift 100',
      ]);
    });

    it('scale nothing that has nothing to match', () =>
      expect(pods([{ setCanaryScale: { matchTrafficWeight: true } }, { setWeight: 50 }])).toEqual(['scale 5+10', 'shift 50']));
  });

  it('do not apply to a first release', () => {
    const scenario = given(withSteps([{ setWeight: 50 }]), meanwhile({ stable: null }), requested(), inspected(nothingRuns));
    expect(outline(planned(scenario))).toEqual(['apply', 'promote', 'retire']);
  });

  it('without an analysis promote without a judgement, and the reason states it', () => {
    const scenario = given(withSteps([{ setWeight: 50 }]), happyUntil());
    scenario.thenState({ status: 'promoted' });
    expect(scenario.log.find(({ type }) => type === 'PromotionDecided')).toMatchObject({
      data: { reason: { text: 'the steps have no analysis: only the health of the pods was observed', evidence: { analyses: 0 } } },
    });
  });

  it('never lower the weight, and end with the promotion, whatever they are', () => {
    fc.assert(fc.property(stepLists, fc.integer({ min: 1, max: 50 }), (steps, replicas) => {
      const scenario = given(withSteps(steps), requested({ replicas }), inspected({ replicas, ready: replicas }));
      const plan = planned(scenario);
      const weights = plan.flatMap((step) => (step.kind === 'shiftTraffic' ? [step.weight] : []));
      expect(weights).toEqual([...weights].sort((a, b) => a - b));
      expect(plan.slice(-2).map(({ kind }) => kind)).toEqual(['promote', 'retire']);
      for (const step of plan) if ('split' in step) expect(step.split.canary + step.split.stable).toBeGreaterThanOrEqual(replicas);
    }), { numRuns: 300 });
  });

  it('are decided again as recorded', () => {
    const scenario = given(withSteps([{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: 30 } }]), happyUntil());
    scenario.thenState({ status: 'promoted' });
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });
});

const stepLists = fc
  .array(fc.oneof(
    fc.integer({ min: 1, max: 100 }).map((setWeight) => ({ setWeight })),
    fc
      .option(fc.integer({ min: 1, max: 60 }), { nil: undefined })
      .map((duration) => ({ pause: duration === undefined ? {} : { duration } })),
    fc.integer({ min: 1, max: 60 }).map((duration) => ({ analysis: { duration } })),
  ), { minLength: 1, maxLength: 12 })
  .filter((steps) => canaryStepsSchema.safeParse(steps).success);

describe('a list of steps', () => {
  const faults = (steps: unknown): ReadonlyArray<readonly [string, string]> =>
    (releasePolicySchema.safeParse({ steps }).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);

  it.each<[string, unknown, string, RegExp]>([
    ['weights that fall', [{ setWeight: 50 }, { setWeight: 20 }], 'steps.1.setWeight', /must not decrease/],
    ['a weight above 100', [{ setWeight: 101 }], 'steps.0.setWeight', /100/],
    ['a weight of 0', [{ setWeight: 0 }], 'steps.0.setWeight', /0/],
    ['a weight that is no number', [{ setWeight: NaN }], 'steps.0.setWeight', /NaN/],
    ['an infinite weight', [{ setWeight: Infinity }], 'steps.0.setWeight', /./],
    ['no steps', [], 'steps', /no steps/],
    ['no weight', [{ pause: {} }], 'steps', /No step sets a weight/],
    ['an analysis before the first weight', [{ analysis: { duration: 5 } }, { setWeight: 5 }], 'steps.0', /no requests/],
    ['a step with two keys', [{ setWeight: 5, pause: {} }], 'steps.0', /exactly one/],
    ['an empty step', [{ setWeight: 5 }, {}], 'steps.1', /exactly one/],
    ['an unknown step', [{ setWieght: 5 }], 'steps.0', /setWieght/],
    ['a deadline before the end of the analysis', [{ setWeight: 5 }, { analysis: { duration: 5, deadline: 4 } }], 'steps.1.analysis', /shorter/],
    ['a canary of 0 pods', [{ setCanaryScale: { replicas: 0 } }, { setWeight: 5 }], 'steps.0.setCanaryScale.replicas', /1/],
    ['half a canary pod', [{ setCanaryScale: { replicas: 1.5 } }, { setWeight: 5 }], 'steps.0.setCanaryScale.replicas', /int/],
    ['a canary larger than stable', [{ setCanaryScale: { weight: 101 } }, { setWeight: 5 }], 'steps.0.setCanaryScale.weight', /100/],
    ['a scale with two keys', [{ setCanaryScale: { weight: 1, replicas: 1 } }, { setWeight: 5 }], 'steps.0.setCanaryScale', /exactly one/],
    ['a scale without a key', [{ setCanaryScale: {} }, { setWeight: 5 }], 'steps.0.setCanaryScale', /exactly one/],
    [
      'a scale that matches no traffic', [{ setCanaryScale: { matchTrafficWeight: false } }, { setWeight: 5 }],
      'steps.0.setCanaryScale.matchTrafficWeight', /true/,
    ],
    ['a pause of 0 seconds', [{ setWeight: 5 }, { pause: { duration: 0 } }], 'steps.1.pause.duration', /1/],
  ])('is refused for %s', (_what, steps, path, message) => {
    expect(faults(steps)).toContainEqual([path, expect.stringMatching(message)]);
  });

  it('is accepted with equal weights', () => expect(faults([{ setWeight: 50 }, { pause: {} }, { setWeight: 50 }])).toEqual([]));
});

describe('a preset', () => {
  const weights = (strategy: RequestedStrategy) =>
    planned(requestedAs(strategy)).flatMap((step) => (step.kind === 'analyse' ? [`${step.weight} for ${step.duration}`] : []));

  it.each<[RequestedStrategy, readonly string[]]>([
    ['Linear25PercentEvery3Minutes', ['25 for 180', '50 for 180', '75 for 180']],
    ['Linear40PercentEvery1Minutes', ['40 for 60', '80 for 60']],
    ['Linear99PercentEvery10Minutes', ['99 for 600']],
    ['Canary10Percent5Minutes', ['10 for 300']],
    ['Linear50PercentEvery1Minute', ['50 for 60']],
    ['CodeDeployDefault.ECSLinear40PercentEvery3Minutes', ['40 for 180', '80 for 180']],
    ['CodeDeployDefault.LambdaCanary10Percent5Minutes', ['10 for 300']],
  ])('%s analyses at %j, and then promotes', (strategy, expected) => expect(weights(strategy)).toEqual(expected));

  it('AllAtOnce is a rollout', () => expect(outline(planned(requestedAs('AllAtOnce')))).toEqual(['apply', 'promote', 'retire']));

  it.each([
    'Linear0PercentEvery1Minutes', 'Linear100PercentEvery1Minutes', 'Canary10Percent0Minutes', 'Canary10Percent',
    'linear10PercentEvery1Minutes', 'xAllAtOnce', 'OneAtATime', 'CodeDeployDefault.Canary10Percent',
  ])('%s is none', (strategy) => expect(releasePolicySchema.safeParse({ strategy }).success).toBe(false));

  it('of the policy applies to a release that requests auto, and the reason names it', () => {
    const scenario = requestedAs('auto', { strategy: 'Canary10Percent5Minutes' });
    expect(outline(planned(scenario))).toContain('analyse 10 for 300 until 600');
    expect(scenario.log.find(({ type }) => type === 'ReleasePlanned')).toMatchObject({
      data: {
        plan: { strategy: 'canary' },
        reason: { code: 'asked_for', rule: 'policy.strategy', text: 'Canary10Percent5Minutes by the policy' },
      },
    });
  });

  it('of the policy gives way to the strategy that a release requests', () => {
    expect(outline(planned(requestedAs('rollout', { strategy: 'Canary10Percent5Minutes' })))).toEqual(['apply', 'promote', 'retire']);
  });

  it('replaces the steps of the policy', () => {
    const scenario = requestedAs('Canary10Percent5Minutes', { steps: [{ setWeight: 50 }, { pause: {} }] });
    expect(outline(planned(scenario))).toEqual(['apply', 'scale 1+5', 'shift 10', 'analyse 10 for 300 until 600', 'promote', 'retire']);
  });

  it('is a rollout while nothing runs', () => {
    const scenario = given(meanwhile({ stable: null }), requested({ strategy: 'Canary10Percent5Minutes' }), inspected(nothingRuns));
    expect(outline(planned(scenario))).toEqual(['apply', 'promote', 'retire']);
  });
});
