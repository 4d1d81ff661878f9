import { due } from '../due';
import { evolve } from '../evolve';
import type { PlannedPolicy } from '../policy';
import { checkHistory } from '../replay/check-history';
import type { Recorded } from '../state';
import {
  abortedBy, after, currentOf, given, happyUntil, identity, inspected, meanwhile, passed, pausedBy, policy, promotedBy, requested,
  resumedBy, shifted, trafficDrifted, type Item, type Scenario,
} from '../testing';

const steps: PlannedPolicy['steps'] = [{ setWeight: 25 }, { analysis: { duration: 5 } }, { setWeight: 50 }, { pause: {} }];
const by = (over: Partial<PlannedPolicy> = {}): Item =>
  meanwhile({ policy: { ...policy, steps, traffic: { router: 'gatewayApi' }, ...over } });
const until = (kind: 'scaleCanary' | 'shiftTraffic' | 'analyse' | 'pause', over?: Partial<PlannedPolicy>): Scenario =>
  given(by(over), requested(), inspected({ replicas: 8, ready: 8 })).given(happyUntil(kind));
const started = (kind: string, attempt: number, step: number) =>
  ({ type: 'StepStarted' as const, step, attempt, spec: expect.objectContaining({ kind }) });
const lost = expect.objectContaining({ code: 'traffic_drifted' });

/** The tool undoes each repetition of the shift, after which Alloy waits. */
function fought(scenario: Scenario): Scenario {
  scenario.when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 2, 2));
  scenario.when(shifted()).then('StepCompleted', started('analyse', 2, 3));
  scenario.when(trafficDrifted()).then();
  scenario.when(after(4.9)).then();
  scenario.when(after(0.1)).then('ShiftRepeated', started('shiftTraffic', 3, 2));
  scenario.when(shifted()).then('StepCompleted', started('analyse', 3, 3));
  scenario.when(trafficDrifted()).then();
  scenario.when(after(15)).then('ShiftRepeated', started('shiftTraffic', 4, 2));
  return scenario.when(shifted()).then('StepCompleted', started('analyse', 4, 3));
}

describe('traffic that another client has changed while the canary is observed', () => {
  it('is set again at once by the last shift, and the analysis starts again with all of its time', () => {
    const scenario = until('analyse').when(after(3), trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 2, 2));
    expect(due(scenario.state).awaits).toContain('executor');
    scenario.when(shifted()).then('StepCompleted', started('analyse', 2, 3));
    expect(currentOf(scenario.state)).toMatchObject({ verdict: null });
    scenario.when(after(2)).then();
    scenario.when(after(3), passed()).then('StepCompleted', started('scaleCanary', 1, 4));
  });

  it('is set again with growing waits, and after the third time the release is rolled back', () => {
    fought(until('analyse')).when(trafficDrifted()).then({ type: 'RollbackDecided', reason: expect.objectContaining({
      code: 'traffic_drifted', evidence: expect.objectContaining({ manager: 'argocd-controller', restored: 3 }),
      text: 'HTTPRoute web was changed by argocd-controller: it has 0 % to web-canary, not 25 % to web-canary, although Alloy has set ' +
        'the traffic again 3 times; let argocd-controller ignore spec.rules of HTTPRoute web during releases, and release again',
    }) });
  });

  it('is not set again for an attempt that is over', () => {
    const { state } = until('analyse');
    const { ref } = currentOf(state);
    const repeated = (attempt: number) => evolve(state, {
      type: 'ShiftRepeated', data: { ...ref, attempt, shift: 2, reason: {} }, id: 'e', version: state.version + 1,
      occurredAt: '2026-01-01T00:00:00.000Z', actor: { kind: 'node', id: 'planner' },
    } as unknown as Recorded);
    expect(repeated(ref.attempt)).toMatchObject({ current: null, done: 2 });
    expect(currentOf(repeated(ref.attempt + 1))).toEqual(currentOf(state));
  });

  it('counts the repetitions of each step alone', () => {
    const scenario = fought(until('analyse')).when(after(5), passed()).then('StepCompleted', started('scaleCanary', 1, 4));
    scenario.given(happyUntil('pause')).when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 1 + 1, 5));
    scenario.when(shifted()).then('StepCompleted', started('pause', 2, 6));
  });

  it('neither passes nor fails the analysis meanwhile, whose deadline does not count', () => {
    const scenario = until('analyse').when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 2, 2));
    scenario.when(shifted()).then('StepCompleted', started('analyse', 2, 3));
    scenario.when(after(4), trafficDrifted(), passed()).then();
    scenario.when(after(4.9)).then();
    expect(due(scenario.state).nextDueAt).not.toBeNull();
    scenario.when(after(0.2)).then('ShiftRepeated', started('shiftTraffic', 3, 2));
  });

  it('that cannot be set again, such as of a deleted route, ends the release at once', () => {
    const gone = { cause: 'deleted', found: 'none', canRestore: false } as const;
    until('analyse').when(trafficDrifted(gone)).then({ type: 'RollbackDecided', reason: lost });
    // Also while it waits to repeat the shift.
    const scenario = until('analyse').when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 2, 2));
    scenario.when(shifted()).then('StepCompleted', started('analyse', 2, 3));
    scenario.when(trafficDrifted()).then();
    scenario.when(trafficDrifted(gone)).then({ type: 'RollbackDecided', reason: lost });
  });

  it('is no reason to act if a controller only reports a problem', () => {
    until('analyse').when(trafficDrifted({ cause: 'reported', canRestore: false })).then();
  });

  it.each([['rollBack', 'RollbackDecided'], ['hold', 'ReleaseHeld']] as const)(
    'by onTrafficDrift: %s leads to %s at once',
    (onTrafficDrift, type) => void until('analyse', { onTrafficDrift }).when(trafficDrifted()).then({ type, reason: lost }),
  );

  it('holds after the repetitions if onFail holds, and may be repeated again once a user resumes', () => {
    const scenario = fought(until('analyse', { onFail: 'hold' })).when(trafficDrifted()).then({ type: 'ReleaseHeld', reason: lost });
    scenario.when(trafficDrifted({ found: 'other' })).then();
    scenario.when(resumedBy('ada')).then('ReleaseResumed', started('analyse', 5, 3));
    scenario.when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 5, 2));
  });

  it('is only recorded while a user has paused the release, and is found again afterwards', () => {
    const scenario = until('pause').when(pausedBy('ada')).then('ReleasePaused');
    scenario.when(trafficDrifted()).then();
    scenario.when(resumedBy('ada')).then('ReleaseResumed');
    scenario.when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 2, 5));
    scenario.when(abortedBy('ada')).then('RollbackDecided');
  });

  it('does not keep a user from a full promotion', () => {
    const scenario = until('analyse').when(trafficDrifted()).then('ShiftRepeated', started('shiftTraffic', 2, 2));
    scenario.when(promotedBy('ada', { full: true })).given(happyUntil('promote'));
    expect(scenario.state.status).toBe('promoting');
  });

  it('is decided the same way from its history', () => {
    const { log } = fought(until('analyse')).when(trafficDrifted());
    expect(checkHistory({ identity, log }).deviations).toEqual([]);
  });
});
