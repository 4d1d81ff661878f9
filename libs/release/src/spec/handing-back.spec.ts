import { refusalOfIntent } from '../refusal-of-intent';
import {
  abortedBy, after, effectFailed, expedited, given, handedBack, happyUntil, inspected, meanwhile, nothingRuns, pausedBy, promotedBy,
  requested, stableV1, waiter, type Item,
} from '../testing';

const asked = requested({ strategy: 'handBack' });
const running: readonly Item[] = [meanwhile({ stable: stableV1 }), asked, inspected()];

describe('a workload that is handed back', () => {
  it('is planned with one step, which is decided before the cluster changes, and ends with its own decision', () => {
    const step = expect.objectContaining({ kind: 'handBack', replicas: 5 });
    given(meanwhile({ stable: stableV1 }), asked).when(inspected()).then(
      { type: 'ReleasePlanned', plan: expect.objectContaining({ strategy: 'handBack', steps: [step] }) },
      'StepStarted',
    );
    given(...running).when(handedBack()).then('StepCompleted', {
      type: 'ReleaseHandedBack', reason: expect.objectContaining({ code: 'handed_back' }),
    }).thenState({ status: 'handedBack' });
  });

  it('may have no pods, and need not exist', () => {
    given(meanwhile({ stable: stableV1 }), asked).when(inspected({ ...nothingRuns })).then('ReleasePlanned', 'StepStarted');
    given(meanwhile({ stable: stableV1 }), asked, inspected({ ...nothingRuns }), handedBack()).thenState({ status: 'handedBack' });
  });

  it.each([
    ['a release that runs', meanwhile({ slot: { holder: 'R1', counter: 1 } }), 'R1'],
    ['a release that waits', meanwhile({ waiting: [waiter('R0', -60)] }), 'R0'],
  ])('is refused behind %s, whatever the policy does with releases', (_what, context, behind) => {
    given(context).when(asked).then({
      type: 'ReleaseRejected',
      reason: expect.objectContaining({
        code: 'busy', text: expect.stringContaining(`${behind} is under way: wait until it has ended, or abort it`),
      }),
    });
  });

  it('is refused if another release takes the slot before its plan', () => {
    given(meanwhile({ stable: stableV1 }), asked).when(meanwhile({ slot: { holder: 'R9', counter: 2 } })).then('ReleaseRejected');
  });

  it('is not interrupted by a newer release, not even by an expedited one or by one that requests the stable version', () => {
    const newer = [waiter('R3', 60, 'supersede'), { ...waiter('R4', 60, 'latestOnly'), requestsStable: true }, expedited('R5', 60)];
    given(...running).when(meanwhile({ waiting: newer })).then();
  });

  it('supersedes no other release', () => {
    const waiting = [{ ...waiter('R3', 60, 'supersede'), handsBack: true, requestsStable: true }];
    given(happyUntil('analyse')).when(meanwhile({ waiting })).then();
  });

  it.each([
    ['its effect fails', effectFailed('forbidden'), 'forbidden'],
    ['its deadline passes', after(8), 'progress_deadline'],
    ['a user aborts it', abortedBy('anna', 'not yet'), 'aborted'],
  ])('fails if %s, and rolls nothing back', (_why, item, code) => {
    given(...running).when(item).then({ type: 'ReleaseFailed', reason: expect.objectContaining({ code }) });
  });

  it('cannot be paused or promoted', () => {
    const { state } = given(...running).when(pausedBy('anna')).then('IntentRefused');
    given(...running).when(promotedBy('anna', { full: true })).then('IntentRefused');
    for (const type of ['PauseRequested', 'PromotionRequested', 'ResumeRequested'] as const) {
      expect(refusalOfIntent(state, type)).toMatchObject({ code: 'too_late' });
    }
    expect(refusalOfIntent(state, 'AbortRequested')).toBeUndefined();
  });
});
