import { absentPlanner, plannerAbsenceToRecord } from '../absent-planner';
import { absenceToRecord, absentWorkers } from '../absent-workers';
import type { Heartbeats, Span } from '../heartbeats';
import { checkHistory } from '../replay/check-history';
import {
  after, applied, currentOf, given, happyUntil, meanwhile, noAccess, pausedBy, ready, requested, resumedBy, scaled,
  shifted, degraded, START, identity, waiter, type Item, type Scenario,
} from '../testing';
import { isRunning } from '../guards';
import { isoOf, msOf } from '../time';

/**
 * When `executor` and `watcher` were active on the current attempt, in seconds since its start; `writing`: the
 * executor's successful writes were in flight.
 */
const atWork = ({
  writing = [],
  ...spans
}: Readonly<Partial<Record<'executor' | 'watcher' | 'writing', readonly (readonly [number, number])[]>>>): Item => ({
  along: (scenario: Scenario) => {
    const current = currentOf(scenario.state);
    const since = msOf(current.startedAt);
    const active = (list: readonly (readonly [number, number])[]): readonly Span[] =>
      list.map(([from, to]) => ({ from: since + from * 1_000, to: since + to * 1_000 }));
    const heartbeats: Heartbeats = Object.fromEntries(
      Object.entries(spans).map(([worker, list]) => [
        worker,
        { decision: current.ref.decision, active: active(list), ...(worker === 'executor' && { writing: active(writing) }) },
      ]),
    );
    scenario.apply(meanwhile({ heartbeats }));
  },
});
const absence = (seconds: number, ...of: readonly string[]) => ({ seconds, of });

