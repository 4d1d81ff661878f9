import {
  accessRegained, after, applied, drifted, effectFailed, given, happyUntil, inspected, meanwhile, noAccess, nothingRuns,
  policy, requested, scaled, shifted, stale,
} from '../testing';
import { nextDue } from '../due';
import type { ReleaseEvent } from '../events';
import type { State } from '../state';

const reason = (code: string, text?: string) => ({
  reason: expect.objectContaining(text === undefined ? { code } : { code, text: expect.stringContaining(text) }),
});

describe('a cluster that cannot be inspected', () => {
  it.each(['namespace_missing', 'forbidden', 'unauthorized', 'unreachable'] as const)(
    'fails the release immediately if the inspection reports %s',
    (code) => {
      given(requested())
        .when(inspected({ ...nothingRuns, refusal: { code, text: 'do this' } }))
        .then({ type: 'ReleaseFailed', ...reason(code, 'do this') })
        .thenState({ status: 'failed', reason: { code } });
    },
  );

  it.each(['selector_immutable', 'foreign_owner', 'strategy_unsupported'] as const)(
    'is not the cause if the release is rejected for %s',
    (code) => {
      given(requested())
        .when(inspected({ refusal: { code, text: 'it is' } }))
        .then({ type: 'ReleaseRejected', ...reason(code) });
    },
  );

  it('fails the release at its inspection deadline, with the last failure', () => {
    given(requested(), after(20), noAccess('unreachable', 'the cluster can not be reached'))
      .when(after(579.999))
      .then()
      .when(after(0.001))
      .then({
        type: 'ReleaseFailed',
        ...reason(
          'unreachable',
          'could not inspect the cluster within 600 s; the cluster can not be reached (seen at 2026-01-01T00:00:20.000Z)',
        ),
      })
      .thenState({ status: 'failed', endedAt: '2026-01-01T00:10:00.000Z' });
  });

  it('fails the release if no executor inspects it at all', () => {
    given(requested()).when(after(600)).then({ type: 'ReleaseFailed', ...reason('inspection_deadline', 'check that an executor runs') });
  });

  it('has the deadline of the policy, fixed when the gate opens', () => {
    const short = given(meanwhile({ policy: { ...policy, inspectionDeadline: 30 } }), requested());
    expect(short.log.at(-1)).toMatchObject({ type: 'GateOpened', data: { deadline: 30 } });
    short.when(meanwhile({ policy }), after(29.999)).then().when(after(0.001)).then('ReleaseFailed');
  });

  it('gets the full time again when the gate opens again', () => {
    given(requested(), after(500), noAccess('unreachable'), meanwhile({ slot: { holder: 'R1', counter: 2 } }))
      .thenState({ status: 'queued' })
      .when(after(1e6))
      .then()
      .when(meanwhile({ slot: { holder: null, counter: 2 } }))
      .then('GateOpened')
      .thenState({ access: null })
      .when(after(599))
      .then()
      .when(after(1))
      .then({ type: 'ReleaseFailed', ...reason('inspection_deadline') });
  });

  it('is no longer a reason once the cluster is inspected', () => {
    const looked = given(requested(), noAccess('unauthorized'), after(599)).when(inspected()).then('ReleasePlanned', 'StepStarted');
    expect(nextDue(looked.state)).toBe(looked.now + 8_000);
  });

  it('does not prevent an abort', () => {
    given(requested(), noAccess('unreachable'))
      .when({ actor: { kind: 'user', id: 'anna' }, event: { type: 'AbortRequested', data: { reason: null } } })
      .then('ReleaseAborted');
  });
});

