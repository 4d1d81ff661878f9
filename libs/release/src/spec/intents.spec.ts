import { abortedBy, after, applied, atOnce, failed, given, happyUntil, meanwhile, inspected, passed, pausedBy, promotedBy, requested, resumedBy, shifted, stableV1 } from '../testing';

const reason = (code: string, text?: string) => ({ reason: expect.objectContaining(text === undefined ? { code } : { code, text }) });
describe('abort', () => {
  it.each(['apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire'] as const)('during %s is a rollback with the name', (kind) => {
    given(happyUntil(kind)).when(abortedBy('anna', 'too slow'))
      .then({ type: 'RollbackDecided', to: stableV1, replicas: 5, reason: expect.objectContaining({ code: 'aborted', text: expect.stringMatching(/by anna: too slow$/) }) })
      .thenState({ status: 'rollingBack', intents: [] })
      .when(shifted(0)).then({ type: 'ReleaseRolledBack', ...reason('aborted') });
  });

  it('works in a pause', () => {
    given(happyUntil('analyse'), pausedBy('anna')).when(abortedBy('ben')).then('RollbackDecided').thenState({ rolledBackFrom: 'paused' });
  });

  it('is refused during a rollback and after the end, with no effect (P15)', () => {
    given(happyUntil('apply'), after(8)).when(abortedBy('anna')).then({ type: 'IntentRefused', ...reason('too_late') }).thenState({ status: 'rollingBack', intents: [] });
    given(happyUntil()).when(abortedBy('anna')).then({ type: 'IntentRefused', ...reason('too_late') }).thenState({ status: 'promoted', intents: [] });
  });

  it('beats a promotion that races it (P20)', () => {
    given(happyUntil('analyse')).when(atOnce(promotedBy('ben', { full: true }), abortedBy('anna')))
      .then({ type: 'RollbackDecided', ...reason('aborted') }, { type: 'IntentRefused', ...reason('too_late') });
  });
});

