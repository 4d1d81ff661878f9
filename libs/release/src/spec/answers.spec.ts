import { refusalOfIntent } from '../refusal-of-intent';
import { initialState } from '../initial-state';
import type { PendingIntent, State } from '../state';
import {
  abortedBy, after, applied, atOnce, degraded, given, happyUntil, identity, inspected, meanwhile, pausedBy, policy,
  promotedBy, requested, resumedBy, Scenario, expedited, waiter,
} from '../testing';

type Intent = PendingIntent['type'];
const ALL: readonly Intent[] = ['AbortRequested', 'PromotionRequested', 'PauseRequested', 'ResumeRequested'];
const undecided = (): State => {
  const scenario = new Scenario();
  scenario.apply(requested());
  return scenario.state;
};
const afterLastAnalysis = () => ({ ...given(happyUntil('analyse', 3)).state, done: 10 }) as State;

describe('refusalOfIntent', () => {
  const ended = { code: 'too_late', why: 'The release has ended.' };
  const notBegun = { code: 'not_running', why: 'The release has not begun.' };
  const promoting = { code: 'too_late', why: 'The release is being promoted.' };
  const rollingBack = { code: 'too_late', why: 'The release is being rolled back.' };
  const notPaused = { code: 'not_paused', why: 'The release is not paused.' };
  const paused = { code: 'paused_by_person', why: 'The release is paused already.' };
  const nothing = { code: 'nothing_to_promote', why: 'No analysis or pause is left to skip.' };

  it.each<[string, State, readonly (object | undefined)[]]>([
    ['before there is a request', initialState(identity), [undefined, notBegun, notBegun, notBegun]],
    ['of a new request', undecided(), [undefined, notBegun, notBegun, notBegun]],
    [
      'in the queue',
      given(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested()).state,
      [undefined, notBegun, notBegun, notBegun],
    ],
    ['before a plan', given(requested()).state, [undefined, notBegun, notBegun, notBegun]],
    ['while it runs', given(happyUntil('scaleCanary')).state, [undefined, undefined, undefined, notPaused]],
    ['while it runs and no analysis is left', afterLastAnalysis(), [undefined, nothing, undefined, notPaused]],
    ['of a rollout', given(requested({ strategy: 'rollout' }), inspected()).state, [undefined, nothing, undefined, notPaused]],
    ['in a pause', given(happyUntil('analyse'), pausedBy('anna')).state, [undefined, undefined, paused, undefined]],
    ['in a pause when no analysis is left', { ...afterLastAnalysis(), status: 'paused' } as State, [undefined, nothing, paused, undefined]],
    ['during the promotion', given(happyUntil('promote')).state, [undefined, promoting, promoting, promoting]],
    [
      'after the promotion',
      { ...given(happyUntil('promote')).state, status: 'baking' } as State,
      [undefined, promoting, promoting, promoting],
    ],
    [
      'during a rollback',
      given(happyUntil('scaleCanary'), degraded('OOMKilled')).state,
      [rollingBack, rollingBack, rollingBack, rollingBack],
    ],
    ['of a stuck release', given(happyUntil('scaleCanary'), degraded('OOMKilled'), after(8)).state, [ended, ended, ended, ended]],
    ['after the end', given(happyUntil()).state, [ended, ended, ended, ended]],
  ])('%s: abort, promotion, pause, resume', (_, state, expected) =>
    expect(ALL.map((type) => refusalOfIntent(state, type))).toEqual(expected),
  );
});

describe('intents that arrive together', () => {
  it('are answered in order: a promotion after a pause ends the pause and waits for its analysis', () => {
    given(happyUntil('apply'))
      .when(atOnce(pausedBy('anna'), promotedBy('ben')))
      .then('ReleasePaused', 'ReleaseResumed')
      .thenState({ status: 'releasing', intents: [expect.objectContaining({ type: 'PromotionRequested' })] });
  });

  it('before a plan end the release by the abort, and the others are refused', () => {
    given(requested())
      .when(atOnce(pausedBy('ben'), abortedBy('anna')))
      .then('ReleaseAborted', { type: 'IntentRefused', reason: expect.objectContaining({ code: 'too_late' }) })
      .thenState({ status: 'aborted', intents: [] });
  });

  it('leave a resume pending that precedes a promotion of a paused release', () => {
    given(happyUntil('analyse'), pausedBy('anna'))
      .when(atOnce(promotedBy('ben'), resumedBy('carl')))
      .then(
        'ReleaseResumed',
        'StepCompleted',
        { type: 'IntentRefused', reason: expect.objectContaining({ code: 'not_paused' }) },
        'StepStarted',
      )
      .thenState({ intents: [] });
  });

  it('skip one analysis per promotion, and keep a full promotion until all are skipped', () => {
    given(happyUntil('analyse'))
      .when(atOnce(promotedBy('anna'), promotedBy('ben', { full: true })))
      .then('StepCompleted', { type: 'PromotionDecided', reason: expect.objectContaining({ code: 'skipped_by_person' }) }, 'StepStarted')
      .thenState({ intents: [] });
  });
});

