import { accessRegained } from './access-regained';
import type { RunningState } from './state';
import { currentOf, given, happyUntil, noAccess } from './testing';

const { state } = given(happyUntil('apply'), noAccess('unreachable'));
const lost = state as RunningState;
const { decision } = currentOf(state).ref;
const regained = (count: number, of = decision, type = 'ClusterAccessRegained') =>
  Array.from({ length: count }, () => ({ type, data: { decision: of } }));

describe('ClusterAccessRegained', () => {
  it('is recorded by the service that recorded the failure', () =>
    expect(accessRegained(lost, [], 'test')).toEqual({ type: 'ClusterAccessRegained', data: { decision } }));

  it.each<[string, RunningState, string]>([
    ['another service lost it', lost, 'watcher'],
    ['no access failure is recorded', given(happyUntil('apply')).state as RunningState, 'test'],
    ['no step is in progress', { ...lost, current: null }, 'test'],
  ])('is not recorded if %s', (_, given_, by) => expect(accessRegained(given_, [], by)).toBeUndefined());

  it.each([
    ['nine times for the decision', regained(9), true],
    ['ten times for the decision', regained(10), false],
    ['ten times for other decisions', regained(10, decision - 1), true],
    ['never, although access was lost ten times', regained(10, decision, 'ClusterAccessFailed'), true],
  ])('is recorded at most ten times for a decision: so far %s', (_, events, isRecorded) =>
    expect(accessRegained(lost, events, 'test') !== undefined).toBe(isRecorded),
  );
});
