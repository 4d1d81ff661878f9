import fc from 'fast-check';
import { decide } from '../decide';
import { due, nextDue } from '../due';
import { familyOf } from '../event-family';
import type { EventOf, ReleaseEventType } from '../events';
import { evolve } from '../evolve';
import { fold } from '../fold';
import { isEnded, isRunning, isSuspended } from '../guards';
import type { Recorded } from '../state';
import { isoOf } from '../time';
import {
  abortedBy, applied, degraded, failed, given, identity, passed, ready, requested, resumedBy, scaled, shifted, stale,
  type Meanwhile, type Scenario,
} from '../testing';
import { beginning, contested, contestedBeginning, essence, happening, type Happening } from '../testing/interleavings';

const TERMINAL = new Set<ReleaseEventType>([
  'ReleaseRejected', 'ReleaseSuperseded', 'ReleaseAborted', 'ReleasePromoted', 'ReleaseRolledBack', 'ReleaseFailed',
  'ReleaseStuck',
]);
const any = fc.record({
  beginning,
  then: fc.array(fc.record({ happens: happening, looks: fc.boolean() }), { minLength: 5, maxLength: 70 }),
});
const fought = fc.record({
  beginning: contestedBeginning,
  then: fc.array(fc.record({ happens: contested, looks: fc.boolean() }), { minLength: 30, maxLength: 90 }),
});
const history = fc.oneof({ weight: 3, arbitrary: any }, { weight: 1, arbitrary: fought });
interface History {
  readonly beginning: Meanwhile;
  readonly then: readonly { readonly happens: Happening; readonly looks: boolean }[];
}

/** Plays a random scenario in which the planner decides after some of the items; calls `check` after each decision. */
function play({ beginning, then }: History, check: (scenario: Scenario) => void = () => undefined): Scenario {
  const scenario = given(beginning, requested());
  for (const { happens, looks } of then) {
    happens(scenario);
    if (!looks) continue;
    scenario.decide();
    check(scenario);
  }
  scenario.decide();
  check(scenario);
  return scenario;
}

const all = <T extends ReleaseEventType>({ log }: Scenario, type: T) =>
  log.filter((event) => event.type === type) as unknown as readonly Recorded<EventOf<T>>[];
const holds = (check: (scenario: Scenario) => void, runs = 600) =>
  fc.assert(
    fc.property(history, (happenings) => check(play(happenings))),
    { numRuns: runs },
  );

