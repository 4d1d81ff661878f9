import { decide } from '../decide';
import { nextDue } from '../due';
import { familyOf } from '../events';
import { evolve } from '../evolve';
import { initialState } from '../initial-state';
import type { Decision, Recorded, State } from '../state';
import { msOf } from '../time';
import { differencesOf, type Difference } from './differences';
import { knownContext } from './known-context';
import type { ReleaseHistory } from './replay';

/** A place where today's code would not have decided what was decided. */
export interface Deviation {
  /** Version of the recorded decision, or the next one where something would be added. */
  readonly version: number;
  readonly at: string;
  /** Undefined: nothing was decided here. */
  readonly recorded: Decision['type'] | undefined;
  /** Undefined: nothing would be decided. */
  readonly today: Decision['type'] | undefined;
  /** Where the two are of one type: what differs in their payloads. */
  readonly differences: readonly Difference[];
}

/** Time alone had made a decision due, by today's deadlines, long before anything was decided: the planner was away, or the deadlines were others. */
export interface Late {
  readonly version: number;
  readonly dueAt: number;
  readonly seconds: number;
}

export interface HistoryCheck {
  /** Decisions that were made again. */
  readonly decisions: number;
  readonly deviations: readonly Deviation[];
  readonly late: readonly Late[];
}

/** Two sweeps: what comes later than that did not come by itself. Seconds. */
const PATIENCE = 10;

/**
 * Folds a release's log and decides again, wherever something was decided, with today's code: on what was known then, at the time of the log.
 * After a deviation it goes on from what was recorded, so that each is told once. Pure.
 */
export function checkHistory({ identity, log }: ReleaseHistory): HistoryCheck {
  const check = { decisions: 0, deviations: [] as Deviation[], late: [] as Late[] };
  let state: State = initialState(identity);
  for (let i = 0; i < log.length; ) {
    const made = appendedTogether(log, i);
    check.late.push(...lateness(state, log[i]!));
    if (made.length > 0) {
      check.decisions += made.length;
      check.deviations.push(...compare(state, made, log));
    }
    const next = made.length > 0 ? made : [log[i]!];
    state = next.reduce(evolve, state);
    i += next.length;
  }
  return check;
}

/** The decisions that stand in the log from here on and were appended at once: one append has one time. */
function appendedTogether(log: readonly Recorded[], from: number): readonly Recorded[] {
  const end = log.findIndex((event, i) => i >= from && (familyOf[event.type] !== 'decision' || event.occurredAt !== log[from]!.occurredAt));
  return log.slice(from, end === -1 ? log.length : end);
}

/** What today's code makes of it, decision by decision; only the first that differs is told, the rest follows from it. */
function compare(before: State, made: readonly Recorded[], log: readonly Recorded[]): readonly Deviation[] {
  const at = made[0]!.occurredAt;
  let state = before;
  for (let rest = made; rest.length > 0; ) {
    const again = decide(state, knownContext(state, rest, log), msOf(at));
    const deviation = firstDeviation(rest, again, at);
    if (deviation) return [deviation];
    state = rest.slice(0, again.length).reduce(evolve, state);
    rest = rest.slice(again.length);
  }
  return [];
}

function firstDeviation(made: readonly Recorded[], again: readonly Decision[], at: string): Deviation | undefined {
  if (again.length === 0) return { version: made[0]!.version, at, recorded: made[0]!.type as Decision['type'], today: undefined, differences: [] };
  for (const [i, today] of again.entries()) {
    const recorded = made[i];
    const differences = recorded?.type === today.type ? differencesOf(recorded.data, today.data) : [];
    if (recorded?.type === today.type && differences.length === 0) continue;
    return { version: made[0]!.version + i, at, recorded: recorded?.type as Decision['type'] | undefined, today: today.type, differences };
  }
  return undefined;
}

function lateness(state: State, next: Recorded): readonly Late[] {
  const due = nextDue(state);
  if (due === null) return [];
  const seconds = (msOf(next.occurredAt) - due) / 1000;
  return seconds < PATIENCE ? [] : [{ version: next.version, dueAt: due, seconds }];
}
