import { due } from '../due';
import { promotedStep } from '../promoted-step';
import { refusalOfIntent } from '../refusal-of-intent';
import { checkHistory } from '../replay/check-history';
import { waitingOf } from '../waiting';
import {
  abortedBy, after, currentOf, degraded, deleted, effectFailed, expedited, failed, given, happyFacts, happyUntil, identity, meanwhile,
  passed, pausedBy, policy, promotedBy, requested, resumedBy, shifted, waiter, type Item, type Scenario,
} from '../testing';

const reason = (code: string) => ({ reason: expect.objectContaining({ code }) });
const under = (over: object = {}): Item => meanwhile({ policy: { ...policy, onFail: 'scaleDownCanary', ...over } });
/** Its second analysis has failed, and the canary is being scaled down. */
const scalingDown = (): Scenario => given(under(), happyUntil('analyse', 2), failed());
/** The same, scaled down. */
const held = (): Scenario => scalingDown().given(shifted(0));
const step = ({ state }: Scenario) => `${currentOf(state).spec.kind} ${currentOf(state).ref.step}, attempt ${currentOf(state).ref.attempt}`;

describe('a failure with onFail: scaleDownCanary', () => {
  it.each<[string, Item, string]>([
    ['a bad verdict', failed(), 'error_rate'],
    ['a crash', degraded('CrashLoopBackOff'), 'crash_loop'],
    ['the deadline', after(10), 'inconclusive'],
  ])('takes the traffic and the pods of the canary away after %s, and then holds the release', (_what, item, code) => {
    const scenario = given(under(), happyUntil('analyse')).when(item);
    scenario.then({ type: 'ScaleDownDecided', replicas: 5, ...reason(code) })
      .thenState({ status: 'scalingDown', current: { spec: { kind: 'scaleDownCanary', replicas: 5 } }, weights: { asked: 0 } });
    expect(due(scenario.state).awaits).toEqual(['executor', 'watcher']);
    scenario.when(shifted(0)).then({ type: 'ReleaseHeld', isScaledDown: true, ...reason(code) })
      .thenState({ status: 'held', heldFrom: 'releasing', weights: { asked: 0, reached: 0 } });
    expect(due(scenario.state)).toEqual({ awaits: [], nextDueAt: null });
    scenario.when(after(7 * 24 * 3_600)).then();
  });

  it('rolls back a promotion, in which the workload itself runs the new version', () => {
    given(under(), happyUntil('promote')).when(degraded('ImagePullBackOff')).then({ type: 'RollbackDecided', ...reason('image_pull') });
  });

  it('rolls back a release without a canary or without a stable version', () => {
    given(under(), requested({ strategy: 'rollout' }), happyUntil('apply')).when(effectFailed('forbidden')).then('RollbackDecided');
    given(under(), meanwhile({ stable: null }), happyUntil('apply')).when(effectFailed('forbidden')).then('RollbackDecided');
  });
});

describe('a release whose canary is being scaled down', () => {
  it.each<[string, Item, string]>([
    ['is not finished by its deadline', after(8), 'progress_deadline'],
    ['is refused by the cluster', effectFailed('forbidden'), 'forbidden'],
    ['finds stable deleted', deleted('stable'), 'stable_deleted'],
  ])('is rolled back if the scale-down %s, and keeps the failure', (_what, item, code) => {
    scalingDown().when(item).then({ type: 'RollbackDecided', reason: expect.objectContaining({
      code, text: expect.stringMatching(/^the canary could not be scaled down: .*; it was to be scaled down because /),
    }) }).thenState({ status: 'rollingBack', rolledBackFrom: 'releasing', heldFor: { code: 'error_rate' } });
  });

  it('only records a degraded pod, for which the planner has nothing to decide', () => {
    const scenario = scalingDown().when(degraded('CrashLoopBackOff'));
    scenario.then();
    expect(due(scenario.state).awaits).toEqual(['executor', 'watcher']);
  });

  it('is rolled back by an abort and by a manual rollback, and not by a newer release that would supersede it', () => {
    scalingDown().when(abortedBy('anna')).then({ type: 'RollbackDecided', ...reason('aborted') });
    scalingDown().when(meanwhile({ waiting: [expedited('R3', 9)] })).then({ type: 'RollbackDecided', ...reason('superseded') });
    scalingDown().when(meanwhile({ waiting: [waiter('R3', 9, 'supersede')] })).then();
  });

  it('refuses other intents until it is held', () => {
    const scenario = scalingDown();
    const answers = (['AbortRequested', 'ResumeRequested', 'PromotionRequested', 'PauseRequested'] as const)
      .map((type) => refusalOfIntent(scenario.state, type)?.code);
    expect(answers).toEqual([undefined, 'too_late', 'too_late', 'too_late']);
    for (const intent of [resumedBy('anna'), promotedBy('anna', { full: true }), pausedBy('anna')])
      scenario.when(intent).then({ type: 'IntentRefused', ...reason('too_late') });
  });
});