describe('a deadline', () => {
  it('does not pass while the executor is absent', () => {
    given(happyUntil('apply'), atWork({ executor: [[0, 1]] }))
      .when(after(45))
      .then()
      .when(
        atWork({
          executor: [
            [0, 1],
            [45, 51.999],
          ],
        }),
        after(6.999),
      )
      .then()
      .when(
        atWork({
          executor: [
            [0, 1],
            [45, 52],
          ],
        }),
        after(0.001),
      )
      .then({
        type: 'RollbackDecided',
        absence: absence(44, 'executor'),
        reason: expect.objectContaining({
          code: 'progress_deadline',
          text: 'no progress of apply for 8 s; it waited for the objects of the new version to be created; the deadline did not count 44 s in which the executor was absent',
        }),
      });
  });

  it('counts only time in which all needed workers are active at once', () => {
    given(happyUntil('promote'), atWork({ executor: [[0, 20]], watcher: [[20, 40]] }))
      .when(after(40))
      .then()
      .when(
        atWork({
          executor: [
            [0, 20],
            [40, 60],
          ],
          watcher: [[20, 60]],
        }),
        after(20),
      )
      .then({ type: 'RollbackDecided', absence: absence(40, 'executor', 'watcher') });
  });

  it('does not need the executor once its effect is done, nor the watcher once it has observed the pods ready', () => {
    given(happyUntil('promote'), after(1), scaled(), atWork({ executor: [[0, 1]], watcher: [[0, 8]] }))
      .when(after(7))
      .then('RollbackDecided');
    given(happyUntil('promote'), after(1), ready(), atWork({ executor: [[0, 9]], watcher: [[0, 1]] }))
      .when(after(8))
      .then('RollbackDecided');
  });

  it('does not count the time of successful writes, however slow the API server is', () => {
    const scenario = given(happyUntil('apply'), atWork({ executor: [[0, 100]], writing: [[0.5, 20.5]] }));
    scenario
      .when(after(27.9))
      .then()
      .when(after(0.1))
      .then({
        type: 'RollbackDecided',
        absence: { seconds: 20, of: ['executor'], writing: 20 },
        reason: expect.objectContaining({
          text: 'no progress of apply for 8 s; it waited for the objects of the new version to be created; the deadline did not count 20 s in which the executor was absent or writing (20 s)',
        }),
      });
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });

  it('treats a writing executor as active, not as absent', () => {
    const scenario = given(happyUntil('apply'), atWork({ executor: [[0, 70]], writing: [[0, 70]] }), after(70));
    expect(absenceToRecord(scenario.state, scenario.context.heartbeats!, scenario.now)).toBeUndefined();
  });

  it('does not count heartbeats of an earlier attempt', () => {
    const scenario = given(happyUntil('scaleCanary'));
    const [at, { ref }] = [scenario.now, currentOf(scenario.state)];
    const earlier = { decision: ref.decision - 1, active: [{ from: at, to: at + 1e6 }] };
    scenario.when(meanwhile({ heartbeats: { executor: earlier, watcher: earlier } }), after(1e3)).then();
  });

  it('of an analysis counts active time of the watcher from the start', () => {
    given(happyUntil('analyse'), atWork({ watcher: [[0, 2], [30, 37.9]] })).when(after(38)).then()
      .when(atWork({ watcher: [[0, 2], [30, 38]] })).then({ type: 'RollbackDecided', absence: absence(28, 'watcher') });
  });

  it('for the inspection counts active time of the executor', () => {
    const gate = given(requested());
    const gated = gate.state.status === 'gated' ? gate.state.gate : 0;
    const active = (to: number): Item =>
      meanwhile({ heartbeats: { executor: { decision: gated, active: [{ from: msOf(START), to: msOf(START) + to * 1_000 }] } } });
    gate
      .when(active(1), after(1e5))
      .then()
      .when(active(599.9))
      .then()
      .when(active(600))
      .then({ type: 'ReleaseFailed', absence: absence(1e5 - 600, 'executor') });
  });

  it('of a rollback does not pass before the executor tried it', () => {
    given(happyUntil('scaleCanary'), degraded('CrashLoopBackOff'), atWork({}))
      .when(after(1e5))
      .then()
      .when(atWork({ executor: [[0, 8]], watcher: [[0, 8]] }))
      .then({ type: 'ReleaseStuck', absence: absence(1e5 - 8, 'executor', 'watcher') });
  });

  it('continues after a pause, during which no worker is needed', () => {
    given(happyUntil('scaleCanary'), after(5), pausedBy('anna'), after(100), resumedBy('anna'), after(2), atWork({}),
      { along: (scenario) => {
        const decision = currentOf(scenario.state).ref.decision;
        const began = scenario.now - 107_000;
        const active = [{ from: began, to: began + 5_000 }, { from: began + 105_000, to: began + 107_900 }];
        scenario.apply(
          meanwhile({
            heartbeats: { executor: { decision, active }, watcher: { decision, active: [{ from: began, to: began + 200_000 }] } },
          }),
        );
      } }).when(after(0.9)).then().when({ along: (scenario) => {
        const { executor, watcher } = scenario.context.heartbeats!;
        scenario.apply(
          meanwhile({
            heartbeats: {
              executor: {
                ...executor!,
                active: [executor!.active[0]!, { from: executor!.active[1]!.from, to: executor!.active[1]!.to + 100 }],
              },
              watcher: watcher!,
            },
          }),
        );
      } }, after(0.1)).then('RollbackDecided');
  });
});

describe('an absence', () => {
  it('is copied into the decision that ends the attempt, regardless of later progress', () => {
    given(happyUntil('scaleCanary'), atWork({ executor: [[40, 46]], watcher: [[0, 46]] }), after(45)).when(after(1), scaled(), ready())
      .then({ type: 'StepCompleted', absence: absence(40, 'executor') }, 'StepStarted');
    given(happyUntil('scaleCanary'), degraded('OOMKilled'), atWork({ executor: [[25, 30]], watcher: [[0, 30]] }), after(30))
      .when(shifted(0))
      .then({ type: 'ReleaseRolledBack', absence: absence(25, 'executor') });
  });

  it('is not detected if heartbeats are a moment late', () => {
    const scenario = given(happyUntil('apply'), atWork({ executor: [[0.5, 4]] }), after(6)).when(applied());
    expect(scenario.decisions()[0]!.data).not.toHaveProperty('absence');
  });

  it('is taken from the recorded decisions when the log is decided again', () => {
    const scenario = given(
      happyUntil('apply'),
      atWork({ executor: [[0, 1]] }),
      after(45),
      applied(),
      atWork({ executor: [[0, 1]], watcher: [] }),
      after(45),
      atWork({ executor: [[0, 45]], watcher: [[30, 45]] }),
    );
    const history = { identity, log: scenario.log };
    expect(scenario.log.map(({ type }) => type)).toContain('RollbackDecided');
    expect(checkHistory(history).deviations).toEqual([]);
    expect(isRunning(scenario.state)).toBe(true);
  });
});

