import { due, nextDue } from '../due';
import { initialState } from '../initial-state';
import type { State } from '../state';
import {
  abortedBy, after, degraded, effectFailed, failed, given, happyUntil, identity, meanwhile, noAccess, passed, pausedBy,
  ready, requested, resumedBy, scaled, shifted, Scenario, type Item,
} from '../testing';

/** The services awaited after these items, before a decision about the last of them. */
function awaited(until: readonly Item[], ...undecided: readonly Item[]): readonly string[] {
  const scenario = given(...until);
  for (const item of undecided) scenario.apply(item);
  return due(scenario.state).awaits;
}
const stuck: readonly Item[] = [happyUntil('scaleCanary'), degraded('OOMKilled'), after(8)];
const rollback: readonly Item[] = [happyUntil('scaleCanary'), degraded('OOMKilled')];
const state = (...items: readonly Item[]): State => given(...items).state;

describe('the awaited services', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['no service before there is a request', due(initialState(identity)).awaits, []],
    ['the planner for a new request', awaited([], requested()), ['planner']],
    ['the planner for a release in the queue', awaited([meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested()]), ['planner']],
    ['also the executor for an inspection', awaited([requested()]), ['planner', 'executor']],
    [
      'the planner for a plan',
      awaited([requested()], {
        type: 'TargetInspected',
        data: { exists: true, replicas: 5, ready: 5, owner: 'alloy', hpa: false, refusal: null },
      }),
      ['planner'],
    ],
    ['the planner between two steps', due({ ...state(happyUntil('apply')), current: null } as State).awaits, ['planner']],
    ['the executor for an effect', awaited([happyUntil('apply')]), ['executor']],
    [
      'the planner once the only awaited effect has arrived',
      awaited([happyUntil('apply')], (now) => ({
        type: 'ManifestsApplied',
        data: { ...(now as Extract<State, { status: 'releasing' }>).current!.ref, objects: [] },
      })),
      ['planner'],
    ],
    ['executor and watcher for pods', awaited([happyUntil('scaleCanary')]), ['executor', 'watcher']],
    ['the watcher once the pods are scaled', awaited([happyUntil('scaleCanary')], scaled()), ['watcher']],
    ['the executor once the pods are ready', awaited([happyUntil('scaleCanary')], ready()), ['executor']],
    ['the planner once the pods are scaled and ready', awaited([happyUntil('scaleCanary')], scaled(), ready()), ['planner']],
    ['the watcher for a verdict', awaited([happyUntil('analyse')]), ['watcher']],
    [
      'the watcher although the pods are ready and the verdict passes, because it may still fail',
      awaited([happyUntil('analyse')], ready(), passed()),
      ['watcher'],
    ],
    ['also the planner for a failed verdict', awaited([happyUntil('analyse')], failed()), ['planner', 'watcher']],
    [
      'also the planner for a degraded pod',
      awaited([happyUntil('scaleCanary')], degraded('OOMKilled')),
      ['planner', 'executor', 'watcher'],
    ],
    [
      'also the planner for a failed effect',
      awaited([happyUntil('scaleCanary')], effectFailed('forbidden')),
      ['planner', 'executor', 'watcher'],
    ],
    ['also the planner for a pending intent', awaited([happyUntil('scaleCanary')], abortedBy('anna')), ['planner', 'executor', 'watcher']],
    ['no other service for a lost cluster', awaited([happyUntil('scaleCanary')], noAccess('unreachable')), ['executor', 'watcher']],
    ['no service in a pause', awaited([happyUntil('analyse'), pausedBy('anna')]), []],
    ['the planner in a pause for a pending intent', awaited([happyUntil('analyse'), pausedBy('anna')], resumedBy('ben')), ['planner']],
    ['executor and watcher for a promotion', awaited([happyUntil('promote')]), ['executor', 'watcher']],
    ['executor and watcher after it', due({ ...state(happyUntil('promote')), status: 'baking' } as State).awaits, ['executor', 'watcher']],
    ['executor and watcher for a rollback', awaited(rollback), ['executor', 'watcher']],
    [
      'the watcher for a rollback until its end, because progress extends the deadline',
      awaited(rollback, ready()),
      ['executor', 'watcher'],
    ],
    ['no other service for a degraded pod during a rollback', awaited(rollback, degraded('CrashLoopBackOff')), ['executor', 'watcher']],
    ['the planner once a rollback is done', awaited(rollback, shifted(0)), ['planner', 'watcher']],
    ['the executor for a stuck rollback', awaited(stuck), ['executor']],
    ['the planner once a stuck rollback is done', awaited(stuck, shifted(0)), ['planner']],
    ['also the planner for a pending intent of a stuck release', awaited(stuck, abortedBy('anna')), ['planner', 'executor']],
    ['no service for a stuck release without a rollback', due({ ...state(...stuck), current: null } as State).awaits, []],
    ['no service after the end', awaited([happyUntil()]), []],
    ['the planner after the end for a pending intent', awaited([happyUntil()], abortedBy('anna')), ['planner']],
  ])('are %s', (_, found, expected) => expect(found).toEqual(expected));
});

describe('when the planner must decide again', () => {
  const inSeconds = (...items: readonly Item[]): number | null => {
    const scenario = new Scenario();
    scenario.play(items);
    const at = nextDue(scenario.state);
    return at === null ? null : (at - scenario.now) / 1_000;
  };
  it.each<[string, number | null, number | null]>([
    ['at the inspection deadline', inSeconds(requested()), 600],
    ['at the deadline of a step', inSeconds(happyUntil('scaleCanary'), after(3)), 5],
    ['at the deadline of an analysis', inSeconds(happyUntil('analyse'), after(3)), 7],
    ['at the end of an analysis that passes', inSeconds(happyUntil('analyse'), after(3), passed()), 2],
    ['never in a pause', inSeconds(happyUntil('analyse'), pausedBy('anna')), null],
    ['never after the end', inSeconds(happyUntil()), null],
  ])('is %s', (_, found, expected) => expect(found).toBe(expected));

  it('is never once the cluster was inspected, or between two steps', () => {
    const inspected = given(requested());
    inspected.apply({ type: 'TargetInspected', data: { exists: true, replicas: 5, ready: 5, owner: 'alloy', hpa: false, refusal: null } });
    expect(nextDue(inspected.state)).toBeNull();
    expect(nextDue({ ...state(happyUntil('apply')), current: null } as State)).toBeNull();
  });
});
