import {
  abortedBy, after, applied, atOnce, failed, given, happyUntil, meanwhile, inspected, passed, pausedBy, promotedBy,
  requested, resumedBy, shifted, stableV1,
} from '../testing';

const reason = (code: string, text?: string) => ({ reason: expect.objectContaining(text === undefined ? { code } : { code, text }) });
describe('abort', () => {
  it.each(['apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire'] as const)(
    'during %s is a rollback that names the user',
    (kind) => {
      given(happyUntil(kind))
        .when(abortedBy('anna', 'too slow'))
        .then({
          type: 'RollbackDecided', to: stableV1, replicas: 5,
          reason: expect.objectContaining({ code: 'aborted', text: expect.stringMatching(/by anna: too slow$/) }),
        })
        .thenState({ status: 'rollingBack', intents: [] })
        .when(shifted(0))
        .then({ type: 'ReleaseRolledBack', ...reason('aborted') });
    },
  );

  it('works in a pause', () => {
    given(happyUntil('analyse'), pausedBy('anna')).when(abortedBy('ben')).then('RollbackDecided').thenState({ rolledBackFrom: 'paused' });
  });

  it('is refused during a rollback and after the end, with no effect (P15)', () => {
    given(happyUntil('apply'), after(8))
      .when(abortedBy('anna'))
      .then({ type: 'IntentRefused', ...reason('too_late') })
      .thenState({ status: 'rollingBack', intents: [] });
    given(happyUntil())
      .when(abortedBy('anna'))
      .then({ type: 'IntentRefused', ...reason('too_late') })
      .thenState({ status: 'promoted', intents: [] });
  });

  it('wins against a concurrent promotion (P20)', () => {
    given(happyUntil('analyse')).when(atOnce(promotedBy('ben', { full: true }), abortedBy('anna')))
      .then({ type: 'RollbackDecided', ...reason('aborted') }, { type: 'IntentRefused', ...reason('too_late') });
  });
});

