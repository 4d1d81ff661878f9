import type { Payloads, Reason, ReleaseEvent, ReleaseEventType } from '../events';
import { evolve } from '../evolve';
import { endedStatuses, isEnded, isRunning, isTimed, isUnplanned, runningStatuses, unplannedStatuses } from '../guards';
import { initialState } from '../initial-state';
import type { Recorded, State, Status } from '../state';
import {
  abortedBy, after, degraded, failed, given, happyUntil, identity, inspected, meanwhile, pausedBy, policy, requested, Scenario,
  shifted, stableV1, START, waiter,
} from '../testing';
import { adoptedV0, inspection, request } from '../testing/fixtures';

const behind = meanwhile({ slot: { holder: 'R1', counter: 1 } });
const undecided = (): State => {
  const scenario = new Scenario();
  scenario.apply(requested());
  return scenario.state;
};

const holding = meanwhile({ policy: { ...policy, onFail: 'hold' } });
const scalingDown = meanwhile({ policy: { ...policy, onFail: 'scaleDownCanary' } });

/** A state of each status. */
const states: Readonly<Record<Status, State>> = {
  none: initialState(identity),
  requested: undecided(),
  queued: given(behind, requested()).state,
  gated: given(requested()).state,
  releasing: given(happyUntil('analyse')).state,
  paused: given(happyUntil('analyse'), pausedBy('anna')).state,
  scalingDown: given(scalingDown, happyUntil('analyse'), failed()).state,
  held: given(holding, happyUntil('analyse'), failed()).state,
  promoting: given(happyUntil('promote')).state,
  baking: { ...given(happyUntil('promote')).state, status: 'baking' } as State,
  rollingBack: given(happyUntil('scaleCanary'), degraded('OOMKilled')).state,
  promoted: given(happyUntil()).state,
  handedBack: given(requested({ strategy: 'handBack' }), happyUntil()).state,
  rolledBack: given(happyUntil('scaleCanary'), degraded('OOMKilled'), shifted(0)).state,
  failed: given(requested(), after(600)).state,
  stuck: given(happyUntil('scaleCanary'), degraded('OOMKilled'), after(8)).state,
  rejected: given(requested(), inspected({ owner: 'foreign' })).state,
  superseded: given(behind, requested(), meanwhile({ waiting: [waiter('R3', 5)] })).state,
  aborted: given(requested(), abortedBy('anna')).state,
};
const all = Object.keys(states) as Status[];
const UNPLANNED: Status[] = ['requested', 'queued', 'gated'];
const FORWARD: Status[] = ['releasing', 'paused', 'scalingDown', 'held', 'promoting', 'baking'];
const RUNNING: Status[] = [...FORWARD, 'rollingBack'];

const why: Reason = { code: 'step_done', rule: 'test', text: 'test', evidence: {} };
const refIn = (state: State) => ('current' in state && state.current ? state.current.ref : { step: 0, attempt: 1, decision: 1 });
const workload = { track: 'canary', generation: 1, desired: 9, ready: 9 } as const;
const numbers = {
  canaryRequests: 9, canaryErrors: 0, canaryErrorRate: 0, baselineRequests: 9, baselineErrors: 0, baselineErrorRate: 0,
  threshold: 0.01, minRequests: 50, measurements: null,
};

type Example<T extends ReleaseEventType> = readonly [data: (state: State) => Payloads[T], changes: readonly Status[]];

