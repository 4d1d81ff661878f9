import type { Reason, ReasonCode, RunningState, StateOf } from '@alloy/release';
import type { Desired, DesiredOf } from './desired';
import { desiredCluster, withdrawal, type DesiredInput } from './desired-cluster';
import { at, bundleOf, nameHash, planOf, rollingBack, type Scenario } from './testing/fixtures';
import { first, second } from './testing/scenarios';

const [old, incoming] = [bundleOf('v1'), bundleOf('v2')];
const desired = (state: RunningState, over: Partial<DesiredInput> = {}): Desired | null =>
  desiredCluster({ installation: 'alloy', state, bundle: incoming, stable: old, nameHash, ...over });
const stepOf = (scenario: Scenario, kind: string): RunningState =>
  at(
    scenario,
    planOf(scenario).steps.findIndex((step) => step.kind === kind),
    9,
  );
const desiredFor = <K extends Desired['kind']>(kind: K, scenario: Scenario = second(5), over: Partial<DesiredInput> = {}): DesiredOf<K> =>
  desired(stepOf(scenario, kind), over) as DesiredOf<K>;

const reason: Reason = { code: 'inconclusive', rule: 'test', text: 'test', evidence: {} };
const base = {
  owner: { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } },
  namespace: 'shop',
  web: 'web',
  canary: 'web-canary',
  replicas: 5,
};

describe('desiredCluster of a step', () => {
  it.each<[Desired['kind'], object]>([
    ['apply', { revision: { release: 'R2' }, canaryManifest: { metadata: { name: 'web-canary' } } }],
    ['scaleCanary', { pods: 1 }],
    ['shiftTraffic', { router: 'podRatio', weight: 17, split: { canary: 1, stable: 5 }, drainSeconds: 2 }],
    ['promote', { revision: { release: 'R2' }, promoted: 5 }],
    ['retire', { revision: { release: 'R2' }, hadCanary: true }],
  ])('returns the desired state of %s with the fence of its decision', (kind, more) =>
    expect(desiredFor(kind)).toMatchObject({ ...base, kind, ...more }),
  );

  it('returns null during an analysis, during a pause, and between two steps', () => {
    expect(desired(stepOf(second(5), 'analyse'))).toBeNull();
    expect(desired({ ...stepOf(second(5), 'apply'), status: 'paused' } as RunningState)).toBeNull();
    expect(desired({ ...stepOf(second(5), 'apply'), current: null } as RunningState)).toBeNull();
  });

  it('contains no canary for a rollout', () => {
    const rollout: Scenario = { ...second(5), strategy: 'rollout' };
    expect(desiredFor('apply', rollout).canaryManifest).toBeNull();
    expect(desiredFor('retire', rollout).hadCanary).toBe(false);
  });

  it('of retirement waits, unless the step says that it does not', () => {
    const state = stepOf(second(5), 'retire');
    const current = { ...state.current!, spec: { ...state.current!.spec, waits: false } } as RunningState['current'];
    expect([state, { ...state, current } as RunningState].map((one) => (desired(one) as DesiredOf<'retire'>).waits)).toEqual([true, false]);
  });

  it('allows followers the restarts of a start, and three if the policy says none or is one from before this key', () => {
    const allowed = (maxRestarts: RunningState['policy']['maxRestarts']) => {
      const state = stepOf(second(5), 'retire');
      return (desired({ ...state, policy: { ...state.policy, maxRestarts } }) as DesiredOf<'retire'>).followerRestarts;
    };
    expect([{ starting: 5, underTraffic: 0 }, 'none' as const, undefined].map(allowed)).toEqual([5, 3, 3]);
  });

  it('lets the step wait for draining pods for a quarter of its deadline, and no longer', () => {
    expect(desiredFor('shiftTraffic', second(5), { drainIsOver: false }).drainSeconds).toBe(2);
    expect(desiredFor('shiftTraffic', second(5), { drainIsOver: true }).drainSeconds).toBe(0);
  });

  it('of retirement requires the promoted number of pods, and keeps the copies of the new and of the stable version', () => {
    expect(desiredFor('retire', { ...second(5), promoted: 3 })).toMatchObject({ replicas: 3 });
    const kept = (over: Partial<DesiredInput> = {}, scenario = second(5)) =>
      [...desiredFor('retire', scenario, over).keepCopies].map((key) => key.replace(/[0-9a-f]{10}$/, '#')).sort();
    expect(kept()).toEqual(['ConfigMap/settings-#', 'ConfigMap/settings-#', 'Secret/keys-#']);
    expect(kept({ stable: null })).toEqual(['ConfigMap/settings-#', 'Secret/keys-#']);
    expect(kept({}, { ...second(5), stable: null })).toEqual(['ConfigMap/settings-#', 'Secret/keys-#']);
  });

  it('shares all objects of the bundle except the Deployment', () => {
    expect(desiredFor('apply').shared.map(({ object }) => `${object.kind}/${object.metadata.name}`)).toEqual([
      'Service/web',
      'ConfigMap/settings',
      'Secret/keys',
    ]);
  });
});

