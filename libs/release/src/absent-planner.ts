import type { AbsentServices } from './absent-workers';
import { decide } from './decide';
import { nextDue } from './due';
import type { EventOf } from './events';
import { reason } from './reasons/reason';
import type { Context, State } from './state';
import { isoOf, msOf } from './time';

/** A planner decides within a second or two; it is late after this. */
const LATE_MS = 5_000;
/** People are notified of an absence that is this long. */
const NOTED_MS = 60_000;

/**
 * The planner, if it had something to decide `leastMs` before `now` (ms since 1970) already and has not decided it; undefined: it had not.
 * It needs no heartbeats: the log itself shows what was to be decided. A queued release waits for others, and says nothing of the planner.
 */
export function absentPlanner(state: State, context: Context, now: number, leastMs = LATE_MS): AbsentServices | undefined {
  const latest = now - leastMs;
  if (state.status === 'none' || state.status === 'queued' || latest < msOf(state.updatedAt)) return undefined;
  const undisturbed = alone(state, context);
  const isDue = (at: number): boolean => at <= latest && decide(state, undisturbed, at).length > 0;
  if (!isDue(latest)) return undefined;
  const since = state.plannerAbsentSince ?? isoOf([msOf(state.updatedAt), nextDue(state) ?? latest].find(isDue) ?? latest);
  return { of: ['planner'], since };
}

/**
 * The planner's absence of a minute; undefined: there is none, or it is recorded.
 * `by`: the planner records it before it decides what it was late for; the watcher, while no planner is at work.
 */
export function plannerAbsenceToRecord(state: State, context: Context, now: number, by: 'planner' | 'watcher'): EventOf<'AbsenceDetected'> | undefined {
  if (state.status === 'none' || state.plannerAbsentSince) return undefined;
  const absent = absentPlanner(state, context, now, NOTED_MS);
  if (!absent) return undefined;
  const seconds = Math.round((now - msOf(absent.since)) / 1_000);
  const text = by === 'planner'
    ? `the planner had something to decide and was not at work for ${seconds} s, since ${absent.since}; it goes on now; see why no planner was running, or reached Postgres`
    : `the planner has something to decide and has not been at work since ${absent.since}, ${seconds} s so far; see that a planner runs, is ready, and reaches Postgres`;
  return { type: 'AbsenceDetected', data: { decision: attemptOf(state), ...absent, reason: reason('absent', 'overdue', text, { since: absent.since, absent: 'planner', seconds }) } };
}

/** What others did meanwhile (a newer release, another holder of the slot) may have made something due only now. */
const alone = (state: State, context: Context): Context =>
  ({ ...context, waiting: [], slot: 'slotCounter' in state ? { holder: state.releaseId, counter: state.slotCounter } : context.slot });

function attemptOf(state: State): number {
  if (state.status === 'gated') return state.gate;
  return 'current' in state && state.current ? state.current.ref.decision : state.version;
}