describe('an absence of one minute', () => {
  const detected = (scenario: Scenario) => absenceToRecord(scenario.state, scenario.context.heartbeats ?? {}, scenario.now);

  it('is recorded once per attempt, with the absent services and the start', () => {
    const scenario = given(happyUntil('promote'), atWork({ executor: [[0, 5]], watcher: [[0, 100]] }), after(64.9));
    expect(detected(scenario)).toBeUndefined();
    scenario.when(after(0.1));
    const found = detected(scenario)!;
    expect(found.data).toMatchObject({
      of: ['executor'],
      since: isoOf(scenario.now - 60_000),
      reason: {
        code: 'absent',
        text: expect.stringContaining('no heartbeat from the executor since'),
        evidence: expect.objectContaining({ counted: 5 }),
      },
    });
    scenario.when(found).then().thenState({ status: 'promoting', current: { absenceDetected: true } });
    expect(detected(scenario)).toBeUndefined();
  });

  it('is detected for an attempt that no worker started, and for an inspection', () => {
    const gate = given(meanwhile({ heartbeats: {} }), requested(), after(60));
    expect(detected(gate)!.data).toMatchObject({ of: ['executor'], since: START });
    expect(detected(given(happyUntil('analyse'), meanwhile({ heartbeats: {} }), after(60)))!.data.of).toEqual(['watcher']);
    gate.when(detected(gate)!).then().thenState({ status: 'gated', absenceDetected: true });
  });

  it('is not detected while no worker is needed, nor for a worker that is done', () => {
    expect(detected(given(happyUntil('analyse'), meanwhile({ heartbeats: {} }), pausedBy('anna'), after(1e4)))).toBeUndefined();
    expect(detected(given(happyUntil(), meanwhile({ heartbeats: {} }), after(1e4)))).toBeUndefined();
    const watched = given(happyUntil('promote'), after(1), scaled(), atWork({ watcher: [[0, 100]] }), after(60));
    expect(detected(watched)).toBeUndefined();
  });

  it('names the cluster access failure as the cause', () => {
    const scenario = given(happyUntil('promote'), meanwhile({ heartbeats: {} }), noAccess('unreachable', 'no answer'), after(60));
    expect(detected(scenario)!.data.reason.text).toContain('no answer');
  });

  it('is reported after five seconds as the reason why a release does not progress', () => {
    const scenario = given(happyUntil('promote'), atWork({ executor: [[0, 4]], watcher: [[0, 4]] }), after(8.9));
    const absent = () => absentWorkers(scenario.state, scenario.context.heartbeats!, scenario.now);
    expect(absent()).toBeUndefined();
    scenario.when(after(0.1));
    expect(absent()).toEqual({ of: ['executor', 'watcher'], since: isoOf(scenario.now - 5_000) });
  });
});