/** An event of each type that belongs to the current step, and the statuses in which it changes the state. */
const examples: { readonly [T in ReleaseEventType]: Example<T> } = {
  ReleaseRequested: [() => request, ['none']],
  PromotionRequested: [() => ({ full: true, reason: null }), all.filter((status) => status !== 'none')],
  AbortRequested: [() => ({ reason: null }), all.filter((status) => status !== 'none')],
  PauseRequested: [() => ({ reason: null }), all.filter((status) => status !== 'none')],
  ResumeRequested: [() => ({ reason: null }), all.filter((status) => status !== 'none')],
  ReleaseShredded: [() => ({ artifact: 'a', forced: false, reason: null }), []],
  ReleaseRejected: [() => ({ reason: why }), UNPLANNED],
  ReleaseQueued: [() => ({ behind: 'R7' }), UNPLANNED],
  ReleaseSuperseded: [() => ({ by: 'R3', reason: why }), UNPLANNED],
  GateOpened: [() => ({ gate: 'slot', slotCounter: 7 }), UNPLANNED],
  ReleasePlanned: [
    () => ({
      plan: { strategy: 'rollout', router: 'podRatio', replicas: 1, steps: [] },
      policy,
      slotCounter: 2,
      stable: null,
      reason: why,
    }),
    UNPLANNED,
  ],
  StepStarted: [
    () => ({ step: 0, attempt: 2, decision: 99, spec: { kind: 'apply', target: { cluster: 'default', namespace: 'shop' }, deadline: 8 } }),
    ['releasing', 'promoting', 'baking'],
  ],
  StepCompleted: [(state) => ({ ...refIn(state), reason: why }), RUNNING],
  CanaryResized: [(state) => ({ ...refIn(state), split: { canary: 2, stable: 8 }, reason: why }), ['releasing']],
  ShiftRepeated: [(state) => ({ ...refIn(state), shift: 2, reason: why }), ['releasing']],
  ReleasePaused: [() => ({ reason: why }), ['releasing']],
  ScaleDownDecided: [() => ({ attempt: 1, reason: why, replicas: 5 }), ['releasing']],
  ReleaseHeld: [() => ({ reason: why }), ['releasing', 'scalingDown', 'promoting', 'baking']],
  ReleaseResumed: [() => ({ reason: why }), ['paused', 'held']],
  PromotionDecided: [() => ({ reason: why }), ['releasing']],
  ReleasePromoted: [() => ({ reason: why }), ['queued', 'promoting', 'baking']],
  RollbackDecided: [() => ({ attempt: 1, reason: why, to: stableV1, replicas: 5 }), FORWARD],
  ReleaseRolledBack: [() => ({ reason: why }), [...RUNNING, 'stuck']],
  ReleaseAborted: [() => ({ reason: why }), UNPLANNED],
  ReleaseHandedBack: [() => ({ reason: why }), ['releasing']],
  ReleaseFailed: [() => ({ reason: why }), [...RUNNING, 'gated', 'stuck']],
  ReleaseStuck: [() => ({ reason: why }), ['rollingBack']],
  IntentRefused: [() => ({ intent: 'a text', reason: why }), []],
  TargetInspected: [() => inspection, ['gated']],
  StableAdopted: [() => ({ stable: adoptedV0 }), UNPLANNED],
  ManifestsApplied: [(state) => ({ ...refIn(state), objects: [] }), []],
  WorkloadScaled: [(state) => ({ ...refIn(state), track: 'stable', replicas: 5 }), ['promoting', 'baking']],
  TrafficShifted: [
    (state) => ({ ...refIn(state), asked: 0, reached: 0, canaryReady: 0, stableReady: 5 }), ['scalingDown', 'rollingBack', 'stuck'],
  ],
  WorkloadHandedBack: [(state) => ({ ...refIn(state), objects: [] }), []],
  EffectFailed: [(state) => ({ ...refIn(state), refusal: { code: 'forbidden', text: 'no' } }), [...RUNNING, 'stuck']],
  WorkloadBecameReady: [(state) => ({ ...refIn(state), ...workload }), [...RUNNING, 'stuck']],
  WorkloadProgressed: [(state) => ({ ...refIn(state), ...workload }), [...RUNNING, 'stuck']],
  WorkloadDegraded: [
    (state) => ({ ...refIn(state), ...workload, cause: 'OOMKilled', pod: 'web-1', restarts: 1, detail: '' }),
    [...RUNNING, 'stuck'],
  ],
  WorkloadBlocked: [(state) => ({ ...refIn(state), ...workload, cause: 'Unschedulable', detail: 'no node' }), [...RUNNING, 'stuck']],
  WorkloadUnblocked: [(state) => ({ ...refIn(state), ...workload }), [...RUNNING, 'stuck']],
  TrafficDrifted: [
    (state) => ({
      ...refIn(state), object: { kind: 'HTTPRoute', name: 'web' }, cause: 'rewritten', manager: 'argocd', expected: '50 %', found: '0 %',
      fields: ['spec.rules'], canRestore: true,
    }),
    ['releasing', 'paused', 'held'],
  ],
  StableScaled: [(state) => ({ ...refIn(state), from: 5, to: 8 }), RUNNING],
  FollowerObserved: [
    (state) => ({ ...refIn(state), object: { kind: 'StatefulSet', name: 'db' }, desired: 2, ready: 1, waits: null }), [...RUNNING, 'stuck'],
  ],
  WorkloadDeleted: [
    (state) => ({ ...refIn(state), track: 'canary', object: { kind: 'Deployment', name: 'web-canary' } }),
    [...RUNNING, 'stuck'],
  ],
  WorkloadDrifted: [(state) => ({ ...refIn(state), object: { kind: 'Deployment', name: 'web' }, manager: null, fields: [] }), RUNNING],
  StableDrifted: [() => ({ stable: 'v1', live: null, manager: null, changedAt: null, template: null }), []],
  StableRestored: [() => ({ stable: 'v1', manager: null, template: { uid: 'u', revision: '2', replicaSet: 'web-1' } }), []],
  ClusterAccessFailed: [
    (state) => ({ decision: state.status === 'gated' ? state.gate : refIn(state).decision, refusal: { code: 'unreachable', text: 'no' } }),
    [...RUNNING, 'gated'],
  ],
  ClusterAccessRegained: [(state) => ({ decision: refIn(state).decision }), []],
  AbsenceDetected: [
    (state) => ({ decision: state.status === 'gated' ? state.gate : refIn(state).decision, of: ['executor'], since: START, reason: why }),
    [...RUNNING, 'gated'],
  ],
  VerdictReached: [
    (state) => ({ ...refIn(state), verdict: 'pass', code: 'within_limits', observedSeconds: 5, numbers, detail: '' }),
    ['releasing', 'paused', 'held'],
  ],
};

