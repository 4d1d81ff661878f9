import type { StoredEvent } from '@alloy/contracts';
import { abortedBy, after, blocked, degraded, drifted, failed, happyUntil, inconclusive, meanwhile, nothingRuns, pausedBy, resumedBy, Scenario, shifted, inspected, requested, type Item } from '@alloy/release/testing';
import { storyOf, type Told } from './story-of';

const story = (...items: readonly Item[]): readonly Told[] => {
  const { log, state } = new Scenario().given(...items);
  if (state.status === 'none') throw new Error('nothing was played');
  return storyOf(log as unknown as readonly StoredEvent[], state);
};
const reasons = (told: readonly Told[]): readonly string[] => told.map(({ reason, count }) => (count === 1 ? reason : `${reason} x${count}`));
const noteOf = (told: readonly Told[], reason: string): string | undefined => told.find((one) => one.reason === reason)?.note;

describe('the story of a release, for kubectl describe', () => {
  it('that goes well', () => {
    const told = story(happyUntil());
    const stage = ['StageStarted', 'TrafficShifted', 'AnalysisPassed'];
    expect(reasons(told)).toEqual(['ReleaseStarted', ...stage, ...stage, ...stage, 'PromotionStarted', 'ReleasePromoted']);
    expect(told.every(({ type }) => type === 'Normal')).toBe(true);
    expect(noteOf(told, 'ReleaseStarted')).toMatch(/^Started the release of v2 over v1 with 5 stable pods: canary with 3 stages \(.+\); judged by metrics: stable pod web-1 counts requests in http_requests_total .+ \(release R2\)$/);
    expect(told.filter(({ reason }) => reason === 'StageStarted').map(({ note }) => note)).toEqual([
      'Stage 1 of 3: 17 % of the traffic to v2, with 1 canary pod and 5 stable pods',
      'Stage 2 of 3: 50 % of the traffic to v2, with 3 canary pods and 3 stable pods',
      'Stage 3 of 3: 83 % of the traffic to v2, with 5 canary pods and 1 stable pod',
    ]);
    expect(noteOf(told, 'TrafficShifted')).toBe('v2 receives 17 % of the traffic (requested: 17 %): 1 canary pod and 5 stable pods are ready');
    expect(noteOf(told, 'ReleasePromoted')).toBe('v2 was promoted: v2 is the stable version');
  });

  it('whose canary fails, as warnings with the numbers', () => {
    const told = story(happyUntil('analyse'), failed(), shifted(0));
    expect(reasons(told)).toEqual(['ReleaseStarted', 'StageStarted', 'TrafficShifted', 'AnalysisFailed', 'RollbackStarted', 'ReleaseRolledBack']);
    expect(told.slice(3).map(({ type }) => type)).toEqual(['Warning', 'Warning', 'Warning']);
    expect(noteOf(told, 'RollbackStarted')).toMatch(/^Rolling back v2 to v1: .*\d/);
  });

  it('that fails with nothing to go back to', () => {
    const told = story(meanwhile({ stable: null }), requested(), inspected(nothingRuns), happyUntil('promote'), degraded('CrashLoopBackOff', 'exit code 1'), shifted(0));
    expect(reasons(told)).toEqual(['ReleaseStarted', 'PromotionStarted', 'WorkloadDegraded', 'RollbackStarted', 'ReleaseFailed']);
    expect(noteOf(told, 'WorkloadDegraded')).toMatch(/keeps crashing \(CrashLoopBackOff\): exit code 1$/);
  });

  it('whose pods can not be created', () => {
    const told = story(happyUntil('scaleCanary'), blocked('AdmissionDenied', 'denied request: v2 is not signed'), blocked('AdmissionDenied', 'denied request: v2 is not signed'), after(8));
    expect(reasons(told)).toEqual(['ReleaseStarted', 'StageStarted', 'WorkloadBlocked x2', 'RollbackStarted']);
    expect(noteOf(told, 'WorkloadBlocked')).toBe("v2: 0 of 1 canary pods ready, pods can't be created: denied request: v2 is not signed; the release waits until its deadline");
  });

  it('that never began', () => {
    expect(reasons(story(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested(), abortedBy('ada', 'a mistake')))).toEqual(['ReleaseQueued', 'ReleaseAborted']);
  });

  it('counts what happens again, keeps its first words, and never changes a name', () => {
    const again: readonly Item[] = [happyUntil('analyse'), pausedBy('ada', 'lunch'), after(1), resumedBy('ada'), after(1), pausedBy('bob', 'tea'), inconclusive(), inconclusive()];
    const told = story(...again);
    expect(reasons(told)).toEqual(['ReleaseStarted', 'StageStarted', 'TrafficShifted', 'ReleasePaused x2', 'ReleaseResumed', 'AnalysisInconclusive x2']);
    const paused = told.find(({ reason }) => reason === 'ReleasePaused')!;
    expect(paused.note).toContain('lunch');
    expect(Date.parse(paused.lastAt) - Date.parse(paused.firstAt)).toBe(2_000);
    const before = story(...again.slice(0, 2));
    expect(told.slice(0, before.length).map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(new Set(told.map(({ name }) => name)).size).toBe(told.length);
  });

  it('tells of somebody else\'s changes once for each kind of them', () => {
    const told = story(happyUntil('analyse'), drifted(), drifted());
    expect(reasons(told).at(-1)).toBe('DriftDetected x2');
    expect(told.at(-1)).toMatchObject({ type: 'Warning', note: expect.stringMatching(/was changed by .+; Alloy does not revert the change$/) });
  });

  it('is listed in its order: what happens again comes last, and no two have the same second', () => {
    const told = story(happyUntil('analyse'), pausedBy('ada', 'lunch'), resumedBy('ada'), pausedBy('bob', 'tea'));
    const listed = [...told].sort((a, b) => Date.parse(a.listedAt) - Date.parse(b.listedAt));
    expect(listed.map(({ reason }) => reason)).toEqual(['ReleaseStarted', 'StageStarted', 'TrafficShifted', 'ReleaseResumed', 'ReleasePaused']);
    expect(new Set(told.map(({ listedAt }) => listedAt.slice(0, 19))).size).toBe(told.length);
  });

  it('is told in order by names that a cluster takes', () => {
    const names = story(happyUntil()).map(({ name }) => name);
    expect([...names].sort()).toEqual(names);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  });
});
