import { releasePolicySchema } from '../policy';
import { inspection, nothingRuns, policy, request, stableV1 } from '../testing';
import { compilePlan } from './compile-plan';

const target = { cluster: 'default', namespace: 'shop' };
type Input = Parameters<typeof compilePlan>[0];
const compiled = (rollout: unknown, over: Partial<Input> = {}) =>
  compilePlan({
    request, target, stable: stableV1, rules: 3, inspection,
    policy: { ...policy, strategy: 'rollout', rollout: releasePolicySchema.shape.rollout.parse(rollout) }, ...over,
  }).plan;
const steps = [
  { setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 30, minRequests: 9 } }, { pause: { duration: 5 } },
];
const kindsOf = (rollout: unknown, over?: Partial<Input>) => compiled(rollout, over).steps.map(({ kind }) => kind);
const inOneGo = ['apply', 'promote', 'retire'];
const partitions = (rollout: unknown, over?: Partial<Input>) =>
  compiled(rollout, over).steps.flatMap((step) =>
    (step.kind === 'setPartition' ? [`${step.split.canary}+${step.split.stable}, ${step.maxUnavailable} missing`] : []));

describe('a rollout', () => {
  it('without settings has the three steps that it always had', () => {
    expect(compiled(undefined).steps).toEqual([
      { kind: 'apply', target, deadline: policy.progressDeadline },
      { kind: 'promote', target, deadline: policy.progressDeadline, replicas: 5 },
      { kind: 'retire', target, deadline: policy.progressDeadline },
    ]);
  });

  it('has the bounds of the policy in its promotion', () =>
    expect(compiled({ maxSurge: '50%', maxUnavailable: 1 }).steps[1]).toMatchObject({
      rollingUpdate: { maxSurge: '50%', maxUnavailable: 1 },
    }));

  it('by steps stops at their weights', () => {
    expect(kindsOf({ steps })).toEqual(['apply', 'setPartition', 'pause', 'setPartition', 'analyse', 'pause', 'promote', 'retire']);
    expect(compiled({ steps }).steps[4]).toMatchObject({ weight: 50, duration: 30, deadline: 60, minRequests: 9 });
    expect(compiled({ steps }).steps[4]).not.toHaveProperty('isWeighted');
  });

  it('has the surge of the policy, or of the manifest, or a quarter of the pods, and at least one', () => {
    expect(partitions({ steps, maxSurge: 1 })).toEqual(['1+5, 0 missing', '3+3, 0 missing']);
    expect(partitions({ steps }, { inspection: { ...inspection, maxSurge: 0 } })).toEqual(['1+5, 0 missing', '3+3, 0 missing']);
    expect(partitions({ steps }, { inspection: { ...inspection, maxSurge: '60%' } })).toEqual(['2+5, 0 missing', '4+4, 0 missing']);
    expect(partitions({ steps })).toEqual(['1+5, 0 missing', '4+3, 0 missing']);
    expect(partitions({ steps, maxSurge: 0, maxUnavailable: '10%' })).toEqual(['1+4, 1 missing', '3+2, 1 missing']);
  });

  it.each<[string, Partial<Input>]>([
    ['a first release', { stable: null, inspection: nothingRuns }],
    ['a workload without pods', { inspection: { ...inspection, replicas: 0 } }],
    ['an emergency', { request: { ...request, emergency: true } }],
    ['a rollback by a user', { request: { ...request, strategy: 'rollout', rollbackOf: 'R0' } }],
    ['the preset AllAtOnce', { request: { ...request, strategy: 'AllAtOnce' } }],
  ])('does not stop in %s', (_, over) => expect(kindsOf({ steps }, over)).toEqual(inOneGo));

  it('has no bounds of the policy in an emergency', () =>
    expect(compiled({ maxUnavailable: 2 }, { request: { ...request, emergency: true } }).steps[1]).not.toHaveProperty('rollingUpdate'));

  it('leaves its settings to rollouts', () =>
    expect(kindsOf({ steps }, { request: { ...request, strategy: 'canary' }, inspection: { ...inspection } })).toContain('scaleCanary'));
});