describe('a release that is held with its canary scaled down', () => {
  it('repeats the steps up to the failed one after a resume, without what has passed, and continues', () => {
    const scenario = held().when(resumedBy('anna'));
    scenario.then('ReleaseResumed', { type: 'StepStarted', step: 0, attempt: 2 });
    const steps = [step(scenario)];
    for (; steps.at(-1) !== 'analyse 6, attempt 2'; ) steps.push(step(scenario.given(...happyFacts(scenario.state))));
    expect([...new Set(steps)]).toEqual([
      'apply 0, attempt 2', 'scaleCanary 1, attempt 2', 'shiftTraffic 2, attempt 2', 'scaleCanary 4, attempt 2',
      'shiftTraffic 5, attempt 2', 'analyse 6, attempt 2',
    ]);
    scenario.when(after(5), passed()).then('StepCompleted', 'StepStarted').thenState({ intents: [] });
    expect(step(scenario)).toBe('scaleCanary 7, attempt 1');
    scenario.when(happyUntil()).thenState({ status: 'promoted' });
  });

  it('is scaled down again if a repeated step fails, and then repeats the steps up to the one that failed first', () => {
    const scenario = held().given(resumedBy('anna'), happyUntil('scaleCanary'), degraded('CrashLoopBackOff'));
    scenario.thenState({ status: 'scalingDown', failed: { ref: { step: 1, attempt: 2 } } });
    scenario.when(shifted(0), resumedBy('anna'), happyUntil('analyse'));
    expect(step(scenario)).toBe('analyse 6, attempt 3');
  });

  it('has an attempt of its own for each repetition', () => {
    const scenario = held().given(resumedBy('anna'), happyUntil('analyse'), passed(), happyUntil('analyse', 2));
    expect(step(scenario)).toBe('analyse 9, attempt 1');
    scenario.when(failed(), shifted(0), resumedBy('anna'));
    expect(step(scenario)).toBe('apply 0, attempt 3');
  });

  it('lets a promotion during the repetition end the failed analysis, and none that has passed', () => {
    const { state } = held().when(resumedBy('anna'));
    expect([state.status === 'releasing' && promotedStep(state), refusalOfIntent(state, 'PromotionRequested')]).toEqual([6, undefined]);
  });

  it('skips the failed analysis by a promotion, after the canary has its pods and its traffic again', () => {
    const scenario = held().when(promotedBy('anna'), happyUntil('shiftTraffic', 2));
    expect(step(scenario)).toBe('shiftTraffic 5, attempt 2');
    scenario.when(shifted()).then(
      'StepCompleted', { type: 'StepStarted', step: 6 }, { type: 'StepCompleted', ...reason('skipped_by_person') },
      { type: 'StepStarted', step: 7, attempt: 1 },
    ).thenState({ status: 'releasing', intents: [] });
  });

  it('skips the failed analysis also in a plan with pauses', () => {
    const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 5 } }, { pause: {} }];
    given(under({ steps }), happyUntil('analyse'), failed(), shifted(0))
      .given(promotedBy('anna'), happyUntil('shiftTraffic', 2))
      .when(shifted())
      .then('StepCompleted', 'StepStarted', { type: 'StepCompleted', step: 6, ...reason('skipped_by_person') }, 'StepStarted')
      .thenState({ current: { ref: { step: 7 }, spec: { kind: 'pause' } }, intents: [] });
  });

  it('is promoted by a full promotion once what the new version needs exists', () => {
    held().when(promotedBy('anna', { full: true }), happyUntil('promote'))
      .then(
        'ReleaseResumed', { type: 'StepStarted', step: 0 }, 'StepCompleted',
        { type: 'PromotionDecided', reason: expect.objectContaining({ evidence: expect.objectContaining({ skipped: 2 }) }) }, 'StepStarted',
      )
      .thenState({ status: 'promoting', intents: [] });
  });

  it('is rolled back by an abort, which keeps the failure that held it', () => {
    held().when(abortedBy('anna')).then({ type: 'RollbackDecided', ...reason('aborted') })
      .thenState({ status: 'rollingBack', rolledBackFrom: 'releasing', heldFor: { code: 'error_rate' } });
  });

  it('states that its canary is scaled down', () => {
    const text: unknown = expect.stringContaining('it is held with its canary scaled down');
    expect(waitingOf(held().state)).toMatchObject({ code: 'held', text });
  });

  it('is decided again as recorded', () => {
    const scenario = held();
    scenario.play([resumedBy('anna'), happyUntil('analyse'), failed(), shifted(0), promotedBy('ben', { full: true }), happyUntil()]);
    scenario.thenState({ status: 'promoted' });
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });
});