const essence = (state: State): unknown => ({ ...state, version: 0, updatedAt: '' });

describe.each(Object.keys(examples) as ReleaseEventType[])('%s', (type) => {
  const [dataOf, changes] = examples[type] as Example<typeof type>;
  it(`changes a release that is ${changes.join(', ') || 'in no status'}, and no other`, () => {
    const changed = all.filter((status) => {
      const state = states[status];
      const event = {
        type,
        data: dataOf(state),
        id: 'e99',
        version: 99,
        occurredAt: '2026-01-02T00:00:00.000Z',
        actor: { kind: 'service', id: 'test' },
      } as unknown as Recorded;
      const next = evolve(state, event);
      if (state.status !== 'none') expect(next).toMatchObject({ version: 99, updatedAt: '2026-01-02T00:00:00.000Z' });
      return JSON.stringify(essence(next)) !== JSON.stringify(essence(state));
    });
    expect(changed.sort()).toEqual([...changes].sort());
  });
});

describe('the statuses', () => {
  it('match the example states', () => expect(all.map((status) => states[status].status)).toEqual(all));
  it.each(all)('%s has one phase and one clock mode', (status) => {
    const state = states[status];
    expect([isUnplanned(state), isRunning(state), isEnded(state)]).toEqual([
      UNPLANNED.includes(status),
      RUNNING.includes(status),
      status !== 'none' && !UNPLANNED.includes(status) && !RUNNING.includes(status),
    ]);
    expect(isTimed(state)).toBe(['gated', 'releasing', 'scalingDown', 'promoting', 'baking', 'rollingBack'].includes(status));
  });
  it('are listed by phase', () => {
    expect(unplannedStatuses).toEqual(UNPLANNED);
    expect(runningStatuses).toEqual(RUNNING);
    expect(endedStatuses).toEqual(['rejected', 'superseded', 'aborted', 'promoted', 'rolledBack', 'handedBack', 'failed', 'stuck']);
  });
});

describe('an end', () => {
  it.each<[ReleaseEvent, Status, Status]>([
    [{ type: 'ReleaseRejected', data: { reason: why } }, 'gated', 'rejected'],
    [{ type: 'ReleaseSuperseded', data: { by: 'R3', reason: why } }, 'queued', 'superseded'],
    [{ type: 'ReleaseAborted', data: { reason: why } }, 'queued', 'aborted'],
    [{ type: 'ReleasePromoted', data: { reason: why } }, 'baking', 'promoted'],
    [{ type: 'ReleasePromoted', data: { reason: why } }, 'queued', 'promoted'],
    [{ type: 'ReleaseRolledBack', data: { reason: why } }, 'stuck', 'rolledBack'],
    [{ type: 'ReleaseFailed', data: { reason: why } }, 'gated', 'failed'],
    [{ type: 'ReleaseStuck', data: { reason: why } }, 'rollingBack', 'stuck'],
  ])('%j of a release that is %s makes it %s, with the time and the reason', (event, from, status) => {
    expect(
      evolve(states[from], {
        ...event, id: 'e9', version: 9, occurredAt: '2026-01-02T00:00:00.000Z',
        actor: { kind: 'service', id: 'planner' },
      }),
    ).toMatchObject({ status, endedAt: '2026-01-02T00:00:00.000Z', reason: why });
  });
});