describe('desiredCluster of a rollback', () => {
  const rollbackFor = (state: RunningState, over: Partial<DesiredInput> = {}): DesiredOf<'rollback'> =>
    desired(state, over) as DesiredOf<'rollback'>;

  it('requires the stable version with the planned number of pods, its shared objects, and only its copies', () => {
    const found = rollbackFor(rollingBack(second(5), 'releasing', 9));
    expect(found).toMatchObject({ ...base, kind: 'rollback', revision: { release: 'R1' }, scaleToZero: false, canaryLast: false });
    expect(found.shared.map(({ object }) => object.kind)).toEqual(['Service', 'ConfigMap', 'Secret']);
    expect(found.keepCopies).toEqual(new Set(found.revision!.copies.map(({ kind, metadata }) => `${kind}/${metadata.name}`)));
  });

  it('keeps the copies that the template of an adopted version reads, although they are of a release', () => {
    const scenario = { ...second(5), stable: { ...second(5).stable!, releaseId: null } };
    const { objects, ...rest } = old;
    const template = desired(rollingBack(second(5), 'releasing', 9)) as DesiredOf<'rollback'>;
    const stable = { ...rest, objects: [template.revision!.asked, ...objects.slice(1)] };
    const found = rollbackFor(rollingBack(scenario, 'releasing', 9), { stable });
    expect(found.revision!.copies).toEqual([]);
    expect([...found.keepCopies].sort()).toEqual([...template.keepCopies].sort());
  });

  it('requires the number of pods that the decision contains', () => {
    const state = rollingBack(second(5), 'releasing', 9);
    const fewer = { ...state, current: { ...state.current!, spec: { ...state.current!.spec, replicas: 3 } } } as RunningState;
    expect(rollbackFor(fewer).replicas).toBe(3);
  });

  it.each([
    ['keep', false],
    ['scaleToZero', true],
  ] as const)('without a stable version follows the policy: %s', (onFirstFailure, scaleToZero) => {
    const state = rollingBack(first(5), 'promoting', 9);
    const found = rollbackFor(
      { ...state, current: { ...state.current!, spec: { ...state.current!.spec, onFirstFailure } } } as RunningState,
      { bundle: old, stable: null },
    );
    expect(found).toMatchObject({ revision: null, shared: [], scaleToZero });
    expect(found.keepCopies.size).toBe(2);
  });

  it('never scales to zero if there is a stable version', () => {
    const state = rollingBack(second(5), 'promoting', 9);
    expect(
      rollbackFor({
        ...state,
        current: { ...state.current!, spec: { ...state.current!.spec, onFirstFailure: 'scaleToZero' } },
      } as RunningState).scaleToZero,
    ).toBe(false);
  });

  it.each<[string, 'releasing' | 'promoting' | 'baking' | 'paused', ReasonCode, Record<string, string>, boolean]>([
    ['fails before promotion', 'releasing', 'progress_deadline', {}, false],
    ['is rolled back from a pause', 'paused', 'aborted', {}, false],
    ['fails from promotion on', 'promoting', 'progress_deadline', {}, true],
    ['fails from promotion on because of a pod of stable', 'promoting', 'crash_loop', { track: 'stable' }, true],
    ['fails after promotion', 'baking', 'progress_deadline', {}, true],
    ['fails from promotion on because of a pod of the canary', 'promoting', 'crash_loop', { track: 'canary' }, false],
    ['fails from promotion on because of the error rate', 'promoting', 'error_rate', {}, false],
  ])('of a release that %s decides whether the canary is removed last', (_, from, code, evidence, canaryLast) => {
    const state = rollingBack(second(5), 'promoting', 9) as StateOf<'rollingBack'>;
    expect(rollbackFor({ ...state, rolledBackFrom: from, rollbackReason: { ...state.rollbackReason, code, evidence } })).toMatchObject({
      canaryLast,
    });
  });

  it.each<[string, ReasonCode, Reason['evidence'], boolean]>([
    ['a pod of the canary', 'crash_loop', { track: 'canary' }, false],
    ['a deadline', 'progress_deadline', {}, true],
  ])('of a release that a user aborts after it was held in its promotion by %s follows that failure', (_, code, evidence, canaryLast) => {
    const state = rollingBack(second(5), 'promoting', 9) as StateOf<'rollingBack'>;
    const rollbackReason: Reason = { ...state.rollbackReason, code: 'aborted', evidence: {} };
    const heldFor: Reason = { ...state.rollbackReason, code, evidence };
    expect(rollbackFor({ ...state, rollbackReason, heldFor })).toMatchObject({ canaryLast });
  });
});

