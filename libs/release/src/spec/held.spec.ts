import { due } from '../due';
import { refusalOfIntent } from '../refusal-of-intent';
import { checkHistory } from '../replay/check-history';
import { waitingOf } from '../waiting';
import {
  abortedBy, after, atOnce, currentOf, degraded, effectFailed, expedited, failed, given, handedBack, happyUntil, identity, inspected,
  meanwhile, passed, pausedBy, policy, promotedBy, requested, resumedBy, waiter, type Item, type Scenario,
} from '../testing';
import { isoOf } from '../time';

const reason = (code: string) => ({ reason: expect.objectContaining({ code }) });
const holding: Item = meanwhile({ policy: { ...policy, onFail: 'hold' } });
/** Held by the verdict of its second analysis. */
const held = (): Scenario => given(holding, happyUntil('analyse', 2), failed());
const step = ({ state }: Scenario) => ({ kind: currentOf(state).spec.kind, ...currentOf(state).ref });

describe('a failure with onFail: hold', () => {
  it.each<[string, Item, string]>([
    ['a bad verdict', failed(), 'error_rate'],
    ['a crash', degraded('CrashLoopBackOff'), 'crash_loop'],
    ['the deadline', after(10), 'inconclusive'],
  ])('holds the release after %s, and writes and awaits nothing', (_what, item, code) => {
    const scenario = given(holding, happyUntil('analyse')).when(item);
    scenario.then({ type: 'ReleaseHeld', ...reason(code) }).thenState({ status: 'held', heldFrom: 'releasing' });
    expect(due(scenario.state)).toEqual({ awaits: [], nextDueAt: null });
    scenario.when(after(7 * 24 * 3_600)).then();
  });

  it('holds a promotion, too', () => {
    given(holding, happyUntil('promote'))
      .when(degraded('ImagePullBackOff'))
      .then({ type: 'ReleaseHeld', ...reason('image_pull') })
      .thenState({ status: 'held', heldFrom: 'promoting' });
  });

  it('rolls back as before without it', () => {
    given(happyUntil('analyse')).when(failed()).then({ type: 'RollbackDecided', ...reason('error_rate') });
  });

  it('does not concern a workload that is handed back', () => {
    given(holding, requested({ strategy: 'handBack' }), inspected()).when(effectFailed('forbidden')).then('ReleaseFailed');
    given(holding, requested({ strategy: 'handBack' }), inspected()).when(handedBack()).then('StepCompleted', 'ReleaseHandedBack');
  });
});

describe('a held release', () => {
  it('tries the failed step again after a resume, as a further attempt, and continues', () => {
    const scenario = held();
    const before = step(scenario);
    scenario.when(resumedBy('anna')).then({ type: 'ReleaseResumed', ...reason('resumed_by_person') }, { type: 'StepStarted', attempt: 2 });
    expect(step(scenario)).toMatchObject({ kind: 'analyse', step: before.step, attempt: 2 });
    scenario.when(after(5), passed()).then('StepCompleted', 'StepStarted').thenState({ intents: [] });
    expect(step(scenario)).toMatchObject({ kind: 'scaleCanary', attempt: 1 });
  });

  it('is held again if the step fails again', () => {
    const scenario = held().when(resumedBy('anna'), failed());
    scenario.then('ReleaseResumed', 'StepStarted', 'ReleaseHeld');
    scenario.when(resumedBy('anna')).then('ReleaseResumed', { type: 'StepStarted', attempt: 3 });
  });

  it('continues its promotion after a resume', () => {
    given(holding, happyUntil('promote'), degraded('ImagePullBackOff'))
      .when(resumedBy('anna'))
      .then({ type: 'ReleaseResumed', to: 'promoting' }, { type: 'StepStarted', attempt: 2 })
      .thenState({ status: 'promoting' })
      .when(happyUntil())
      .thenState({ status: 'promoted' });
  });

  it('skips the failed analysis by a promotion, and everything by a full one', () => {
    held().when(promotedBy('anna')).then(
      { type: 'ReleaseResumed', ...reason('skipped_by_person') }, { type: 'StepStarted', attempt: 2 },
      { type: 'StepCompleted', ...reason('skipped_by_person') }, { type: 'StepStarted', attempt: 1 },
    ).thenState({ status: 'releasing', intents: [] });
    held().when(promotedBy('anna', { full: true })).then('ReleaseResumed', 'PromotionDecided', 'StepStarted')
      .thenState({ status: 'promoting', intents: [] });
  });

  it('skips the failed analysis also in a plan with pauses', () => {
    const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 5 } }, { pause: {} }];
    given(meanwhile({ policy: { ...policy, onFail: 'hold', steps } }), happyUntil('analyse'), failed())
      .when(promotedBy('anna'))
      .then('ReleaseResumed', { type: 'StepStarted', attempt: 2 }, { type: 'StepCompleted', ...reason('skipped_by_person') }, 'StepStarted')
      .thenState({ current: { spec: { kind: 'pause' } }, intents: [] });
  });

  it('refuses to skip a step that can not be skipped alone', () => {
    given(holding, happyUntil('scaleCanary', 2), degraded('CrashLoopBackOff'))
      .when(promotedBy('anna'))
      .then({ type: 'IntentRefused', ...reason('nothing_to_promote') })
      .thenState({ status: 'held' });
  });

  it('refuses a promotion and a pause during the promotion', () => {
    given(holding, happyUntil('promote'), degraded('ImagePullBackOff'))
      .when(promotedBy('anna', { full: true }), pausedBy('ben'))
      .then({ type: 'IntentRefused', ...reason('too_late') }, { type: 'IntentRefused', ...reason('too_late') });
  });

  it('refuses an intent from before the failure, whose user did not know of it', () => {
    given(holding, happyUntil('apply'))
      .when(atOnce(promotedBy('anna', { full: true }), effectFailed('forbidden')))
      .then({ type: 'ReleaseHeld', ...reason('forbidden') }, { type: 'IntentRefused', ...reason('too_late') })
      .thenState({ status: 'held', intents: [] });
  });

  it('is rolled back by an abort, which keeps the failure that held it', () => {
    held().when(abortedBy('anna')).then({ type: 'RollbackDecided', ...reason('aborted') })
      .thenState({ status: 'rollingBack', rolledBackFrom: 'releasing', heldFor: { code: 'error_rate' } });
  });

  it('gives way to a manual rollback, and not to a newer release that would supersede it', () => {
    held().when(meanwhile({ waiting: [waiter('R3', 9, 'supersede')] })).then();
    held().when(meanwhile({ waiting: [expedited('R3', 9)] })).then({ type: 'RollbackDecided', ...reason('superseded') });
  });

  it('is decided again as recorded', () => {
    const scenario = held();
    scenario.play([resumedBy('anna'), failed(), promotedBy('ben', { full: true }), happyUntil()]);
    scenario.thenState({ status: 'promoted' });
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });

  it('answers who can act, and since when it waits', () => {
    const scenario = held();
    expect(waitingOf(scenario.state)).toMatchObject({
      code: 'held', waitsFor: 'a user with the scope operate', since: isoOf(scenario.now), earliestOpen: null,
      text: expect.stringContaining('error rate 21.4 %'),
    });
    const answers = (['AbortRequested', 'ResumeRequested', 'PromotionRequested', 'PauseRequested'] as const)
      .map((type) => refusalOfIntent(scenario.state, type)?.code);
    expect(answers).toEqual([undefined, undefined, undefined, 'too_late']);
  });
});
