import {
  abortedBy, after, applied, currentOf, degraded, given, happyUntil, inspected, meanwhile, policy, requested, shifted,
  stableV1, expedited, waiter, type Item, type Scenario,
} from '../testing';
import { evolve } from '../evolve';
import { initialState } from '../initial-state';
import { familyOf } from '../event-family';
import { releasePolicySchema } from '../policy';
import type { Context } from '../context';
import type { State } from '../state';
import { identity } from '../testing/fixtures';
import { knownContext } from './known-context';

/** The known context of the last decisions of a scenario that were appended together. */
function known({ log }: Scenario): Context {
  const from = log.findLastIndex(
    (event, i) =>
      familyOf[event.type] === 'decision' &&
      (i === 0 || familyOf[log[i - 1]!.type] !== 'decision' || log[i - 1]!.occurredAt !== event.occurredAt),
  );
  const made = log.slice(from);
  const state = log.slice(0, from).reduce<State>(evolve, initialState(identity));
  return knownContext(state, made, log);
}
const of = (...items: readonly Item[]): Context => known(given(...items));
const held = (holder: string | null, counter = 1): Item => meanwhile({ slot: { holder, counter } });
const busy = (whenBusy: typeof policy.whenBusy): Item => meanwhile({ policy: { ...policy, whenBusy } });
const second = 1_000;