describe('in any interleaving', () => {
  it('deciding twice decides nothing new', () => {
    fc.assert(
      fc.property(history, (happenings) => void play(happenings, (scenario) => expect(scenario.decide()).toBe(0))),
      { numRuns: 300 },
    );
  });

  it('the state equals the fold of the log', () => holds((scenario) => expect(fold(identity, scenario.log)).toEqual(scenario.state)));

  it('a release ends at most once, and only refusals follow', () => {
    holds((scenario) => {
      const decisions = scenario.log.filter(({ type }) => familyOf[type] === 'decision').map(({ type }) => type);
      const end = decisions.findIndex((type) => TERMINAL.has(type));
      if (end === -1) return expect(isEnded(scenario.state)).toBe(false);
      const later = decisions.slice(end + 1).filter((type) => type !== 'IntentRefused');
      // A stuck rollback may be finished later.
      expect(decisions[end] === 'ReleaseStuck' && later.length === 1 ? ['ReleaseRolledBack', 'ReleaseFailed'] : later).toEqual(
        later.length === 1 ? expect.arrayContaining(later) : [],
      );
      expect(isEnded(scenario.state)).toBe(true);
    });
  });

  it('a promoted release passed every verdict, or a named user skipped it', () => {
    holds((scenario) => {
      if (scenario.state.status !== 'promoted' || !('plan' in scenario.state)) return;
      const [decided] = all(scenario, 'PromotionDecided');
      const skippedRest = decided!.data.reason.code === 'skipped_by_person';
      if (skippedRest) expect(decided!.data.reason.evidence.by).toMatch(/anna|ben/);
      scenario.state.plan.steps.forEach((step, index) => {
        if (step.kind !== 'analyse') return;
        const completed = all(scenario, 'StepCompleted').find(({ data }) => data.step === index);
        if (!completed) return expect(skippedRest).toBe(true);
        if (completed.data.reason.code === 'skipped_by_person') return expect(completed.data.reason.evidence.by).toMatch(/anna|ben/);
        const verdicts = all(scenario, 'VerdictReached').filter(
          ({ data, version }) => data.decision === completed.data.decision && version < completed.version,
        );
        expect(verdicts.at(-1)?.data.verdict).toBe('pass');
      });
    });
  });

  it('weights match the plan, and increase until the rollback', () => {
    holds((scenario) => {
      const [planned] = all(scenario, 'ReleasePlanned');
      if (!planned) return;
      const weights = new Set(planned.data.plan.steps.flatMap((step) => (step.kind === 'shiftTraffic' ? [step.weight] : [])));
      let [state, last] = [fold(identity, scenario.log.slice(0, planned.version)), 0];
      for (const event of scenario.log.slice(planned.version)) {
        state = evolve(state, event);
        if (!('weights' in state)) continue;
        const { asked } = state.weights;
        if (asked !== 0 && asked !== 100) expect(weights).toContain(asked);
        expect(asked >= last || asked === 0).toBe(true);
        if (asked === 100) expect(all(scenario, 'PromotionDecided')).toHaveLength(1);
        last = asked;
      }
    });
  });

  it('steps start in plan order, each once unless a user resumes or a shift is repeated, and reference their own version', () => {
    holds((scenario) => {
      const started = all(scenario, 'StepStarted');
      const first = started.filter(({ data }) => data.attempt === 1).map(({ data }) => data.step);
      expect(first).toEqual([...new Set(first)].sort((a, b) => a - b));
      const isRepeated = all(scenario, 'ScaleDownDecided').length > 0;
      const isShiftRepeated = all(scenario, 'ShiftRepeated').length > 0;
      started.forEach(({ data }, index) => {
        const before = started[index - 1]?.data;
        const earlier = started.slice(0, index).findLast((other) => other.data.step === data.step);
        if (data.attempt > 1 && isShiftRepeated) {
          expect(earlier!.data.attempt).toBeLessThan(data.attempt);
          const between = scenario.log.slice(earlier!.version, started[index]!.version).map(({ type }) => type);
          expect(between.some((type) => type === 'ReleaseResumed' || type === 'ShiftRepeated')).toBe(true);
        } else if (data.attempt > 1 && isRepeated && data.step > 0)
          expect([before?.attempt, before!.step < data.step]).toEqual([data.attempt, true]);
        else if (data.attempt > 1 && isRepeated) expect(before!.attempt).toBeLessThan(data.attempt);
        else if (data.attempt > 1) expect(before).toMatchObject({ step: data.step, attempt: data.attempt - 1 });
      });
      for (const { data, version } of started) expect(data.decision).toBe(version);
    });
  });

  it('an analysis or a pause starts only with the traffic that the plan has for it, also after repetitions and scale-downs', () => {
    holds(({ log }) => {
      let weight = 0;
      for (const event of log as readonly Recorded[]) {
        if (event.type === 'TrafficShifted') weight = event.data.asked;
        if (event.type === 'ScaleDownDecided') weight = 0;
        if (event.type !== 'StepStarted') continue;
        const { spec } = event.data;
        if (spec.kind === 'shiftTraffic') weight = -1;
        if (spec.kind === 'analyse' || spec.kind === 'pause') expect(spec.weight).toBe(weight);
      }
    });
  });

  it('every intent is answered, or waits for its stage', () => {
    holds(({ state }) => {
      if (state.status === 'none' || state.intents.length === 0) return;
      expect(state.status).toBe('releasing');
      expect(new Set(state.intents.map(({ type }) => type))).toEqual(new Set(['PromotionRequested']));
    });
  });

  it('an abort of a running release ends it or rolls it back', () => {
    holds((scenario) => {
      const before = scenario.state.status;
      if (isEnded(scenario.state) || before === 'rollingBack') return;
      scenario.when(abortedBy('anna'));
      expect(['aborted', 'rollingBack']).toContain(scenario.state.status);
    });
  });

  it('stale facts have no effect', () => {
    holds((scenario) => {
      if (!isRunning(scenario.state) || scenario.state.current === null) return;
      for (const fact of [applied(), scaled(), ready(), shifted(), passed(), failed(), degraded('OOMKilled')]) {
        const event = {
          ...stale(fact)(scenario.state),
          id: 'late',
          version: scenario.state.version + 1,
          occurredAt: isoOf(scenario.now),
          actor: { kind: 'service', id: 'test' },
        } as Recorded;
        expect(essence(evolve(scenario.state, event))).toEqual(essence(scenario.state));
      }
    }, 200);
  });

  it('time alone causes no decision before nextDue, and one at nextDue', () => {
    fc.assert(fc.property(history, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (happenings, part) => {
      const { state, context, now } = play(happenings);
      const at = nextDue(state);
      const until = at ?? now + 1e9;
      expect(until).toBeGreaterThan(now);
      expect(decide(state, context, now + Math.floor((until - now) * part))).toEqual([]);
      if (at !== null) expect(decide(state, context, at).length).toBeGreaterThan(0);
    }), { numRuns: 600 });
  });

  it('every running release ends by its deadlines without further events (P16)', () => {
    holds((scenario) => {
      scenario.context = { ...scenario.context, waiting: [] };
      if (scenario.state.status === 'paused') scenario.when(resumedBy('anna'));
      for (let looks = 0; isRunning(scenario.state) && looks < 100; looks++) {
        // Only a user ends a hold, and a pause step without a duration.
        const at = nextDue(scenario.state);
        if (at === null) scenario.when(abortedBy('anna'));
        scenario.now = at ?? scenario.now;
        scenario.decide();
      }
      expect(isRunning(scenario.state)).toBe(false);
    });
  });

  it('a service is always awaited until the end, except in a pause by a user or a hold', () => {
    holds(({ state }) => {
      const { awaits, nextDueAt } = due(state);
      if (isEnded(state))
        return expect({ awaits, nextDueAt }).toEqual({ awaits: state.status === 'stuck' ? ['executor'] : [], nextDueAt: null });
      if (!isSuspended(state)) expect(awaits.length).toBeGreaterThan(0);
    });
  });

  it('a scale-down interrupts a repetition, and a repetition follows a scale-down, often enough', () => {
    const met = { interrupted: 0, followed: 0 };
    for (const happenings of fc.sample(history, { numRuns: 600, seed: 1 })) {
      const scenario = play(happenings, ({ state }) => {
        if (state.status === 'scalingDown' && state.repeats?.isOpen) met.interrupted += 1;
      });
      const decided = scenario.log.filter(({ type }) => type === 'ScaleDownDecided' || type === 'ShiftRepeated').map(({ type }) => type);
      if (decided.indexOf('ScaleDownDecided') >= 0 && decided.lastIndexOf('ShiftRepeated') > decided.indexOf('ScaleDownDecided'))
        met.followed += 1;
    }
    expect([met.interrupted, met.followed].every((times) => times >= 3) ? 'often' : met).toBe('often');
  });

  it('both ends occur often enough for these checks to be meaningful', () => {
    const statuses = fc.sample(history, { numRuns: 400, seed: 1 }).map((happenings) => play(happenings).state.status);
    for (const status of [
      'promoted', 'rolledBack', 'rollingBack', 'releasing', 'stuck', 'paused', 'held', 'aborted', 'rejected', 'queued',
      'failed',
    ] as const)
      expect(statuses).toContain(status);
  });
});
