import { releasePolicySchema, type PlannedPolicy } from '../policy';
import type { SwitchTraffic } from '../plan';
import { context, inspection, nothingRuns, policy, request, stableV1 } from '../testing';
import { compilePlan } from './compile-plan';

const traffic: SwitchTraffic = {
  service: 'web', canaryService: 'web-preview', label: { name: 'app', value: 'web-canary' }, selector: { app: 'web' },
};
const target = { cluster: 'default', namespace: 'shop' };
type Input = Parameters<typeof compilePlan>[0];
const compiled = (blueGreen: unknown, over: Partial<Input> = {}) =>
  compilePlan({
    request, target, stable: stableV1, rules: 3, inspection: { ...inspection, traffic },
    policy: { ...policy, strategy: 'blueGreen', blueGreen: releasePolicySchema.shape.blueGreen.parse(blueGreen) }, ...over,
  });
const stepsOf = (blueGreen: unknown, over: Partial<Input> = {}) =>
  compiled(blueGreen, over).plan.steps.map((step) => {
    const pods = 'split' in step ? ` ${step.split.canary}+${step.split.stable}` : '';
    return `${step.kind}${pods}${'weight' in step ? ` ${step.weight} %` : ''}${'duration' in step ? ` ${step.duration} s` : ''}`;
  });

describe('a blueGreen release', () => {
  it('without settings has all pods at once, and keeps the old ones for 30 s', () =>
    expect(stepsOf({})).toEqual(['apply', 'scaleCanary 5+5', 'shiftTraffic 5+5 100 %', 'pause 100 % 30 s', 'promote', 'retire']));

  it('has each part that the policy names, in order', () =>
    expect(stepsOf({
      previewReplicas: 2, preSwitchAnalysis: { duration: 10 }, pause: {}, postSwitchAnalysis: { duration: 20 }, scaleDownDelaySeconds: 40,
    })).toEqual([
      'apply', 'scaleCanary 2+5', 'analyse 0 % 10 s', 'pause 0 % null s', 'scaleCanary 5+5', 'shiftTraffic 5+5 100 %', 'analyse 100 % 20 s',
      'pause 100 % 40 s', 'promote', 'retire',
    ]));

  it('says that it does not use the steps of the policy', () => {
    const steps = { ...policy, strategy: 'blueGreen' as const, steps: [{ setWeight: 20 }] };
    expect(compiled({}, { policy: steps }).reason.text).toBe('blueGreen by the policy; the steps of the policy are for canaries');
    expect(compiled({}).reason.text).not.toContain('steps');
  });

  it('without a delay has no pause after the switch', () => expect(stepsOf({ scaleDownDelaySeconds: 0 }).join()).not.toContain('pause'));
  it('waits for a time before the switch', () => expect(stepsOf({ pause: { duration: 60 } })).toContain('pause 0 % 60 s'));
  it('previews no more pods than the workload has', () => expect(stepsOf({ previewReplicas: 9 })[1]).toBe('scaleCanary 5+5'));

  it("switches a preview Service of the user's once its pods are ready", () => {
    const users = { ...inspection, traffic: { ...traffic, previewSelector: { app: 'web' } } };
    const steps = stepsOf({ previewReplicas: 1 }, { inspection: users });
    expect(steps.slice(0, 3)).toEqual(['apply', 'scaleCanary 1+5', 'shiftTraffic 1+5 0 %']);
  });

  it('records the router and its Services in the plan', () =>
    expect(compiled({}).plan).toMatchObject({ strategy: 'blueGreen', router: 'serviceSelector', traffic, replicas: 5 }));
});

describe('its analyses', () => {
  const modes = (blueGreen: unknown, over: Partial<PlannedPolicy> = {}) => {
    const { plan, analysis } = compiled(blueGreen, {
      policy: { ...policy, strategy: 'blueGreen', blueGreen: releasePolicySchema.shape.blueGreen.parse(blueGreen), ...over },
    });
    const steps = plan.steps.flatMap((step) => (step.kind === 'analyse' ? [[step.weight, step.mode, step.modeChosenBy]] : []));
    return { steps, chosen: analysis?.mode };
  };
  const both = { preSwitchAnalysis: { duration: 1 }, postSwitchAnalysis: { duration: 1 } };

  it('judge by health before the switch, because no user reaches the new version, and after it as the policy says', () => {
    expect(modes(both)).toEqual({ steps: [[0, 'health', undefined], [100, 'metrics', 'auto']], chosen: 'metrics' });
    const byHealth = modes(both, { analysis: { ...policy.analysis, mode: 'health' } });
    expect(byHealth.steps).toEqual([[0, 'health', undefined], [100, 'health', undefined]]);
  });
  it('may have modes and limits of their own', () => {
    const before = { duration: 1, mode: 'metrics', minRequests: 7 };
    const own = { preSwitchAnalysis: before, postSwitchAnalysis: { duration: 1, mode: 'health' } };
    expect(modes(own)).toEqual({ steps: [[0, 'metrics', undefined], [100, 'health', undefined]], chosen: undefined });
    const analysis = compiled(own).plan.steps.find(({ kind }) => kind === 'analyse');
    expect(analysis).toMatchObject({ minRequests: 7, maxErrorRate: 0.01, deadline: 2 });
  });
});

describe('the choice of blueGreen', () => {
  it('by one release overrides the policy', () =>
    expect(compiled({}, { request: { ...request, strategy: 'blueGreen' }, policy }).plan.strategy).toBe('blueGreen'));
  it('is a rollout while no stable version runs, and gives back what an earlier release has left switched', () => {
    const first = compiled({}, { inspection: { ...nothingRuns, traffic }, stable: null });
    expect(first.plan).toMatchObject({ strategy: 'rollout', router: 'serviceSelector', traffic });
    expect(first.reason).toMatchObject({ code: 'first_release', text: 'no stable version runs to switch from' });
    expect(compiled({}, { inspection: nothingRuns, stable: null, policy: context.policy }).plan.router).toBe('podRatio');
  });
});
