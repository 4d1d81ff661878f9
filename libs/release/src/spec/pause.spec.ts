import { due } from '../due';
import { checkHistory } from '../replay/check-history';
import { refusalOfIntent } from '../refusal-of-intent';
import { waitingOf } from '../waiting';
import type { PlannedPolicy } from '../policy';
import {
  abortedBy, after, atOnce, blocked, currentOf, degraded, given, happyUntil, identity, meanwhile, pausedBy, policy, promotedBy, ready,
  resumedBy, unblocked, waiter, type Along, type Item, type Scenario,
} from '../testing';
import { isoOf, msOf } from '../time';

const reason = (code: string, text?: string) => ({ reason: expect.objectContaining(text === undefined ? { code } : { code, text }) });
const steps: PlannedPolicy['steps'] = [
  { setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 5 } }, { pause: { duration: 60 } },
];
const withSteps = (over: Partial<PlannedPolicy> = {}): Item => meanwhile({ policy: { ...policy, steps, ...over } });
/** In the pause that only a user ends, or in the second one of 60 s. */
const inPause = (nth: 1 | 2 = 1): Scenario => given(withSteps(), happyUntil('pause', nth));
/** When the watcher was active since the start of the pause, in seconds. */
const watched = (...spans: ReadonlyArray<readonly [number, number]>): Along => ({
  along: (scenario) => {
    const { ref, startedAt } = currentOf(scenario.state);
    const active = spans.map(([from, to]) => ({ from: msOf(startedAt) + from * 1_000, to: msOf(startedAt) + to * 1_000 }));
    scenario.apply(meanwhile({ heartbeats: { watcher: { decision: ref.decision, active } } }));
  },
});

describe('a pause without a duration', () => {
  it('is never due, needs the watcher and not the executor, and has no deadline', () => {
    const scenario = inPause();
    expect(due(scenario.state)).toEqual({ awaits: ['watcher'], nextDueAt: null });
    scenario.when(after(7 * 24 * 3_600)).then().thenState({ status: 'releasing' });
  });

  it.each<[string, Item, string, string]>([
    ['a promotion', promotedBy('anna', { reason: 'looks good' }), 'promoted_by_person', 'pause at 20 % ended by anna: looks good'],
    ['a resume', resumedBy('anna'), 'resumed_by_person', 'pause at 20 % ended by anna'],
  ])('ends by %s', (_what, intent, code, text) => {
    inPause()
      .when(intent)
      .then(
        { type: 'StepCompleted', ...reason(code, text) },
        { type: 'StepStarted', spec: expect.objectContaining({ kind: 'scaleCanary' }) },
      )
      .thenState({ intents: [] });
  });

  it('is skipped with all that follows by a full promotion', () => {
    inPause()
      .when(promotedBy('anna', { full: true }))
      .then({ type: 'StepCompleted', ...reason('skipped_by_person') }, 'PromotionDecided', 'StepStarted')
      .thenState({ status: 'promoting', intents: [] });
  });

  it('as the last step before a weight leaves no intent behind', () => {
    given(withSteps({ steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 100 }] }), happyUntil('pause'))
      .when(promotedBy('anna', { full: true }))
      .then('StepCompleted', { type: 'StepStarted', spec: expect.objectContaining({ kind: 'scaleCanary' }) })
      .thenState({ intents: [] });
  });

  it('rolls a canary back that becomes unhealthy', () => {
    inPause().when(degraded('CrashLoopBackOff')).then({ type: 'RollbackDecided', ...reason('crash_loop') });
  });

  it('ends by an abort, and for a newer release that supersedes it', () => {
    inPause().when(abortedBy('anna')).then({ type: 'RollbackDecided', ...reason('aborted') });
    inPause().when(meanwhile({ waiting: [waiter('R3', 5, 'supersede')] })).then({ type: 'RollbackDecided', ...reason('superseded') });
  });

  it('ends by a promotion of it only once: a second one does not skip the next analysis', () => {
    const scenario = inPause();
    const { step } = currentOf(scenario.state).ref;
    const pinned = (name: string): Item => {
      const by = promotedBy(name);
      return { ...by, event: { type: 'PromotionRequested', data: { full: false, reason: null, step } } };
    };
    scenario.when(pinned('anna')).then('StepCompleted', 'StepStarted');
    scenario.when(pinned('ben')).then({ type: 'IntentRefused', ...reason('too_late') }).thenState({ intents: [] });
    scenario.play([happyUntil('analyse')]);
    expect(currentOf(scenario.state).spec.kind).toBe('analyse');
  });

  it('is not ended by a promotion from before it began, nor is the analysis after it', () => {
    given(withSteps(), happyUntil('scaleCanary')).when(promotedBy('anna')).then({ type: 'IntentRefused', ...reason('nothing_to_promote') });
    given(withSteps(), happyUntil('shiftTraffic', 2))
      .when(promotedBy('anna'))
      .then({ type: 'IntentRefused', ...reason('nothing_to_promote') });
  });

  it.each([5, 8, 9_999])('is not ended by a promotion of step %d, which is not in progress, and neither is that step later', (step) => {
    const by = promotedBy('anna');
    const pinned: Item = { ...by, event: { type: 'PromotionRequested', data: { full: false, reason: null, step } } };
    inPause().when(pinned).then({ type: 'IntentRefused', ...reason('nothing_to_promote') }).thenState({ intents: [] });
    inPause()
      .when(pausedBy('ben'), pinned)
      .then('ReleasePaused', 'ReleaseResumed', { type: 'IntentRefused', ...reason('nothing_to_promote') })
      .thenState({ intents: [] });
  });

  it('is not ended by a resume of an earlier pause', () => {
    const by = resumedBy('anna');
    inPause(2)
      .when({ ...by, event: { type: 'ResumeRequested', data: { reason: null, step: 3 } } })
      .then({ type: 'IntentRefused', ...reason('not_paused') })
      .thenState({ intents: [] });
  });

  it('rolls back at the deadline if pods of the canary cannot start, and not before', () => {
    const scenario = inPause();
    scenario.when(after(1_000), blocked('Unschedulable', '0/1 nodes are available', 0)).then();
    expect(due(scenario.state).nextDueAt).toBe(isoOf(scenario.now + 8_000));
    scenario.when(after(7.999)).then().when(after(0.001)).then({
      type: 'RollbackDecided',
      reason: expect.objectContaining({
        code: 'unschedulable', text: expect.stringContaining('it waited for the pods of Deployment web-canary'),
      }),
    });
    inPause().when(blocked('Unschedulable', 'no room', 0), after(7), unblocked(), after(100)).then();
  });
});