describe('an absence of the planner', () => {
  /** The planner is absent: events are recorded, and no decision is made. */
  const away = (scenario: Scenario, ...items: readonly Item[]): Scenario => {
    for (const item of items) scenario.apply(item);
    return scenario;
  };
  const detected = ({ state, context, now }: Scenario, by: 'planner' | 'watcher' = 'planner') =>
    plannerAbsenceToRecord(state, context, now, by);
  const absent = ({ state, context, now }: Scenario) => absentPlanner(state, context, now);

  it('is recorded once if a decision is a minute late, and the planner then makes that decision', () => {
    const scenario = away(given(happyUntil('apply'), meanwhile({ heartbeats: {} })), applied(), after(59.9));
    expect(detected(scenario)).toBeUndefined();
    away(scenario, after(0.1));
    const found = detected(scenario)!;
    expect(found.data).toMatchObject({
      of: ['planner'],
      since: isoOf(scenario.now - 60_000),
      reason: { code: 'absent', text: expect.stringContaining('the planner was late by 60 s') },
    });
    away(scenario, found);
    expect(detected(scenario)).toBeUndefined();
    scenario.when(after(0)).then('StepCompleted', 'StepStarted');
  });

  it('is recorded once by the watcher while it lasts, and reported with its start until the planner decides', () => {
    const scenario = away(given(happyUntil('apply'), meanwhile({ heartbeats: {} })), applied(), after(60));
    const since = isoOf(scenario.now - 60_000);
    const found = detected(scenario, 'watcher')!;
    expect(found.data).toMatchObject({
      of: ['planner'],
      since,
      reason: {
        code: 'absent',
        text: `no planner has made the decision that is due since ${since}, 60 s so far; check that a planner runs, is ready, and reaches Postgres`,
      },
    });
    away(scenario, found, after(200));
    expect([detected(scenario, 'watcher'), detected(scenario, 'planner')]).toEqual([undefined, undefined]);
    expect(absent(scenario)).toEqual({ of: ['planner'], since });
    scenario.when(after(0)).then('StepCompleted', 'StepStarted');
    expect(scenario.state).toMatchObject({ plannerAbsentSince: undefined });
    expect(absent(scenario)).toBeUndefined();
  });

  it('is recorded again if the planner decided and is then absent again', () => {
    const scenario = away(given(happyUntil('apply'), meanwhile({ heartbeats: {} })), applied(), after(60));
    away(scenario, detected(scenario, 'watcher')!, after(10));
    scenario.when(after(0)).then('StepCompleted', 'StepStarted');
    away(scenario, scaled(), ready(), after(60));
    expect(detected(scenario, 'watcher')?.data.since).toBe(isoOf(scenario.now - 60_000));
  });

  it('does not prevent recording an executor absence in the same attempt', () => {
    const scenario = given(happyUntil('promote'), meanwhile({ heartbeats: {} }), after(60));
    away(scenario, {
      type: 'AbsenceDetected',
      data: {
        decision: currentOf(scenario.state).ref.decision,
        of: ['planner'],
        since: START,
        reason: absenceToRecord(scenario.state, {}, scenario.now)!.data.reason,
      },
    });
    expect(absenceToRecord(scenario.state, {}, scenario.now)!.data.of).toEqual(['executor', 'watcher']);
  });

  it('starts when time alone made a decision due', () => {
    const scenario = given(happyUntil('apply'), atWork({ executor: [[0, 100]] }));
    const { now } = away(scenario, after(68));
    expect(detected(scenario)!.data.since).toBe(isoOf(now - 60_000));
  });

  it('is not detected while the executor\'s absence pauses the deadline, no decision is due, or the release is queued', () => {
    expect(detected(away(given(happyUntil('apply'), atWork({})), after(1e4)))).toBeUndefined();
    expect(detected(away(given(happyUntil('analyse'), pausedBy('anna')), after(1e4)))).toBeUndefined();
    expect(detected(away(given(happyUntil()), after(1e4)))).toBeUndefined();
    const behind = given(meanwhile({ slot: { holder: 'R0', counter: 1 } }), requested());
    expect(detected(away(behind, after(1e4), meanwhile({ slot: { holder: null, counter: 1 } })))).toBeUndefined();
  });

  it('is not detected if another release made the decision due only now', () => {
    const newer = waiter('R3', 1, 'supersede');
    const scenario = given(happyUntil('analyse'), atWork({ watcher: [[0, 6]] }), after(7));
    away(scenario, after(70), meanwhile({ waiting: [newer], policy: { ...scenario.context.policy, whenBusy: 'supersede' } }));
    expect(detected(scenario)).toBeUndefined();
  });

  it('is recorded for a release requested during the absence, and reported after five seconds', () => {
    const scenario = away(given(), requested(), after(4.9));
    expect(absent(scenario)).toBeUndefined();
    expect(absent(away(scenario, after(0.1)))).toEqual({ of: ['planner'], since: START });
    expect(detected(away(scenario, after(55)))!.data).toMatchObject({ of: ['planner'], since: START });
  });
});