describe('the release to wait for', () => {
  const behind = (...waiting: ReturnType<typeof waiter>[]) => {
    const { log } = given(meanwhile({ policy: { ...policy, whenBusy: 'queue' }, waiting }), requested());
    return log.find(({ type }) => type === 'ReleaseQueued')?.data;
  };
  it.each<[string, readonly ReturnType<typeof waiter>[], string | undefined]>([
    ['none', [], undefined],
    ['none of those requested later', [waiter('R3', 5), waiter('R4', 1)], undefined],
    ['the oldest of those requested before', [waiter('R1', -5), waiter('R0', -9), waiter('R3', -7)], 'R0'],
    ['the same in any input order', [waiter('R0', -9), waiter('R1', -5)], 'R0'],
    ['the first by id of those requested at the same time', [waiter('R1b', -5), waiter('R1a', -5)], 'R1a'],
    ['an expedited release before older ones', [waiter('R0', -9), expedited('R3', 5)], 'R3'],
    ['the oldest expedited release', [expedited('R4', 9), expedited('R3', 5), waiter('R0', -9)], 'R3'],
    ['not the release itself', [waiter('R2', 0)], undefined],
  ])('is %s', (_, waiting, first) => expect(behind(...waiting)).toEqual(first === undefined ? undefined : { behind: first }));

  it('is not the release itself if it holds the slot', () => {
    given(meanwhile({ slot: { holder: 'R2', counter: 1 } }), requested()).thenState({ status: 'gated' });
  });

  it.each<[string, readonly ReturnType<typeof waiter>[], string]>([
    ['of several', [waiter('R3', 5, 'supersede'), waiter('R5', 9, 'supersede'), waiter('R4', 7, 'supersede')], 'R5'],
    ['of those requested at the same time the last by id', [waiter('R4', 9, 'supersede'), waiter('R3', 9, 'supersede')], 'R4'],
  ])('the newest release takes over from a running one: %s', (_, waiting, by) => {
    given(happyUntil('analyse'))
      .when(meanwhile({ waiting }))
      .then({ type: 'RollbackDecided', reason: expect.objectContaining({ evidence: expect.objectContaining({ by }) }) });
  });

  it.each(['latestOnly', 'supersede'] as const)('a newer release supersedes a queued one where only the latest waits: %s', (whenBusy) => {
    const busy = (...waiting: ReturnType<typeof waiter>[]) =>
      meanwhile({ policy: { ...policy, whenBusy }, slot: { holder: 'R1', counter: 1 }, waiting });
    given(busy(), requested()).when(busy(waiter('R3', 5), waiter('R4', 6))).then({ type: 'ReleaseSuperseded', by: 'R4' });
    given(busy(), requested()).when(busy(waiter('R1', -5))).then();
  });
});