describe('an intent that stays pending', () => {
  const intent = (type: 'AbortRequested' | 'PauseRequested' | 'ResumeRequested' | 'PromotionRequested') =>
    ({ id: `e-${type}`, version: 3, type, actor: { kind: 'user', id: 'anna' }, reason: null, full: false }) as const;
  const asked = [intent('AbortRequested'), intent('PauseRequested'), intent('ResumeRequested'), intent('PromotionRequested')];
  const left = (status: Status, event: ReleaseEvent): readonly string[] => {
    const next = evolve({ ...states[status], intents: asked } as State, {
      ...event, id: 'e9', version: 99, occurredAt: START,
      actor: { kind: 'service', id: 'planner' },
    });
    return next.status === 'none' ? [] : next.intents.map(({ type }) => type);
  };
  const all4 = asked.map(({ type }) => type);
  const by = (code: Reason['code']): { readonly reason: Reason } => ({ reason: { ...why, code } });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'an abort',
      left('gated', { type: 'ReleaseAborted', data: by('aborted') }),
      ['PauseRequested', 'ResumeRequested', 'PromotionRequested'],
    ],
    [
      'a requested rollback',
      left('releasing', { type: 'RollbackDecided', data: { attempt: 1, ...by('aborted'), to: null, replicas: 5 } }),
      ['PauseRequested', 'ResumeRequested', 'PromotionRequested'],
    ],
    [
      'a rollback for another reason',
      left('releasing', { type: 'RollbackDecided', data: { attempt: 1, ...by('error_rate'), to: null, replicas: 5 } }),
      all4,
    ],
    [
      'a pause',
      left('releasing', { type: 'ReleasePaused', data: by('paused_by_person') }),
      ['AbortRequested', 'ResumeRequested', 'PromotionRequested'],
    ],
    [
      'a requested resume',
      left('paused', { type: 'ReleaseResumed', data: by('resumed_by_person') }),
      ['AbortRequested', 'PauseRequested', 'PromotionRequested'],
    ],
    ['a resume for a promotion', left('paused', { type: 'ReleaseResumed', data: by('skipped_by_person') }), all4],
    [
      'a requested promotion',
      left('releasing', { type: 'PromotionDecided', data: by('skipped_by_person') }),
      ['AbortRequested', 'PauseRequested', 'ResumeRequested'],
    ],
    ['a promotion after all analyses', left('releasing', { type: 'PromotionDecided', data: by('all_steps_done') }), all4],
    [
      'a skipped analysis',
      left('releasing', { type: 'StepCompleted', data: { ...refIn(states.releasing), ...by('skipped_by_person') } }),
      ['AbortRequested', 'PauseRequested', 'ResumeRequested'],
    ],
    [
      'an analysis that passed',
      left('releasing', { type: 'StepCompleted', data: { ...refIn(states.releasing), ...by('verdict_passed') } }),
      all4,
    ],
    [
      'a refusal',
      left('releasing', { type: 'IntentRefused', data: { intent: 'e-PauseRequested', ...by('too_late') } }),
      ['AbortRequested', 'ResumeRequested', 'PromotionRequested'],
    ],
  ])('is one that is not answered by %s', (_, found, expected) => expect(found).toEqual(expected));

  it('is a full promotion only if requested as one', () => {
    const full = (event: ReleaseEvent) => {
      const next = evolve(states.releasing, { ...event, id: 'e9', version: 99, occurredAt: START, actor: { kind: 'user', id: 'anna' } });
      return next.status === 'none' ? undefined : next.intents.at(-1)?.full;
    };
    expect([
      full({ type: 'PromotionRequested', data: { full: true, reason: null } }),
      full({ type: 'PromotionRequested', data: { full: false, reason: null } }),
      full({ type: 'AbortRequested', data: { reason: null } }),
    ]).toEqual([true, false, false]);
  });
});