describe('a pause with a duration', () => {
  it('ends after it', () => {
    const scenario = inPause(2);
    expect(due(scenario.state)).toEqual({ awaits: ['watcher'], nextDueAt: isoOf(scenario.now + 60_000) });
    scenario.when(after(59.999)).then().when(after(0.001)).then(
      { type: 'StepCompleted', ...reason('step_done', 'the pause of 60 s at 50 % is over') }, 'PromotionDecided', 'StepStarted',
    );
  });

  it('does not end before the watcher has observed for as long, and records the absence', () => {
    const scenario = inPause(2);
    scenario
      .when(atOnce(watched([0, 10]), after(60)))
      .then()
      .when(atOnce(watched([0, 10], [60, 109]), after(49)))
      .then()
      .when(atOnce(watched([0, 10], [60, 110]), after(1)))
      .then({ type: 'StepCompleted', absence: { seconds: 50, of: ['watcher'] } }, 'PromotionDecided', 'StepStarted');
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });

  it('does not end while pods of the canary cannot start', () => {
    given(withSteps({ progressDeadline: 600 }), happyUntil('pause', 2))
      .when(after(30), blocked('Unschedulable', 'no room', 0), after(100))
      .then()
      .when(unblocked(2), ready(3))
      .then('StepCompleted', 'PromotionDecided', 'StepStarted');
  });

  it('does not count the time in which a user paused the release', () => {
    inPause(2)
      .when(after(30), pausedBy('anna'), after(100), resumedBy('anna'))
      .then('ReleasePaused', 'ReleaseResumed')
      .when(after(29.999)).then()
      .when(after(0.001)).then('StepCompleted', 'PromotionDecided', 'StepStarted');
  });

  it('ends early by a promotion', () => {
    inPause(2).when(promotedBy('anna')).then({ type: 'StepCompleted', ...reason('promoted_by_person') }, 'PromotionDecided', 'StepStarted');
  });
});

describe('the answer to an intent in a pause', () => {
  it('lets users promote, resume, pause and abort it', () => {
    for (const type of ['PromotionRequested', 'ResumeRequested', 'PauseRequested', 'AbortRequested'] as const)
      expect([type, refusalOfIntent(inPause().state, type)]).toEqual([type, undefined]);
  });
});

describe('waitingOf', () => {
  it('says who can end a pause and since when it lasts', () => {
    const scenario = inPause();
    const since = isoOf(scenario.now);
    expect(waitingOf(scenario.state)).toEqual({
      code: 'pause', waitsFor: 'a user with the scope operate', since, earliestOpen: null,
      text: `the pause at 20 % began at ${since}; it ends when a user with the scope operate promotes or resumes the release`,
    });
  });

  it('says when a timed pause ends at the earliest', () => {
    const scenario = inPause(2);
    expect(waitingOf(scenario.state)).toMatchObject({ waitsFor: '60 s to pass', earliestOpen: isoOf(scenario.now + 60_000) });
  });

  it('says when a pause really began, and when it ends by what the watcher has observed', () => {
    const scenario = inPause(2);
    const since = isoOf(scenario.now);
    scenario.when(after(10), pausedBy('ben'), after(100), resumedBy('ben'));
    expect(waitingOf(scenario.state)).toMatchObject({ since, earliestOpen: isoOf(scenario.now + 50_000) });
    const watcher = { decision: currentOf(scenario.state).ref.decision, active: [] };
    const seen = { context: { heartbeats: { watcher } }, now: scenario.now };
    expect(waitingOf(scenario.state, seen)).toMatchObject({ since, earliestOpen: isoOf(scenario.now + 60_000) });
  });

  it('says who paused a release', () => {
    const { state, now } = given(happyUntil('analyse'), pausedBy('ben', 'lunch'));
    expect(waitingOf(state)).toMatchObject({ code: 'paused', since: isoOf(now), text: expect.stringContaining('paused by ben: lunch') });
  });

  it('is null for a release that progresses', () => expect(waitingOf(given(happyUntil('analyse')).state)).toBeNull());
});