describe('a fact that belongs to another', () => {
  const ref = (scenario: Scenario) => (scenario.state as Extract<State, { status: 'releasing' }>).current!.ref;

  it('weight than the step requests does not complete the step', () => {
    const scenario = given(happyUntil('shiftTraffic'));
    scenario
      .when({ type: 'TrafficShifted', data: { ...ref(scenario), asked: 50, reached: 50, canaryReady: 3, stableReady: 3 } })
      .then()
      .thenState({ weights: { asked: 17, reached: null }, current: { effectDone: false } });
  });

  it('weight than 0 does not end a rollback, and a traffic shift does not complete a step that shifts none', () => {
    const back = given(happyUntil('scaleCanary'), degraded('OOMKilled'));
    back
      .when({ type: 'TrafficShifted', data: { ...ref(back), asked: 17, reached: 17, canaryReady: 1, stableReady: 5 } })
      .then()
      .thenState({ status: 'rollingBack', current: { effectDone: false } });
    const applying = given(happyUntil('apply'));
    applying
      .when({ type: 'TrafficShifted', data: { ...ref(applying), asked: 0, reached: 0, canaryReady: 0, stableReady: 5 } })
      .then()
      .thenState({ current: { effectDone: false }, weights: { asked: 0, reached: null } });
    const scaling = given(happyUntil('scaleCanary', 2));
    scaling
      .when({ type: 'TrafficShifted', data: { ...ref(scaling), asked: 17, reached: 99, canaryReady: 0, stableReady: 5 } })
      .then()
      .thenState({ weights: { asked: 17, reached: 17 } });
  });

  it('track does not make the step ready', () => {
    const scenario = given(happyUntil('scaleCanary'));
    scenario
      .when({ type: 'WorkloadBecameReady', data: { ...ref(scenario), track: 'stable', generation: 1, desired: 5, ready: 5 } })
      .then()
      .thenState({ current: { ready: false, readyAt: null } });
  });

  it('gate, or to an inspected gate, does not change the recorded cluster access', () => {
    const failure = (decision: number) =>
      ({ type: 'ClusterAccessFailed', data: { decision, refusal: { code: 'unreachable', text: 'no' } } }) as const;
    const gate = given(requested());
    gate.apply(failure(1));
    gate.thenState({ access: null });
    gate.apply({
      type: 'AbsenceDetected',
      data: {
        decision: 1,
        of: ['executor'],
        since: '2026-01-01T00:00:00.000Z',
        reason: { code: 'absent', rule: '', text: '', evidence: {} },
      },
    });
    gate.thenState({ absenceDetected: false });
    gate.apply({ type: 'TargetInspected', data: { exists: true, replicas: 5, ready: 5, owner: 'alloy', hpa: false, refusal: null } });
    gate.apply(failure(2));
    gate.thenState({ access: null });
  });

  it('attempt does not mark the attempt as absent, and neither does one between two steps', () => {
    const scenario = given(happyUntil('apply'));
    const absence = (decision: number) =>
      ({
        type: 'AbsenceDetected',
        data: {
          decision,
          of: ['executor'],
          since: '2026-01-01T00:00:00.000Z',
          reason: { code: 'absent', rule: '', text: '', evidence: {} },
        },
      }) as const;
    scenario.when(absence(1)).then().thenState({ current: { absenceDetected: false } });
    const between = new Scenario();
    between.state = { ...scenario.state, current: null } as State;
    for (const event of [
      absence(1),
      { type: 'ClusterAccessFailed', data: { decision: 1, refusal: { code: 'unreachable', text: 'no' } } },
      { type: 'ClusterAccessRegained', data: { decision: 1 } },
    ] as const)
      between.apply(event);
    expect(between.state).toMatchObject({ current: null });
  });

  it('verdict of the same step replaces the earlier one', () => {
    const scenario = given(happyUntil('analyse', 2));
    const numbers = {
      canaryRequests: 9, canaryErrors: 0, canaryErrorRate: 0, baselineRequests: 9, baselineErrors: 0,
      baselineErrorRate: 0, threshold: 0.01, minRequests: 50, measurements: null,
    };
    const verdict = (detail: string) =>
      ({
        type: 'VerdictReached',
        data: { ...ref(scenario), verdict: 'inconclusive', code: 'no_data', observedSeconds: 1, numbers, detail },
      }) as const;
    scenario.when(verdict('a'), verdict('b'));
    expect((scenario.state as Extract<State, { status: 'releasing' }>).verdicts.map(({ step, detail }) => [step, detail])).toEqual([
      [3, expect.any(String)],
      [6, 'b'],
    ]);
  });
});

it('a step that requires no pods waits for none', () => {
  given(requested({ replicas: 0, strategy: 'rollout' }), inspected({ replicas: 0, ready: 0 }), applied()).when((state) => {
    const { ref } = (state as Extract<State, { status: 'promoting' }>).current!;
    return { type: 'WorkloadScaled', data: { ...ref, track: 'stable', replicas: 0 } };
  }).then('StepCompleted', 'StepStarted');
});