describe('promotion', () => {
  it('ends the current analysis, with the name', () => {
    given(happyUntil('analyse')).when(promotedBy('anna', { reason: 'seen enough' }))
      .then({ type: 'StepCompleted', ...reason('skipped_by_person', 'analysis at 17 % skipped by anna: seen enough') }, { type: 'StepStarted', spec: expect.objectContaining({ kind: 'scaleCanary' }) })
      .thenState({ intents: [] });
  });

  it('twice within a moment still skips one analysis only', () => {
    given(happyUntil('analyse')).when(atOnce(promotedBy('anna'), promotedBy('anna'))).then('StepCompleted', 'StepStarted').thenState({ intents: [] });
  });

  it('during the build-up of a stage skips its analysis', () => {
    given(happyUntil('shiftTraffic'), promotedBy('anna')).when(shifted())
      .then('StepCompleted', { type: 'StepStarted', spec: expect.objectContaining({ kind: 'analyse' }) }, { type: 'StepCompleted', ...reason('skipped_by_person') }, 'StepStarted');
  });

  it('full skips all that is left', () => {
    given(happyUntil('analyse')).when(promotedBy('anna', { full: true })).then(
      { type: 'StepCompleted', ...reason('skipped_by_person') },
      { type: 'PromotionDecided', ...reason('skipped_by_person', 'promoted at once, 2 analyses skipped, by anna') },
      { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote' }) },
    ).thenState({ status: 'promoting', intents: [] });
  });

  it('full during the last analysis is answered when that ends, and is not refused', () => {
    given(happyUntil('analyse', 3)).when(promotedBy('anna', { full: true })).then(
      { type: 'StepCompleted', ...reason('skipped_by_person', 'analyse cut short by anna') },
      { type: 'PromotionDecided', ...reason('all_steps_done', '2 of 3 analyses passed, 1 skipped by a person') },
      { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote' }) },
    ).thenState({ status: 'promoting', intents: [] });
  });

  it('full during the last analysis is refused afterwards by a plan of the rules of before', () => {
    given(meanwhile({ rules: 1 }), happyUntil('analyse', 3)).when(promotedBy('anna', { full: true }))
      .then({ type: 'StepCompleted', ...reason('skipped_by_person') }, { type: 'IntentRefused', ...reason('nothing_to_promote') }, 'PromotionDecided', 'StepStarted');
  });

  it('full waits until what the new version needs is there', () => {
    given(happyUntil('apply')).when(promotedBy('anna', { full: true })).then()
      .when(applied()).then('StepCompleted', 'PromotionDecided', { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote' }) });
  });

  it('beats a verdict that arrives with it', () => {
    given(happyUntil('analyse')).when(atOnce(failed(), promotedBy('anna')))
      .then({ type: 'StepCompleted', reason: expect.objectContaining({ code: 'skipped_by_person', evidence: expect.objectContaining({ verdict: 'fail', by: 'anna' }) }) }, 'StepStarted');
  });

  it('is refused where nothing is left to skip', () => {
    given(requested({ strategy: 'rollout' }), inspected()).when(promotedBy('anna')).then({ type: 'IntentRefused', ...reason('nothing_to_promote') });
    given(happyUntil('promote')).when(promotedBy('anna')).then({ type: 'IntentRefused', ...reason('too_late') });
  });

  it('resumes a paused release', () => {
    given(happyUntil('analyse'), pausedBy('ben')).when(promotedBy('anna')).then({ type: 'ReleaseResumed', ...reason('skipped_by_person') }, 'StepCompleted', 'StepStarted');
  });

  it('tells the skipped from the passed', () => {
    given(happyUntil('analyse', 2), promotedBy('anna'), happyUntil('analyse'), after(5)).when(passed())
      .then('StepCompleted', { type: 'PromotionDecided', ...reason('all_steps_done', '2 of 3 analyses passed, 1 skipped by a person') }, 'StepStarted');
  });
});

describe('pause and resume', () => {
  it('stand still and go on, with the names', () => {
    given(happyUntil('analyse')).when(pausedBy('anna', 'lunch')).then({ type: 'ReleasePaused', ...reason('paused_by_person', 'paused by anna: lunch') }).thenState({ status: 'paused', intents: [] })
      .when(resumedBy('ben')).then({ type: 'ReleaseResumed', ...reason('resumed_by_person', 'resumed by ben') }).thenState({ status: 'releasing', intents: [] });
  });

  it('a pause holds findings back until it ends', () => {
    given(happyUntil('analyse'), pausedBy('anna')).when(failed()).then().when(resumedBy('anna')).then('ReleaseResumed', { type: 'RollbackDecided', ...reason('error_rate') });
  });

  it('a pause does not shorten an observation', () => {
    given(happyUntil('analyse'), after(4), pausedBy('anna'), after(100), passed()).when(resumedBy('anna')).then('ReleaseResumed').when(after(1)).then('StepCompleted', 'StepStarted');
  });

  it('refuse what makes no sense', () => {
    given(happyUntil('analyse')).when(resumedBy('anna')).then({ type: 'IntentRefused', ...reason('not_paused') });
    given(happyUntil('analyse'), pausedBy('anna')).when(pausedBy('ben')).then({ type: 'IntentRefused', ...reason('paused_by_person') });
    given(happyUntil('promote')).when(pausedBy('anna')).then({ type: 'IntentRefused', ...reason('too_late') });
  });

  it('are answered in their order when they come at once', () => {
    given(happyUntil('analyse')).when(atOnce(pausedBy('anna'), resumedBy('anna'), pausedBy('ben'))).then('ReleasePaused', 'ReleaseResumed', 'ReleasePaused').thenState({ status: 'paused', intents: [] });
    given(happyUntil('analyse')).when(atOnce(resumedBy('anna'), pausedBy('ben'))).then({ type: 'IntentRefused', ...reason('not_paused') }, 'ReleasePaused');
  });

  it('a later pause outdoes a promotion that has not begun', () => {
    given(happyUntil('scaleCanary'), promotedBy('anna')).when(pausedBy('ben')).then({ type: 'IntentRefused', ...reason('paused_by_person') }, 'ReleasePaused').thenState({ status: 'paused' });
  });
});
