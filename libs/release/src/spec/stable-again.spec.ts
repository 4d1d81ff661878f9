import type { WhenBusy } from '../policy';
import {
  abortedBy, expedited, given, happyUntil, meanwhile, pausedBy, policy, requested, stableV1, waiter, type Item,
} from '../testing';

/** R3 requests v1, the stable version, while R2 runs. */
const v1Again = (whenBusy: WhenBusy = 'latestOnly') => ({ ...waiter('R3', 60, whenBusy), requestsStable: true, requestedBy: 'ci' });
const waiting = (...releases: ReturnType<typeof waiter>[]): Item => meanwhile({ waiting: releases });

const restored = {
  type: 'RollbackDecided' as const,
  to: stableV1,
  reason: {
    code: 'stable_requested',
    rule: 'policy.whenBusy',
    text: 'v1, the stable version, was requested again by ci (release R3)',
    evidence: { by: 'R3', whenBusy: 'latestOnly', requestedBy: 'ci' },
  },
};

describe('a release during which the stable version is requested again', () => {
  it.each(['apply', 'scaleCanary', 'shiftTraffic', 'analyse'] as const)('is rolled back at once during %s', (kind) => {
    given(happyUntil(kind)).when(waiting(v1Again())).then(restored);
  });

  it('is rolled back also while it is paused', () => {
    given(happyUntil('analyse'), pausedBy('ann')).when(waiting(v1Again())).then(restored);
  });

  it('is rolled back with the same reason if newer releases take over anyway', () => {
    const reason = expect.objectContaining({ code: 'stable_requested' });
    given(happyUntil('analyse')).when(waiting(v1Again('supersede'))).then({ type: 'RollbackDecided', reason });
  });

  it.each<WhenBusy>(['queue', 'reject'])('continues if whenBusy is %s', (whenBusy) => {
    given(happyUntil('analyse')).when(waiting(v1Again(whenBusy))).then();
  });

  it('continues if another version was requested after it', () => {
    given(happyUntil('analyse')).when(waiting(v1Again(), waiter('R4', 90))).then();
    given(happyUntil('analyse')).when(waiting({ ...waiter('R3', -60), requestsStable: true })).then();
  });

  it('continues if it is being promoted, or is expedited', () => {
    given(happyUntil('promote')).when(waiting(v1Again())).then();
    given(requested({ urgent: true }), happyUntil('analyse')).when(waiting(v1Again())).then();
  });

  it('names no user if none is known, and an expedited release takes over as before', () => {
    const { requestedBy: _, ...unknown } = v1Again();
    given(happyUntil('analyse')).when(waiting(unknown)).then({
      type: 'RollbackDecided', reason: expect.objectContaining({ text: 'v1, the stable version, was requested again (release R3)' }),
    });
    given(happyUntil('analyse')).when(waiting({ ...expedited('R3', 60), requestsStable: true }))
      .then({ type: 'RollbackDecided', reason: expect.objectContaining({ code: 'superseded', rule: 'urgent' }) });
  });
});

describe('a release that waited for another one', () => {
  const queued = (...items: readonly Item[]): Item[] => [meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested(), ...items];
  const free = (isRestored: boolean): Item => meanwhile({ slot: { holder: null, counter: 1 }, isRestored });
  const promoted = {
    type: 'ReleasePromoted' as const,
    reason: {
      code: 'already_stable', rule: 'stable', text: 'v2 runs already: release R1 was rolled back to it',
      evidence: { behind: 'R1', stable: 'R1' },
    },
  };

  it('ends as promoted, without a plan, once that was rolled back to the version that it requests', () => {
    given(...queued()).when(free(true)).then(promoted).thenState({ status: 'promoted', version: 3 });
  });

  it('is carried out if it requests another version', () => {
    given(...queued()).when(free(false)).then('GateOpened');
  });

  it('waits for the slot also if it requests the stable version', () => {
    given(...queued()).when(meanwhile({ isRestored: true })).then();
  });

  it('is carried out if it is expedited, or if there is no stable version', () => {
    given(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested({ urgent: true })).when(free(true)).then('GateOpened');
    given(...queued(meanwhile({ stable: null }))).when(free(true)).then('GateOpened');
  });

  it('ends as aborted if a user aborted it', () => {
    given(...queued()).when(abortedBy('ann')).then('ReleaseAborted');
  });

  it('is rejected or superseded as before', () => {
    given(meanwhile({ policy: { ...policy, whenBusy: 'reject' } }), ...queued(meanwhile({ isRestored: true })))
      .thenState({ status: 'rejected' });
    given(...queued()).when(meanwhile({ isRestored: true, waiting: [waiter('R3', 60)] })).then('ReleaseSuperseded');
  });
});
