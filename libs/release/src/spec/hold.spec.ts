import type { Context } from '../context';
import type { Hold } from '../hold';
import { checkHistory } from '../replay/check-history';
import {
  abortedBy, after, expedited, given, happyUntil, identity, inspected, meanwhile, pausedBy, policy, requested, stableV1, START,
  waiter, type Item, type Scenario,
} from '../testing';
import { waitingOf } from '../waiting';

const hold: Hold = { by: 'anna', since: START, reason: 'prices are wrong', release: 'R9' };
const placed = { by: 'anna', since: START, reason: 'the sale begins', release: null } satisfies Hold;
const onHold = (more: Partial<Context> = {}, by: Hold = hold) => meanwhile({ hold: by, ...more });
/** The hold is lifted: a context without it. */
const lifted = (more: Partial<Context> = {}): Item => ({
  along: (scenario: Scenario) => {
    const { hold: _, ...rest } = scenario.context;
    scenario.context = { ...rest, ...more };
  },
});
const busy = (more: Partial<Context> = {}) => meanwhile({ slot: { holder: 'R1', counter: 1 }, ...more });
const free = { slot: { holder: null, counter: 1 } };
const whenBusy = (mode: typeof policy.whenBusy) => ({ policy: { ...policy, whenBusy: mode } });
const overriding = (releaseId: string, seconds: number) => ({ ...waiter(releaseId, seconds), overridesHold: true });

describe('a release of an environment that is on hold', () => {
  it('waits with the hold and the rollback that placed it, and starts when the hold is lifted', () => {
    const scenario = given(onHold())
      .when(requested())
      .then({ type: 'ReleaseQueued', behind: 'R9', hold })
      .thenState({ status: 'queued', hold });
    scenario.when(after(3_600)).then().when(lifted()).then('GateOpened');
  });

  it('waits for a hold that was placed without a rollback', () => {
    given(onHold({}, placed)).when(requested()).then({ type: 'ReleaseQueued', behind: null, hold: placed });
  });

  it('says what it waits for, since when, and who can let it continue', () => {
    const { state } = given(onHold(), requested());
    expect(waitingOf(state)).toEqual({
      code: 'onHold', waitsFor: 'a user with the scope operate', since: START, earliestOpen: null,
      text:
        `the environment is on hold since ${START} by anna, with the rollback R9: prices are wrong; ` +
        'the release waits until a user with the scope operate lifts the hold',
    });
    expect(waitingOf(given(busy(), requested()).state)).toBeNull();
  });

  it('waits also behind the release that holds the slot', () => {
    given(busy({ hold })).when(requested()).then({ type: 'ReleaseQueued', behind: 'R1', hold }).when(meanwhile(free)).then()
      .when(lifted()).then('GateOpened');
  });

  it('records a hold that begins while it waits, and its end while another release is still ahead', () => {
    given(busy(), requested())
      .when(onHold()).then({ type: 'ReleaseQueued', behind: 'R1', hold })
      .when(after(10)).then()
      .when(lifted()).then({ type: 'ReleaseQueued', behind: 'R1' })
      .thenState({ status: 'queued', hold: undefined })
      .when(meanwhile(free)).then('GateOpened');
  });

  it('waits although it was admitted, as long as it has no plan', () => {
    given(requested()).when(onHold()).then({ type: 'ReleaseQueued', behind: 'R9', hold });
    given(requested()).when(onHold({ waiting: [expedited('R9', 60)], ...whenBusy('queue') }))
      .then({ type: 'ReleaseQueued', behind: 'R9', hold });
    given(requested()).when(busy({ hold })).then({ type: 'ReleaseQueued', behind: 'R1', hold });
  });

  it('continues if it has a plan', () => {
    given(happyUntil('analyse')).when(onHold()).then();
  });

  it('is rejected with the hold if the policy lets no release wait', () => {
    given(onHold(whenBusy('reject'))).when(requested()).then({
      type: 'ReleaseRejected',
      reason: expect.objectContaining({ code: 'on_hold', evidence: { ...hold, whenBusy: 'reject' } }),
    });
    given(busy({ hold, ...whenBusy('reject') })).when(requested())
      .then({ type: 'ReleaseRejected', reason: expect.objectContaining({ code: 'busy' }) });
  });

  it('can be aborted', () => {
    given(onHold(), requested()).when(abortedBy('ben')).then('ReleaseAborted');
  });

  it('is superseded by a newer one that waits, too', () => {
    given(onHold(), requested()).when(onHold({ waiting: [waiter('R3', 5)] }))
      .then({ type: 'ReleaseSuperseded', by: 'R3', reason: expect.objectContaining({ code: 'superseded' }) });
  });
});