describe('a recorded absence', () => {
  const since = '2026-01-01T00:00:00.000Z';

  it('of workers names them, the start, what to check, and how much time the deadline has counted', () => {
    const scenario = given(happyUntil('promote'), atWork({ executor: [[0, 4]], watcher: [[0, 2]] }), after(70.4));
    const began = scenario.now - 70_400;
    expect(absenceToRecord(scenario.state, scenario.context.heartbeats!, scenario.now)).toEqual({
      type: 'AbsenceDetected',
      data: {
        decision: currentOf(scenario.state).ref.decision,
        of: ['executor', 'watcher'],
        since: isoOf(began + 2_000),
        reason: {
          code: 'absent',
          rule: 'heartbeat',
          text: `no heartbeat from the executor and the watcher since ${isoOf(began + 2_000)}, 68 s so far: the deadline is paused; check that it runs, is ready, and reaches Postgres and the cluster`,
          evidence: { since: isoOf(began + 2_000), absent: 'executor,watcher', counted: 2 },
        },
      },
    });
  });

  it('of one worker at a gate also names the cluster access failure', () => {
    const scenario = given(meanwhile({ heartbeats: {} }), requested(), noAccess('unreachable', 'no answer'), after(60));
    expect(absenceToRecord(scenario.state, {}, scenario.now)!.data).toEqual({
      decision: 2,
      of: ['executor'],
      since,
      reason: {
        code: 'absent',
        rule: 'heartbeat',
        evidence: { since, absent: 'executor', counted: 0 },
        text: `no heartbeat from the executor since ${since}, 60 s so far: the deadline is paused; check that it runs, is ready, and reaches Postgres and the cluster; no answer (seen at ${since})`,
      },
    });
  });

  it.each<[string, readonly Item[], (scenario: Scenario) => number]>([
    [
      'a step',
      [happyUntil('apply'), { along: (scenario) => scenario.apply(applied()) }, after(75.4)],
      (scenario) => currentOf(scenario.state).ref.decision,
    ],
    [
      'a gate',
      [
        requested(),
        {
          along: (scenario) =>
            scenario.apply({
              type: 'TargetInspected',
              data: { exists: true, replicas: 5, ready: 5, owner: 'alloy', hpa: false, refusal: null },
            }),
        },
        after(75.4),
      ],
      () => 2,
    ],
    ['a request', [{ along: (scenario) => scenario.apply(requested()) }, after(75.4)], () => 1],
  ])('of the planner names the time when the decision became due, and the attempt: %s', (_, items, decision) => {
    const scenario = given();
    for (const item of items.slice(0, -2)) scenario.play([item]);
    for (const item of items.slice(-2)) scenario.apply(item);
    expect(plannerAbsenceToRecord(scenario.state, scenario.context, scenario.now, 'planner')).toEqual({
      type: 'AbsenceDetected',
      data: {
        decision: decision(scenario),
        of: ['planner'],
        since,
        reason: {
          code: 'absent',
          rule: 'overdue',
          evidence: { since, absent: 'planner', seconds: 75 },
          text: `the planner was late by 75 s with a decision, since ${since}; it continues now; find out why no planner was running or could reach Postgres`,
        },
      },
    });
  });

  it('does not exist for a release that has ended or does not exist', () => {
    for (const scenario of [given(), given(happyUntil())]) {
      expect(absentWorkers(scenario.state, {}, scenario.now + 1e9)).toBeUndefined();
      expect(absenceToRecord(scenario.state, {}, scenario.now + 1e9)).toBeUndefined();
      expect(absentPlanner(scenario.state, scenario.context, scenario.now + 1e9)).toBeUndefined();
    }
  });

  it('does not exist for an inspected gate, nor between steps', () => {
    const inspected = given(requested());
    inspected.apply({ type: 'TargetInspected', data: { exists: true, replicas: 5, ready: 5, owner: 'alloy', hpa: false, refusal: null } });
    expect(absentWorkers(inspected.state, {}, inspected.now + 1e6)).toBeUndefined();
    const between = { ...given(happyUntil('apply')).state, current: null } as Scenario['state'];
    expect(absentWorkers(between, {}, msOf(START) + 1e9)).toBeUndefined();
  });

  it('starts with the last heartbeat of the worker that is absent longest', () => {
    const scenario = given(happyUntil('promote'), atWork({ executor: [[0, 4], [10, 12.0004]], watcher: [[0, 20]] }), after(30));
    expect(absentWorkers(scenario.state, scenario.context.heartbeats!, scenario.now)).toEqual({
      of: ['executor', 'watcher'],
      since: isoOf(scenario.now - 18_000),
    });
    expect(absentWorkers(scenario.state, scenario.context.heartbeats!, scenario.now, 15_000)).toEqual({
      of: ['executor'],
      since: isoOf(scenario.now - 18_000),
    });
  });
});
