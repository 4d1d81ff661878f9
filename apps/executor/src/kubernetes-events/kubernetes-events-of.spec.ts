import type { StoredEvent } from '@alloy/contracts';
import {
  abortedBy, after, blocked, degraded, drifted, failed, happyUntil, inconclusive, meanwhile, nothingRuns, pausedBy,
  resumedBy, Scenario, shifted, inspected, requested, type Item,
} from '@alloy/release/testing';
import { kubernetesEventsOf, type UnboundEvent } from './kubernetes-events-of';

const play = (...items: readonly Item[]): readonly UnboundEvent[] => {
  const { log, state } = new Scenario().given(...items);
  if (state.status === 'none') throw new Error('nothing was played');
  return kubernetesEventsOf(log as unknown as readonly StoredEvent[], state);
};
const reasons = (events: readonly UnboundEvent[]): readonly string[] =>
  events.map(({ reason, count }) => (count === 1 ? reason : `${reason} x${count}`));
const noteOf = (events: readonly UnboundEvent[], reason: string): string | undefined =>
  events.find((event) => event.reason === reason)?.note;

describe('kubernetesEventsOf', () => {
  it('returns the stages and the promotion of a release that succeeds, as normal events', () => {
    const events = play(happyUntil());
    const stage = ['StageStarted', 'TrafficShifted', 'AnalysisPassed'];
    expect(reasons(events)).toEqual(['ReleaseStarted', ...stage, ...stage, ...stage, 'PromotionStarted', 'ReleasePromoted']);
    expect(events.every(({ type }) => type === 'Normal')).toBe(true);
    expect(noteOf(events, 'ReleaseStarted')).toMatch(
      new RegExp(
        '^Started the release of v2 over v1 with 5 stable pods: canary with 3 stages \\(.+\\); '
        + 'judged by metrics: stable pod web-1 counts requests in http_requests_total .+ \\(release R2\\)$',
      ),
    );
    expect(events.filter(({ reason }) => reason === 'StageStarted').map(({ note }) => note)).toEqual([
      'Stage 1 of 3: 17 % of the traffic to v2, with 1 canary pod and 5 stable pods',
      'Stage 2 of 3: 50 % of the traffic to v2, with 3 canary pods and 3 stable pods',
      'Stage 3 of 3: 83 % of the traffic to v2, with 5 canary pods and 1 stable pod',
    ]);
    expect(noteOf(events, 'TrafficShifted'))
      .toBe('v2 receives 17 % of the traffic (requested: 17 %): 1 canary pod and 5 stable pods are ready');
    expect(noteOf(events, 'ReleasePromoted')).toBe('v2 was promoted: v2 is the stable version');
  });

  it('returns the failed analysis and the rollback as warnings with the numbers', () => {
    const events = play(happyUntil('analyse'), failed(), shifted(0));
    expect(reasons(events)).toEqual([
      'ReleaseStarted', 'StageStarted', 'TrafficShifted', 'AnalysisFailed', 'RollbackStarted', 'ReleaseRolledBack',
    ]);
    expect(events.slice(3).map(({ type }) => type)).toEqual(['Warning', 'Warning', 'Warning']);
    expect(noteOf(events, 'RollbackStarted')).toMatch(/^Rolling back v2 to v1: .*\d/);
  });

  it('returns the failure of a release that has no version to roll back to', () => {
    const events = play(
      meanwhile({ stable: null }),
      requested(),
      inspected(nothingRuns),
      happyUntil('promote'),
      degraded('CrashLoopBackOff', 'exit code 1'),
      shifted(0),
    );
    expect(reasons(events)).toEqual(['ReleaseStarted', 'PromotionStarted', 'WorkloadDegraded', 'RollbackStarted', 'ReleaseFailed']);
    expect(noteOf(events, 'WorkloadDegraded')).toMatch(/keeps crashing \(CrashLoopBackOff\): exit code 1$/);
  });

  it('counts how often pods could not be created', () => {
    const events = play(
      happyUntil('scaleCanary'),
      blocked('AdmissionDenied', 'denied request: v2 is not signed'),
      blocked('AdmissionDenied', 'denied request: v2 is not signed'),
      after(8),
    );
    expect(reasons(events)).toEqual(['ReleaseStarted', 'StageStarted', 'WorkloadBlocked x2', 'RollbackStarted']);
    expect(noteOf(events, 'WorkloadBlocked'))
      .toBe("v2: 0 of 1 canary pods ready, pods can't be created: denied request: v2 is not signed; " +
        'the release waits until its deadline: change the manifest or the policy');
  });

  it('returns the queueing and the abort of a release that never started', () => {
    expect(reasons(play(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested(), abortedBy('ada', 'a mistake')))).toEqual([
      'ReleaseQueued', 'ReleaseAborted',
    ]);
  });

  it('counts repetitions, keeps the note of the first one, and never changes a name', () => {
    const again: readonly Item[] = [
      happyUntil('analyse'),
      pausedBy('ada', 'lunch'),
      after(1),
      resumedBy('ada'),
      after(1),
      pausedBy('bob', 'tea'),
      inconclusive(),
      inconclusive(),
    ];
    const events = play(...again);
    expect(reasons(events)).toEqual([
      'ReleaseStarted', 'StageStarted', 'TrafficShifted', 'ReleasePaused x2', 'ReleaseResumed', 'AnalysisInconclusive x2',
    ]);
    const paused = events.find(({ reason }) => reason === 'ReleasePaused')!;
    expect(paused.note).toContain('lunch');
    expect(Date.parse(paused.lastAt) - Date.parse(paused.firstAt)).toBe(2_000);
    const before = play(...again.slice(0, 2));
    expect(events.slice(0, before.length).map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(new Set(events.map(({ name }) => name)).size).toBe(events.length);
  });

  it('returns drift as one event for each kind of change', () => {
    const events = play(happyUntil('analyse'), drifted(), drifted());
    expect(reasons(events).at(-1)).toBe('DriftDetected x2');
    expect(events.at(-1)).toMatchObject({
      type: 'Warning', note: expect.stringMatching(/was changed by .+; Alloy does not revert the change before a promotion$/),
    });
  });

  it('sets the listed times so that kubectl sorts repetitions last, and gives no two events the same second', () => {
    const events = play(happyUntil('analyse'), pausedBy('ada', 'lunch'), resumedBy('ada'), pausedBy('bob', 'tea'));
    const listed = [...events].sort((a, b) => Date.parse(a.listedAt) - Date.parse(b.listedAt));
    expect(listed.map(({ reason }) => reason)).toEqual([
      'ReleaseStarted', 'StageStarted', 'TrafficShifted', 'ReleaseResumed', 'ReleasePaused',
    ]);
    expect(new Set(events.map(({ listedAt }) => listedAt.slice(0, 19))).size).toBe(events.length);
  });

  it('returns valid object names that sort in the order of the events', () => {
    const names = play(happyUntil()).map(({ name }) => name);
    expect([...names].sort()).toEqual(names);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  });
});
