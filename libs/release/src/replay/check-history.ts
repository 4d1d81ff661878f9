import { decide } from '../decide';
import { nextDue } from '../due';
import { familyOf } from '../event-family';
import { evolve } from '../evolve';
import { initialState } from '../initial-state';
import type { Decision } from '../context';
import type { Recorded, State } from '../state';
import { msOf } from '../time';
import { differencesOf, type Difference } from './differences';
import { knownContext } from './known-context';
import type { ReleaseHistory } from './replay';

/** A recorded decision that the current code would not make. */
export interface Deviation {
  /** Version of the recorded decision, or of the next event if the current code adds a decision. */
  readonly version: number;
  readonly at: string;
  /** Undefined: the log has no decision here. */
  readonly recorded: Decision['type'] | undefined;
  /** Undefined: the current code makes no decision here. */
  readonly today: Decision['type'] | undefined;
  /** If both have the same type: the differences of their payloads. */
  readonly differences: readonly Difference[];
}

/**
 * By the current deadlines a decision was due long before the log has one: the planner was absent, or the deadlines
 * were different.
 */
export interface Late {
  readonly version: number;
  readonly dueAt: number;
  readonly seconds: number;
}

export interface HistoryCheck {
  /** Number of decisions that were repeated. */
  readonly decisions: number;
  readonly deviations: readonly Deviation[];
  readonly late: readonly Late[];
}

/** Seconds; two resync periods. A later decision was not triggered by time alone. */
const PATIENCE = 10;

/**
 * Folds a release's log and repeats each decision with the current code, with the context known from the log and at the
 * log's time.
 * After a deviation it continues from the recorded decision, so that each deviation is reported once. Pure.
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

/** The decisions from index `from` on that were appended together: one append has one time. */
function appendedTogether(log: readonly Recorded[], from: number): readonly Recorded[] {
  const end = log.findIndex((event, i) => i >= from && (familyOf[event.type] !== 'decision' || event.occurredAt !== log[from]!.occurredAt));
  return log.slice(from, end === -1 ? log.length : end);
}

/**
 * Compares with the current code decision by decision; reports only the first difference, because the rest follows from
 * it.
 */
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
  if (again.length === 0)
    return { version: made[0]!.version, at, recorded: made[0]!.type as Decision['type'], today: undefined, differences: [] };
  for (const [i, today] of again.entries()) {
    const recorded = made[i];
    const differences =
      recorded?.type === today.type ? differencesOf(recorded.data, today.data).filter(({ path }) => !isWording(path)) : [];
    if (recorded?.type === today.type && differences.length === 0) continue;
    return { version: made[0]!.version + i, at, recorded: recorded?.type as Decision['type'] | undefined, today: today.type, differences };
  }
  return undefined;
}

/** A reason's text is wording, which may change: code, rule and evidence are the decision. See docs/adr/0038. */
const isWording = (path: string): boolean => path === 'reason.text' || path === 'analysis.reason.text';

const absenceIn = ({ data }: Recorded): number => ('absence' in data ? (data.absence?.seconds ?? 0) : 0);

function lateness(state: State, next: Recorded): readonly Late[] {
  const due = nextDue(state);
  if (due === null) return [];
  // A deadline and a pause do not count the absence that the decision records.
  const seconds = (msOf(next.occurredAt) - due) / 1000 - absenceIn(next);
  return seconds < PATIENCE ? [] : [{ version: next.version, dueAt: due, seconds }];
}
