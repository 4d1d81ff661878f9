import type { ReleaseEvent } from '../events';
import {
  after, applied, atOnce, degraded, effectFailed, failed, given, happyUntil, inspected, meanwhile, nothingRuns,
  pausedBy, progressed, ready, readyAsAutoscaled, requested, resumedBy, scaled, shifted, stale,
} from '../testing';
import { due, nextDue } from '../due';
import { msOf } from '../time';

const reason = (code: string, text = '') => ({ reason: expect.objectContaining({ code, text: expect.stringContaining(text) }) });

describe('the progress deadline', () => {
  it('counts from the last newly ready pod', () => {
    given(happyUntil('promote'), scaled(), after(7), progressed(2), after(7), progressed(3))
      .when(after(7.999))
      .then()
      .when(after(0.001))
      .then({
        type: 'RollbackDecided',
        ...reason(
          'progress_deadline', '3 of 5 stable pods ready, no progress of promote for 8 s; it waited for 5 ready pods of the new version',
        ),
      });
  });

  it('does not wait for pods that an autoscaler does not allow: promotion completes with the allowed ones', () => {
    given(happyUntil('promote'), scaled(), ready(3)).when(after(7.999)).then();
    given(happyUntil('promote'), scaled()).when(readyAsAutoscaled(3)).then('StepCompleted', 'StepStarted');
  });

  it('is not extended by a crash loop (A#3765)', () => {
    given(happyUntil('promote'), progressed(2), after(4), progressed(1), after(2), progressed(2))
      .when(after(2))
      .then({ type: 'RollbackDecided', ...reason('progress_deadline') });
  });

  it('is not extended by outcomes, nor by findings of an earlier step', () => {
    given(happyUntil('scaleCanary'), after(7), scaled(), stale(progressed(1)))
      .when(after(1))
      .then({ type: 'RollbackDecided', ...reason('progress_deadline') });
  });

  it('ends a step whose executor stops reporting', () => {
    given(happyUntil('apply'))
      .when(after(8))
      .then({ type: 'RollbackDecided', ...reason('progress_deadline', 'no progress of apply for 8 s') });
  });

  it('does not fail a step that completes at that instant', () => {
    given(happyUntil('scaleCanary'), scaled(), after(8)).thenState({ status: 'rollingBack' });
    given(happyUntil('scaleCanary'), scaled(), after(7)).when(ready()).then('StepCompleted', 'StepStarted');
  });

  it('does not run while queued (P16)', () => {
    given(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested())
      .when(after(1e6))
      .then()
      .when(meanwhile({ slot: { holder: null, counter: 1 } }))
      .then('GateOpened')
      .when(after(599))
      .then()
      .when(inspected())
      .then('ReleasePlanned', 'StepStarted');
  });

  it('stops during a pause and continues afterwards', () => {
    given(happyUntil('scaleCanary'), after(5), pausedBy('anna'))
      .when(after(1e6))
      .then()
      .when(resumedBy('anna'))
      .then('ReleaseResumed')
      .when(after(2.999))
      .then()
      .when(after(0.001))
      .then({ type: 'RollbackDecided', ...reason('progress_deadline') });
  });

  it('is not extended beyond the pause if a pod became ready during it', () => {
    const resumed = given(happyUntil('promote'), after(5), pausedBy('anna'), resumedBy('anna'));
    resumed.thenState({ status: 'promoting' });
    given(happyUntil('scaleCanary', 2), after(5), pausedBy('anna'), after(100), progressed(1), after(100), resumedBy('anna'))
      .when(after(7.999)).then().when(after(0.001)).then('RollbackDecided');
  });
});

describe('the deadline of an analysis', () => {
  it('counts from its start, however many pods become ready', () => {
    given(happyUntil('analyse'), after(6), progressed(3), after(3), progressed(4))
      .when(after(0.999))
      .then()
      .when(after(0.001))
      .then({ type: 'RollbackDecided', ...reason('inconclusive') });
  });
});

describe('a fact of an earlier attempt', () => {
  it.each([
    ['attempt', { attempt: 0 }],
    ['step', { step: 0 }],
    ['decision', { decision: 1 }],
  ])('changes nothing if only its %s differs', (_, other) => {
    const scenario = given(happyUntil('scaleCanary'));
    for (const fact of [scaled(), ready(), degraded('OOMKilled'), effectFailed('forbidden')]) {
      scenario
        .when((state) => {
          const event = fact(state);
          return { ...event, data: { ...event.data, ...other } } as ReleaseEvent;
        })
        .then();
    }
    scenario.thenState({ status: 'releasing', current: { effectDone: false, ready: false, degraded: null, effectFailed: null } });
  });
});

