import { checkHistory } from '../replay/check-history';
import {
  applied, degraded, given, identity, inspected, meanwhile, nothingRuns, policy, requested, scaled, START, stableV1,
} from '../testing';

const emergency = { urgent: true, emergency: true, reason: 'checkout is down' } as const;
const prune = { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', uid: 'u1' }], kept: [] } as const;
/** The template of the new version is being written. */
const promoting = () => given(requested(emergency), inspected(), applied());

describe('an emergency', () => {
  it.each<[string, typeof policy, 'auto' | 'canary']>([
    ['the policy has stages', policy, 'auto'],
    ['the policy has steps', { ...policy, steps: [{ setWeight: 50 }, { pause: {} }] }, 'auto'],
    ['it requests a canary', policy, 'canary'],
  ])('is a rollout that waits for no pods, although %s', (_, of, strategy) => {
    given(meanwhile({ policy: of }), requested({ ...emergency, strategy })).when(inspected({ prune })).then(
      {
        type: 'ReleasePlanned', stable: stableV1,
        plan: expect.objectContaining({
          strategy: 'rollout',
          steps: [
            expect.objectContaining({ kind: 'apply' }), expect.objectContaining({ kind: 'promote', waits: false }),
            expect.objectContaining({ kind: 'retire', waits: false }),
          ],
        }),
        reason: expect.objectContaining({ code: 'emergency', text: expect.stringMatching(/^emergency: checkout is down;/) }),
      },
      'StepStarted',
    );
  });

  it('prunes nothing, because pods of the old version may still need it', () => {
    const planOf = (of: Parameters<typeof requested>[0]) =>
      given(requested(of), inspected({ prune })).log.find(({ type }) => type === 'ReleasePlanned')!.data;
    expect(planOf(emergency)).toMatchObject({ plan: expect.not.objectContaining({ prune }) });
    expect(planOf({ urgent: true, strategy: 'rollout' })).toMatchObject({ plan: { prune } });
  });

  it('continues as soon as the template is written', () => {
    promoting().when(scaled()).then(
      { type: 'StepCompleted', step: 1, reason: expect.objectContaining({ text: expect.stringContaining('does not wait') }) },
      { type: 'StepStarted', step: 2 },
    );
    given(requested({ strategy: 'rollout' }), inspected(), applied()).when(scaled()).then();
  });

  it('is promoted as a version that was not judged', () => {
    const scenario = promoting().when(scaled(), applied());
    scenario.then('StepCompleted', 'StepStarted', 'StepCompleted', {
      type: 'ReleasePromoted', reason: expect.objectContaining({ text: expect.stringContaining('not judged') }),
    });
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });

  it('rolls back if a pod is found degraded before its template is written', () => {
    promoting().when(degraded('CrashLoopBackOff')).then('RollbackDecided');
  });

  it('passes a hold and the queue, and is refused by what the inspection finds', () => {
    const hold = { by: 'anna', since: START, reason: 'the sale begins', release: null };
    given(meanwhile({ hold })).when(requested(emergency)).then('GateOpened');
    given(requested(emergency)).when(inspected({ refusal: { code: 'forbidden', text: 'no' } })).then('ReleaseFailed');
  });

  it('is a first release, too', () => {
    given(meanwhile({ stable: null }), requested(emergency)).when(inspected(nothingRuns)).then('ReleasePlanned', 'StepStarted');
  });
});