describe('promotion', () => {
  it('ends the current analysis and names the user', () => {
    given(happyUntil('analyse'))
      .when(promotedBy('anna', { reason: 'seen enough' }))
      .then(
        { type: 'StepCompleted', ...reason('skipped_by_person', 'analysis at 17 % skipped by anna: seen enough') },
        { type: 'StepStarted', spec: expect.objectContaining({ kind: 'scaleCanary' }) },
      )
      .thenState({ intents: [] });
  });

  it('requested twice within a moment skips only one analysis', () => {
    given(happyUntil('analyse'))
      .when(atOnce(promotedBy('anna'), promotedBy('anna')))
      .then('StepCompleted', 'StepStarted')
      .thenState({ intents: [] });
  });

  it('while a stage is scaling skips its analysis', () => {
    given(happyUntil('shiftTraffic'), promotedBy('anna'))
      .when(shifted())
      .then(
        'StepCompleted',
        { type: 'StepStarted', spec: expect.objectContaining({ kind: 'analyse' }) },
        { type: 'StepCompleted', ...reason('skipped_by_person') },
        'StepStarted',
      );
  });

  it('full skips all remaining analyses', () => {
    given(happyUntil('analyse')).when(promotedBy('anna', { full: true })).then(
      { type: 'StepCompleted', ...reason('skipped_by_person') },
      { type: 'PromotionDecided', ...reason('skipped_by_person', 'promoted with 2 analyses skipped by anna') },
      { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote' }) },
    ).thenState({ status: 'promoting', intents: [] });
  });

  it('full during the last analysis is answered when that analysis ends, and is not refused', () => {
    given(happyUntil('analyse', 3)).when(promotedBy('anna', { full: true })).then(
      { type: 'StepCompleted', ...reason('skipped_by_person', 'analyse ended early by anna') },
      { type: 'PromotionDecided', ...reason('all_steps_done', '2 of 3 analyses passed, 1 skipped by a user') },
      { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote' }) },
    ).thenState({ status: 'promoting', intents: [] });
  });

  it('full during the last analysis is refused afterwards by a plan with rules 1', () => {
    given(meanwhile({ rules: 1 }), happyUntil('analyse', 3))
      .when(promotedBy('anna', { full: true }))
      .then(
        { type: 'StepCompleted', ...reason('skipped_by_person') },
        { type: 'IntentRefused', ...reason('nothing_to_promote') },
        'PromotionDecided',
        'StepStarted',
      );
  });

  it('full waits until the objects that the new version needs exist', () => {
    given(happyUntil('apply'))
      .when(promotedBy('anna', { full: true }))
      .then()
      .when(applied())
      .then('StepCompleted', 'PromotionDecided', { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote' }) });
  });

  it('wins against a verdict that arrives together with it', () => {
    given(happyUntil('analyse'))
      .when(atOnce(failed(), promotedBy('anna')))
      .then(
        {
          type: 'StepCompleted',
          reason: expect.objectContaining({
            code: 'skipped_by_person',
            evidence: expect.objectContaining({ verdict: 'fail', by: 'anna' }),
          }),
        },
        'StepStarted',
      );
  });

  it('is refused if no analysis is left to skip', () => {
    given(requested({ strategy: 'rollout' }), inspected())
      .when(promotedBy('anna'))
      .then({ type: 'IntentRefused', ...reason('nothing_to_promote') });
    given(happyUntil('promote')).when(promotedBy('anna')).then({ type: 'IntentRefused', ...reason('too_late') });
  });

  it('resumes a paused release', () => {
    given(happyUntil('analyse'), pausedBy('ben'))
      .when(promotedBy('anna'))
      .then({ type: 'ReleaseResumed', ...reason('skipped_by_person') }, 'StepCompleted', 'StepStarted');
  });

  it('counts skipped and passed analyses separately', () => {
    given(happyUntil('analyse', 2), promotedBy('anna'), happyUntil('analyse'), after(5))
      .when(passed())
      .then(
        'StepCompleted',
        { type: 'PromotionDecided', ...reason('all_steps_done', '2 of 3 analyses passed, 1 skipped by a user') },
        'StepStarted',
      );
  });
});

describe('pause and resume', () => {
  it('stop and continue the release, and name the users', () => {
    given(happyUntil('analyse'))
      .when(pausedBy('anna', 'lunch'))
      .then({ type: 'ReleasePaused', ...reason('paused_by_person', 'paused by anna: lunch') })
      .thenState({ status: 'paused', intents: [] })
      .when(resumedBy('ben'))
      .then({ type: 'ReleaseResumed', ...reason('resumed_by_person', 'resumed by ben') })
      .thenState({ status: 'releasing', intents: [] });
  });

  it('a pause delays the effect of findings until it ends', () => {
    given(happyUntil('analyse'), pausedBy('anna'))
      .when(failed())
      .then()
      .when(resumedBy('anna'))
      .then('ReleaseResumed', { type: 'RollbackDecided', ...reason('error_rate') });
  });

  it('a pause does not shorten an observation', () => {
    given(happyUntil('analyse'), after(4), pausedBy('anna'), after(100), passed())
      .when(resumedBy('anna'))
      .then('ReleaseResumed')
      .when(after(1))
      .then('StepCompleted', 'StepStarted');
  });

  it('are refused where they have no meaning', () => {
    given(happyUntil('analyse')).when(resumedBy('anna')).then({ type: 'IntentRefused', ...reason('not_paused') });
    given(happyUntil('analyse'), pausedBy('anna')).when(pausedBy('ben')).then({ type: 'IntentRefused', ...reason('paused_by_person') });
    given(happyUntil('promote')).when(pausedBy('anna')).then({ type: 'IntentRefused', ...reason('too_late') });
  });

  it('are answered in order when they arrive together', () => {
    given(happyUntil('analyse'))
      .when(atOnce(pausedBy('anna'), resumedBy('anna'), pausedBy('ben')))
      .then('ReleasePaused', 'ReleaseResumed', 'ReleasePaused')
      .thenState({ status: 'paused', intents: [] });
    given(happyUntil('analyse'))
      .when(atOnce(resumedBy('anna'), pausedBy('ben')))
      .then({ type: 'IntentRefused', ...reason('not_paused') }, 'ReleasePaused');
  });

  it('a later pause overrides a promotion that has not begun', () => {
    given(happyUntil('scaleCanary'), promotedBy('anna'))
      .when(pausedBy('ben'))
      .then({ type: 'IntentRefused', ...reason('paused_by_person') }, 'ReleasePaused')
      .thenState({ status: 'paused' });
  });
});