describe('knownContext', () => {
  it('is the default if the decision used no context', () => {
    const never = given(requested(), abortedBy('anna'));
    expect(known(never)).toMatchObject({ cluster: 'default', stable: null, waiting: [], slot: { holder: null } });
    expect(known(never).policy).toEqual(releasePolicySchema.parse({}));
    expect(known(never)).not.toHaveProperty('absence');
    expect(known(never)).not.toHaveProperty('rules');
  });

  it('of a plan has its policy, stable version, cluster, rules and slot', () => {
    const { log } = given(meanwhile({ cluster: 'east', slot: { holder: null, counter: 6 } }), requested(), inspected());
    const from = log.findIndex(({ type }) => type === 'ReleasePlanned');
    const before = log.slice(0, from).reduce<State>(evolve, initialState(identity));
    expect(knownContext(before, log.slice(from), log)).toMatchObject({
      cluster: 'east', stable: stableV1, rules: 3,
      slot: { holder: null, counter: 6 },
      policy: { namespace: 'shop', progressDeadline: 8 },
    });
  });

  it('of a plan without rules has rules 1', () =>
    expect(of(meanwhile({ rules: 1 }), requested(), inspected())).toMatchObject({ rules: 1 }));

  it('of an opened gate has the slot counter and the deadline', () => {
    expect(of(held(null, 5), meanwhile({ policy: { ...policy, inspectionDeadline: 30 } }), requested())).toMatchObject({
      slot: { holder: null, counter: 5 },
      policy: { inspectionDeadline: 30 },
    });
    expect(of(requested()).policy.inspectionDeadline).toBeUndefined();
  });

  it('of a gated release has the slot counter of the opened gate', () => {
    expect(of(held(null, 5), requested(), after(600)).slot).toEqual({ holder: null, counter: 5 });
  });

  it('of a queued release has the release ahead of it, and a policy that does not reject', () => {
    expect(of(held('R1'), requested())).toMatchObject({ slot: { holder: 'R1' } });
    const { log } = given(busy('reject'), held('R1'), requested({ urgent: true }), held(null), inspected(), inspected());
    const queued = log.findIndex(({ type }) => type === 'ReleaseQueued');
    expect(knownContext(log.slice(0, queued).reduce<State>(evolve, initialState(identity)), [log[queued]!], log).policy.whenBusy).toBe(
      'queue',
    );
  });

  it('of a rejected release has the release ahead of it, and the policy reject', () =>
    expect(of(busy('reject'), held('R1'), requested())).toMatchObject({ slot: { holder: 'R1' }, policy: { whenBusy: 'reject' } }));

  it('of a release that stays queued has the previous release ahead of it', () => {
    expect(of(held('R1'), requested(), meanwhile({ waiting: [waiter('R3', 5)] }))).toMatchObject({
      slot: { holder: 'R1' },
      policy: { whenBusy: 'latestOnly' },
    });
  });

  it('of an admitted release has no release ahead of it', () =>
    expect(of(held('R1'), requested(), after(1), held(null, 2)).slot).toEqual({ holder: null, counter: 2 }));

  it.each<[string, Item, Item, object]>([
    [
      'a release that takes over by policy',
      happyUntil('analyse', 2),
      meanwhile({ waiting: [waiter('R3', 60, 'supersede')] }),
      { releaseId: 'R3', whenBusy: 'supersede', urgent: false },
    ],
    [
      'an expedited release',
      happyUntil('analyse'),
      meanwhile({ waiting: [expedited('R3', 60)] }),
      { releaseId: 'R3', whenBusy: 'latestOnly', urgent: true },
    ],
  ])('has the release that supersedes it, requested a moment later: %s', (_, until, waits, expected) => {
    const scenario = given(until, waits);
    expect(known(scenario).waiting).toEqual([{ ...expected, requestedAt: new Date(scenario.now + 1).toISOString() }]);
  });

  it('has no waiting release if other releases do not matter', () => {
    expect(of(happyUntil('scaleCanary'), degraded('OOMKilled')).waiting).toEqual([]);
    expect(of(happyUntil('scaleCanary'), abortedBy('anna')).waiting).toEqual([]);
  });

  it.each<[string, readonly Item[]]>([
    ['a step', [happyUntil('apply')]],
    ['a rollback', [happyUntil('scaleCanary'), degraded('OOMKilled')]],
    ['a stuck rollback', [happyUntil('scaleCanary'), degraded('OOMKilled'), after(8)]],
  ])('has the recorded absence and its attempt: %s', (_, items) => {
    const scenario = given(...items);
    const { ref, startedAt } = currentOf(scenario.state);
    const began = Date.parse(startedAt);
    const active = [{ from: began, to: began + second }, { from: began + 40 * second, to: began + 99 * second }];
    scenario.when(
      meanwhile({ heartbeats: { executor: { decision: ref.decision, active }, watcher: { decision: ref.decision, active } } }),
      after(20),
    );
    const closing = currentOf(scenario.state).spec.kind === 'rollback' ? shifted(0) : applied();
    scenario.when(closing);
    expect(known(scenario).absence).toMatchObject({ decision: ref.decision, of: expect.arrayContaining(['executor']) });
  });

  it('has the absence recorded for the gate', () => {
    const scenario = given(requested(), meanwhile({ heartbeats: { executor: { decision: 2, active: [{ from: 0, to: 1 }] } } }));
    const gate = scenario.state.status === 'gated' ? scenario.state.gate : 0;
    const active = [{ from: scenario.now, to: scenario.now + 600 * second }];
    scenario.when(after(700), meanwhile({ heartbeats: { executor: { decision: gate, active } } }));
    expect(known(scenario).absence).toEqual({ decision: gate, seconds: 100, of: ['executor'] });
  });

  it('of a rollback to a version that was requested again has that request', () => {
    const again = { ...waiter('R3', 60), requestsStable: true, requestedBy: 'ci' };
    expect(of(happyUntil('analyse'), meanwhile({ waiting: [again] })).waiting).toMatchObject([
      { releaseId: 'R3', whenBusy: 'latestOnly', requestsStable: true, requestedBy: 'ci', urgent: false },
    ]);
  });

  it('of the end of a release whose version is stable already has that version, and a free slot', () => {
    expect(of(held('R1'), requested(), after(1), meanwhile({ slot: { holder: null, counter: 1 }, isRestored: true }))).toMatchObject({
      isRestored: true, stable: { releaseId: 'R1', artifact: 'a2' }, slot: { holder: null },
    });
  });
});