describe('the rollback', () => {
  const back = () => given(happyUntil('scaleCanary'), degraded('CrashLoopBackOff'));

  it('ends when all traffic is on stable again', () => {
    back()
      .when(shifted(0))
      .then({ type: 'ReleaseRolledBack', ...reason('crash_loop') })
      .thenState({ status: 'rolledBack', weights: { asked: 0, reached: 0 } });
  });

  it('is stuck when it cannot be finished by its deadline', () => {
    back()
      .when(after(8))
      .then({
        type: 'ReleaseStuck',
        reason: expect.objectContaining({
          code: 'rollback_deadline',
          text: expect.stringContaining('keeps crashing'),
          evidence: expect.objectContaining({ rollback: 'crash_loop' }),
        }),
      });
  });

  it('extends its deadline while pods become ready', () => {
    back().when(after(7), progressed(3), after(7), progressed(4), after(7), shifted(0)).then('ReleaseRolledBack');
  });

  it('is retried by the executor when stuck, and ends the release once finished', () => {
    const stuck = back();
    stuck.when(after(8)).then('ReleaseStuck').thenState({ status: 'stuck' });
    expect(due(stuck.state)).toEqual({ awaits: ['executor'], nextDueAt: null });
    stuck
      .when(after(1e6))
      .then()
      .when(shifted(0))
      .then({ type: 'ReleaseRolledBack', ...reason('crash_loop') })
      .thenState({ status: 'rolledBack', weights: { asked: 0, reached: 0 } });
    expect(due(stuck.state)).toEqual({ awaits: [], nextDueAt: null });
  });

  it('is stuck immediately if an effect cannot succeed', () => {
    back().when(effectFailed('forbidden')).then({ type: 'ReleaseStuck', ...reason('forbidden') });
  });

  it('is not interrupted by a crashing stable pod', () => {
    back().when(degraded('CrashLoopBackOff')).then();
  });

  it('ends as failed if there is no version to roll back to', () => {
    given(meanwhile({ stable: null }), requested(), inspected(nothingRuns), applied()).when(degraded('CrashLoopBackOff'))
      .then({ type: 'RollbackDecided', to: null }).thenState({ current: { spec: { kind: 'rollback', to: null, onFirstFailure: 'keep' } } })
      .when(shifted(0)).then({ type: 'ReleaseFailed', ...reason('crash_loop') });
  });
});

describe('due', () => {
  const dueIn = (scenario: ReturnType<typeof given>) => {
    const at = nextDue(scenario.state);
    return { awaits: due(scenario.state).awaits, inSeconds: at === null ? null : (at - scenario.now) / 1000 };
  };

  it.each([
    ['gated', given(requested()), ['planner', 'executor'], 600],
    ['queued', given(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested()), ['planner'], null],
    ['apply', given(happyUntil('apply')), ['executor'], 8],
    ['scaleCanary', given(happyUntil('scaleCanary')), ['executor', 'watcher'], 8],
    ['scaleCanary, scaled', given(happyUntil('scaleCanary'), after(2), scaled()), ['watcher'], 6],
    ['scaleCanary, ready', given(happyUntil('scaleCanary'), after(2), ready()), ['executor'], 8],
    ['shiftTraffic', given(happyUntil('shiftTraffic')), ['executor'], 8],
    ['analyse', given(happyUntil('analyse')), ['watcher'], 10],
    ['paused', given(happyUntil('analyse'), pausedBy('anna')), [], null],
    ['promote', given(happyUntil('promote')), ['executor', 'watcher'], 8],
    ['rollback', given(happyUntil('apply'), after(8)), ['executor', 'watcher'], 8],
    ['rollback, a pod of stable fails', given(happyUntil('apply'), after(8), degraded('OOMKilled')), ['executor', 'watcher'], 8],
    ['promoted', given(happyUntil()), [], null],
  ] as const)('%s', (_, scenario, awaits, inSeconds) => expect(dueIn(scenario)).toEqual({ awaits, inSeconds }));

  it.each([
    ['an effect has failed', happyUntil('scaleCanary'), effectFailed('invalid_object')],
    ['a pod is degraded', happyUntil('scaleCanary'), degraded('OOMKilled')],
    ['a verdict has failed', happyUntil('analyse'), failed()],
    ['an effect of the rollback has failed', atOnce(happyUntil('scaleCanary'), degraded('OOMKilled')), effectFailed('invalid_object')],
  ])('awaits the planner as soon as %s, so that a lost trigger costs one resync', (_, until, fact) => {
    const scenario = given(until);
    scenario.decide();
    scenario.apply(fact);
    expect(due(scenario.state).awaits).toContain('planner');
    expect(scenario.decide()).toBeGreaterThan(0);
  });

  it('is an ISO time for the view', () => {
    const { state, now } = given(happyUntil('apply'));
    expect(msOf(due(state).nextDueAt!)).toBe(now + 8_000);
  });
});