describe('a hold does not stop', () => {
  it.each<[string, Parameters<typeof requested>[0]]>([
    ['a rollback', { urgent: true, rollbackOf: 'R0' }],
    ['a workload that is handed back', { strategy: 'handBack' }],
    ['a release whose user overrides it', { overridesHold: true }],
  ])('%s', (_, of) => {
    given(onHold()).when(requested(of)).then('GateOpened');
    // Also not by an older release that the hold stops.
    given(onHold({ waiting: [waiter('R0', -5)] })).when(requested(of)).then('GateOpened');
  });

  it('one that overrides it from waiting for an older one that overrides it', () => {
    given(onHold({ waiting: [overriding('R0', -5)] })).when(requested({ overridesHold: true }))
      .then({ type: 'ReleaseQueued', behind: 'R0' });
  });
});

describe('a waiting release that the hold stops', () => {
  it('does not supersede a waiting one that overrides the hold, and one that overrides it does', () => {
    const scenario = given(busy({ hold }), requested({ overridesHold: true }));
    scenario.when(onHold({ waiting: [waiter('R3', 5)] })).then()
      .when(onHold({ waiting: [overriding('R3', 5)] })).then('ReleaseSuperseded');
  });

  it.each<[string, Item[]]>([['running', []], ['paused', [pausedBy('anna')]]])('does not take over from a %s release', (_, until) => {
    const takesOver = waiter('R3', 60, 'supersede');
    given(happyUntil('analyse', 2), ...until).when(onHold({ waiting: [takesOver] })).then()
      .when(onHold({ waiting: [{ ...takesOver, overridesHold: true }] })).then('RollbackDecided');
  });

  it('does not roll a running one back because it requests the stable version', () => {
    const again = { ...waiter('R3', 60), requestsStable: true };
    given(happyUntil('analyse', 2)).when(onHold({ waiting: [again] })).then()
      .when(lifted()).then({ type: 'RollbackDecided', to: stableV1, reason: expect.objectContaining({ code: 'stable_requested' }) });
  });
});

describe('the log of a release that waited for a hold', () => {
  const played: ReadonlyArray<readonly [string, readonly Item[]]> = [
    ['lifted', [onHold(), requested(), after(1), lifted(), inspected()]],
    ['placed without a rollback', [onHold({}, placed), requested(), after(1), lifted(), inspected()]],
    [
      'placed and lifted in the queue',
      [busy(), requested(), after(1), onHold(), after(1), lifted(), after(1), meanwhile(free), inspected()],
    ],
    [
      'placed after the admission',
      [
        requested(), after(1), onHold({ waiting: [expedited('R9', 60)], ...whenBusy('queue') }), onHold({ waiting: [] }),
        after(1), lifted(), inspected(),
      ],
    ],
    ['aborted', [onHold(), requested(), after(1), pausedBy('ben'), after(1), abortedBy('ben')]],
    ['superseded', [onHold(), requested(), after(1), onHold({ waiting: [waiter('R3', 5)] })]],
    ['rejected', [onHold(whenBusy('reject')), requested()]],
    ['rejected without a rollback', [onHold(whenBusy('reject'), placed), requested()]],
    ['busy', [busy({ hold, ...whenBusy('reject') }), requested()]],
  ];
  it.each(played)('has the decisions that are made again from it: %s', (_, items) => {
    const { log } = given(...items);
    const { decisions, deviations } = checkHistory({ identity, log });
    expect(decisions).toBeGreaterThan(0);
    expect(deviations).toEqual([]);
  });
});