describe('a cluster that becomes inaccessible during a release', () => {
  it('causes a rollback at the deadline of the step, with the failure as reason', () => {
    given(happyUntil('scaleCanary'), after(3), noAccess('unreachable', 'check its API server'))
      .when(after(4.999))
      .then()
      .when(after(0.001))
      .then({
        type: 'RollbackDecided',
        reason: expect.objectContaining({
          code: 'unreachable',
          text: expect.stringContaining('no progress of scaleCanary for 8 s; check its API server'),
          evidence: expect.objectContaining({ access: 'unreachable' }),
        }),
      });
  });

  it('makes the rollback stuck, with the failure as reason', () => {
    given(happyUntil('scaleCanary'), after(8), noAccess('unauthorized', 'renew the token')).when(after(8))
      .then({ type: 'ReleaseStuck', ...reason('rollback_deadline', 'renew the token') });
  });

  it('does not end the release if access returns in time', () => {
    given(happyUntil('scaleCanary'), noAccess('unreachable'), after(7)).when(scaled()).then().thenState({ current: { access: null } })
      .when(after(1)).then({ type: 'RollbackDecided', ...reason('progress_deadline') });
    given(happyUntil('apply'), noAccess('unreachable'), after(7))
      .when(applied())
      .then('StepCompleted', 'StepStarted')
      .thenState({ current: { access: null } });
  });

  it('is not the reason at the deadline of a version that never became ready after access returned', () => {
    given(happyUntil('scaleCanary'), noAccess('unreachable'), after(4))
      .when(accessRegained())
      .then()
      .thenState({ current: { access: null, progressedAt: '2026-01-01T00:00:00.000Z' } })
      .when(after(4))
      .then({ type: 'RollbackDecided', ...reason('progress_deadline', '0 of 1 canary pods ready, no progress of scaleCanary for 8 s') });
  });

  it('stays a reason if only the other service has access, or had it for an earlier decision', () => {
    const lost = given(happyUntil('scaleCanary'), noAccess('forbidden'));
    lost.append(accessRegained()(lost.state) as ReleaseEvent, { kind: 'service', id: 'watcher' });
    lost.when(stale(accessRegained())).then().thenState({ current: { access: { refusal: { code: 'forbidden' }, by: 'test' } } });
  });

  it.each(['unauthorized', 'unreachable'] as const)('does not extend the deadline by repeated reports of %s', (code) => {
    const again = Array.from({ length: 7 }, () => [after(1), noAccess(code)]).flat();
    given(meanwhile({ policy: { ...policy, inspectionDeadline: 8 } }), requested(), ...again)
      .when(after(0.999))
      .then()
      .when(after(0.001))
      .then({ type: 'ReleaseFailed', ...reason(code) });
    given(happyUntil('scaleCanary'), ...again)
      .when(after(0.999))
      .then()
      .when(after(0.001))
      .then({ type: 'RollbackDecided', ...reason(code) });
    given(happyUntil('scaleCanary'), after(8), ...again)
      .when(after(0.999))
      .then()
      .when(after(0.001))
      .then({ type: 'ReleaseStuck', ...reason('rollback_deadline') });
  });

  it('lets the rollback finish if access returns in time', () => {
    given(happyUntil('scaleCanary'), after(8), noAccess('unreachable'), after(7))
      .when(shifted(0))
      .then({ type: 'ReleaseRolledBack', ...reason('progress_deadline') });
  });

  it('is named for an analysis that stayed inconclusive', () => {
    given(happyUntil('analyse'), noAccess('forbidden', 'give the watcher its Role')).when(after(10))
      .then({ type: 'RollbackDecided', ...reason('inconclusive', 'give the watcher its Role') });
  });

  it('has no effect on another decision', () => {
    given(happyUntil('scaleCanary')).when(stale(noAccess('unreachable'))).then().thenState({ current: { access: null } });
  });

  it('causes an immediate rollback if retrying cannot help', () => {
    given(happyUntil('scaleCanary')).when(effectFailed('unauthorized')).then({ type: 'RollbackDecided', ...reason('unauthorized') });
  });
});

it('a change by another client causes no decision', () => {
  const scenario = given(happyUntil('analyse'));
  const { current, weights } = scenario.state as Extract<State, { status: 'releasing' }>;
  scenario.when(drifted()).then().thenState({ status: 'releasing', current, weights });
});

it.each(['scaleCanary', 'promote'] as const)('a change by another client is named by the reason of the deadline of %s', (kind) => {
  given(happyUntil(kind), after(1), drifted())
    .when(after(8))
    .then({
      type: 'RollbackDecided',
      reason: expect.objectContaining({
        code: 'progress_deadline',
        text: expect.stringMatching(/for 8 s; .*; Deployment web was changed by kubectl: spec\.replicas is 7 instead of 5 \(since .*\)$/),
        evidence: expect.objectContaining({ changedBy: 'kubectl' }),
      }),
    });
});