it('desiredCluster of a held release requires nothing', () => {
  const state = stepOf(second(5), 'shiftTraffic');
  const hold = { held: 9, heldAt: state.updatedAt, holdReason: reason, heldFrom: 'releasing' } as const;
  expect(desired({ ...state, ...hold, status: 'held' } as StateOf<'held'>)).toBeNull();
});

describe('withdrawal', () => {
  const stuck = (code: ReasonCode, scenario: Scenario = second(5)): StateOf<'stuck'> => {
    const state = rollingBack(scenario, 'releasing', 9) as StateOf<'rollingBack'>;
    return {
      ...state,
      status: 'stuck',
      rollbackReason: { ...state.rollbackReason, code },
      endedAt: state.updatedAt,
      reason: state.rollbackReason,
    };
  };

  it('follows the failure that held an aborted release', () => {
    const heldFor: Reason = { ...reason, code: 'error_rate' };
    expect(withdrawal('alloy', stuck('aborted'))).toBeNull();
    expect(withdrawal('alloy', { ...stuck('aborted'), heldFor })).not.toBeNull();
  });

  it.each(['error_rate', 'unhealthy', 'crash_loop', 'out_of_memory'] as const)(
    'of a stuck release requires no pods of a canary that is bad: %s',
    (code) => {
      const { request } = stuck(code);
      expect(withdrawal('alloy', stuck(code))).toEqual({
        kind: 'withdraw',
        router: 'podRatio',
        owner: base.owner,
        namespace: 'shop',
        web: request.workload,
        canary: `${request.workload}-canary`,
        replicas: 5,
        stable: 'R1',
      });
    },
  );

  it.each(['progress_deadline', 'aborted', 'superseded', 'inconclusive', 'image_pull'] as const)(
    'returns null for a canary that is not known to be bad: %s',
    (code) => expect(withdrawal('alloy', stuck(code))).toBeNull(),
  );

  it('returns null if there is no stable version, or no rollback is in progress', () => {
    expect(withdrawal('alloy', stuck('error_rate', { ...second(5), stable: null }))).toBeNull();
    expect(withdrawal('alloy', { ...stuck('error_rate'), current: null })).toBeNull();
    expect(withdrawal('alloy', { ...stuck('error_rate'), current: stepOf(second(5), 'promote').current })).toBeNull();
  });
});
