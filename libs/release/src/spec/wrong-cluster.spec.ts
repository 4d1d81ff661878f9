import { accessRegained, after, applied, drifted, effectFailed, given, happyUntil, inspected, meanwhile, noAccess, nothingRuns, policy, requested, scaled, shifted, stale } from '../testing';
import { nextDue } from '../due';
import type { ReleaseEvent } from '../events';
import type { State } from '../state';

const reason = (code: string, text?: string) => ({ reason: expect.objectContaining(text === undefined ? { code } : { code, text: expect.stringContaining(text) }) });

describe('a cluster that nobody can look at', () => {
  it.each(['namespace_missing', 'forbidden', 'unauthorized', 'unreachable'] as const)('fails the release at once where it was told to be %s', (code) => {
    given(requested()).when(inspected({ ...nothingRuns, refusal: { code, text: 'do this' } }))
      .then({ type: 'ReleaseFailed', ...reason(code, 'do this') }).thenState({ status: 'failed', reason: { code } });
  });

  it.each(['selector_immutable', 'foreign_owner', 'strategy_unsupported'] as const)('is not to blame where the release is refused for %s', (code) => {
    given(requested()).when(inspected({ refusal: { code, text: 'it is' } })).then({ type: 'ReleaseRejected', ...reason(code) });
  });

  it('fails the release at the deadline of its gate, with what was seen last', () => {
    given(requested(), after(20), noAccess('unreachable', 'the cluster can not be reached')).when(after(579.999)).then()
      .when(after(0.001)).then({ type: 'ReleaseFailed', ...reason('unreachable', 'could not be looked at for 600 s; the cluster can not be reached (seen at 2026-01-01T00:00:20.000Z)') })
      .thenState({ status: 'failed', endedAt: '2026-01-01T00:10:00.000Z' });
  });

  it('fails the release where nobody looks at all', () => {
    given(requested()).when(after(600)).then({ type: 'ReleaseFailed', ...reason('inspection_deadline', 'see that the executor runs') });
  });

  it('has the deadline of the policy, fixed when the gate opens', () => {
    const short = given(meanwhile({ policy: { ...policy, inspectionDeadline: 30 } }), requested());
    expect(short.log.at(-1)).toMatchObject({ type: 'GateOpened', data: { deadline: 30 } });
    short.when(meanwhile({ policy }), after(29.999)).then().when(after(0.001)).then('ReleaseFailed');
  });

  it('is given the whole time anew when the gate opens anew', () => {
    given(requested(), after(500), noAccess('unreachable'), meanwhile({ slot: { holder: 'R1', counter: 2 } })).thenState({ status: 'queued' })
      .when(after(1e6)).then()
      .when(meanwhile({ slot: { holder: null, counter: 2 } })).then('GateOpened').thenState({ access: null })
      .when(after(599)).then().when(after(1)).then({ type: 'ReleaseFailed', ...reason('inspection_deadline') });
  });

  it('is forgiven as soon as it was looked at', () => {
    const looked = given(requested(), noAccess('unauthorized'), after(599)).when(inspected()).then('ReleasePlanned', 'StepStarted');
    expect(nextDue(looked.state)).toBe(looked.now + 8_000);
  });

  it('does not stop anybody from aborting', () => {
    given(requested(), noAccess('unreachable')).when({ actor: { kind: 'user', id: 'anna' }, event: { type: 'AbortRequested', data: { reason: null } } }).then('ReleaseAborted');
  });
});

describe('a cluster that is lost on the way', () => {
  it('rolls back at the deadline of the step, and says why', () => {
    given(happyUntil('scaleCanary'), after(3), noAccess('unreachable', 'check its API server')).when(after(4.999)).then()
      .when(after(0.001)).then({ type: 'RollbackDecided', reason: expect.objectContaining({ code: 'unreachable', text: expect.stringContaining('no progress of scaleCanary for 8 s; check its API server'), evidence: expect.objectContaining({ access: 'unreachable' }) }) });
  });

  it('ends the way back as stuck, with what to do', () => {
    given(happyUntil('scaleCanary'), after(8), noAccess('unauthorized', 'renew the token')).when(after(8))
      .then({ type: 'ReleaseStuck', ...reason('rollback_deadline', 'renew the token') });
  });

  it('goes on where it comes back in time', () => {
    given(happyUntil('scaleCanary'), noAccess('unreachable'), after(7)).when(scaled()).then().thenState({ current: { access: null } })
      .when(after(1)).then({ type: 'RollbackDecided', ...reason('progress_deadline') });
    given(happyUntil('apply'), noAccess('unreachable'), after(7)).when(applied()).then('StepCompleted', 'StepStarted').thenState({ current: { access: null } });
  });

  it('is no reason any more at the deadline of a version that never got ready', () => {
    given(happyUntil('scaleCanary'), noAccess('unreachable'), after(4)).when(accessRegained()).then().thenState({ current: { access: null, progressedAt: '2026-01-01T00:00:00.000Z' } })
      .when(after(4)).then({ type: 'RollbackDecided', ...reason('progress_deadline', '0 of 1 canary pods ready, no progress of scaleCanary for 8 s') });
  });

  it('stays a reason where only somebody else gets through, or did for an earlier decision', () => {
    const lost = given(happyUntil('scaleCanary'), noAccess('forbidden'));
    lost.append(accessRegained()(lost.state) as ReleaseEvent, { kind: 'service', id: 'watcher' });
    lost.when(stale(accessRegained())).then().thenState({ current: { access: { refusal: { code: 'forbidden' }, by: 'test' } } });
  });

  it.each(['unauthorized', 'unreachable'] as const)('ends by its deadline however often it is told anew that it is %s: whoever forgets what it hoped for puts nothing off', (code) => {
    const again = Array.from({ length: 7 }, () => [after(1), noAccess(code)]).flat();
    given(meanwhile({ policy: { ...policy, inspectionDeadline: 8 } }), requested(), ...again).when(after(0.999)).then().when(after(0.001)).then({ type: 'ReleaseFailed', ...reason(code) });
    given(happyUntil('scaleCanary'), ...again).when(after(0.999)).then().when(after(0.001)).then({ type: 'RollbackDecided', ...reason(code) });
    given(happyUntil('scaleCanary'), after(8), ...again).when(after(0.999)).then().when(after(0.001)).then({ type: 'ReleaseStuck', ...reason('rollback_deadline') });
  });

  it('ends the way back where it comes back in time', () => {
    given(happyUntil('scaleCanary'), after(8), noAccess('unreachable'), after(7)).when(shifted(0)).then({ type: 'ReleaseRolledBack', ...reason('progress_deadline') });
  });

  it('is said of an analysis that stayed inconclusive', () => {
    given(happyUntil('analyse'), noAccess('forbidden', 'give the watcher its Role')).when(after(10))
      .then({ type: 'RollbackDecided', ...reason('inconclusive', 'give the watcher its Role') });
  });

  it('has no effect where it was another decision that could not be acted on', () => {
    given(happyUntil('scaleCanary')).when(stale(noAccess('unreachable'))).then().thenState({ current: { access: null } });
  });

  it('is rolled back at once where no trying helps', () => {
    given(happyUntil('scaleCanary')).when(effectFailed('unauthorized')).then({ type: 'RollbackDecided', ...reason('unauthorized') });
  });
});

it('does nothing about what somebody else has changed', () => {
  const scenario = given(happyUntil('analyse'));
  const { current, weights } = scenario.state as Extract<State, { status: 'releasing' }>;
  scenario.when(drifted()).then().thenState({ status: 'releasing', current, weights });
});
