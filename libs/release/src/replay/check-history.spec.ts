import fc from 'fast-check';
import type { Recorded } from '../state';
import {
  abortedBy, after, degraded, failed, given, happyUntil, identity, inspected, meanwhile, nothingRuns, passed, requested,
  expedited, waiter, type Scenario,
} from '../testing';
import { beginning, happening } from '../testing/interleavings';
import { msOf } from '../time';
import { checkHistory, type HistoryCheck } from './check-history';

const check = ({ log }: Pick<Scenario, 'log'>): HistoryCheck => checkHistory({ identity, log });
const changed = (log: readonly Recorded[], type: Recorded['type'], data: (before: never) => unknown): readonly Recorded[] =>
  log.map((event) =>
    event.type === type ? ({ ...event, data: { ...event.data, ...(data(event.data as never) as object) } } as Recorded) : event,
  );

describe('checkHistory', () => {
  it('finds no deviation in decisions of the same code, in any interleaving', () => {
    const happens = fc.array(fc.record({ happens: happening, looks: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(beginning, happens, (begins, then) => {
        const scenario = given(begins, requested());
        scenario.now += 1;
        for (const one of then) {
          one.happens(scenario);
          if (one.looks) scenario.decide();
          scenario.now += 1;
        }
        scenario.decide();
        expect(check(scenario).deviations).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Scenario]>([
    ['a first release', given(meanwhile({ stable: null }), requested(), inspected(nothingRuns), happyUntil())],
    ['a canary', given(happyUntil())],
    ['a release that fails its analysis', given(happyUntil('analyse'), failed())],
    ['a release that crashes', given(happyUntil('scaleCanary'), degraded('CrashLoopBackOff'))],
    [
      'a queued release that is superseded',
      given(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested(), after(1), meanwhile({ waiting: [waiter('R3', 60)] })),
    ],
    ['a preempted release', given(happyUntil('analyse'), after(1), meanwhile({ waiting: [expedited('R3', 60)] }))],
  ])('repeats the decisions of %s', (_, scenario) => {
    const { decisions, deviations } = check(scenario);
    expect(deviations).toEqual([]);
    expect(decisions).toBe(
      scenario.log.filter(({ type }) => /^(Release(?!Requested)|Step|Gate|Promotion|Rollback|Intent)/.test(type)).length,
    );
  });

  it('reports a changed limit: a verdict that passed then fails now', () => {
    const { log } = given(happyUntil('analyse'), after(5), passed());
    const stricter = changed(log, 'VerdictReached', () => ({ verdict: 'fail', code: 'error_rate' }));
    expect(checkHistory({ identity, log: stricter }).deviations).toMatchObject([
      { recorded: 'StepCompleted', today: 'RollbackDecided', differences: [] },
    ]);
  });

  it('reports the differences of a decision', () => {
    const { log } = given(happyUntil('scaleCanary'), degraded('OOMKilled'));
    const other = changed(log, 'RollbackDecided', ({ reason }: { reason: object }) => ({ reason: { ...reason, code: 'crash_loop' } }));
    expect(checkHistory({ identity, log: other }).deviations).toMatchObject([
      {
        recorded: 'RollbackDecided',
        today: 'RollbackDecided',
        differences: [{ path: 'reason.code', recorded: 'crash_loop', today: 'out_of_memory' }],
      },
    ]);
  });

  it('reports a decision that is no longer made, and one that would be added', () => {
    const { log } = given(happyUntil('analyse'), abortedBy('anna'));
    const abort = log.findIndex(({ type }) => type === 'AbortRequested');
    const unasked = log.filter((_, i) => i !== abort);
    expect(checkHistory({ identity, log: unasked }).deviations).toMatchObject([{ recorded: 'RollbackDecided', today: undefined }]);
    const end = given(happyUntil()).log;
    expect(checkHistory({ identity, log: end.slice(0, -1).filter(({ type }) => type !== 'StepStarted') }).deviations[0]).toMatchObject({
      recorded: undefined,
      today: 'StepStarted',
    });
  });

  it('repeats a plan with the version of its policy', () => {
    const { log } = given(meanwhile({ policyVersion: 7 }), happyUntil());
    expect(log.find(({ type }) => type === 'ReleasePlanned')!.data).toMatchObject({ policyVersion: 7 });
    expect(checkHistory({ identity, log }).deviations).toEqual([]);
  });

  it('reports a decision that was due long before it was made', () => {
    const { log } = given(happyUntil('scaleCanary'), after(30));
    const { deviations, late } = checkHistory({ identity, log });
    expect(deviations).toEqual([]);
    expect(late).toMatchObject([{ seconds: 22 }]);
  });

  it('does not count the absence that the decision records', () => {
    const begun = given(happyUntil('scaleCanary')).log.at(-1)!;
    const worker = { decision: begun.version, active: [{ from: msOf(begun.occurredAt) + 22_000, to: msOf(begun.occurredAt) + 60_000 }] };
    const { log } = given(happyUntil('scaleCanary'), meanwhile({ heartbeats: { executor: worker, watcher: worker } }), after(30));
    expect(log.at(-1)).toMatchObject({ type: 'RollbackDecided', data: { absence: { seconds: 22 } } });
    expect(checkHistory({ identity, log }).late).toEqual([]);
  });
});
