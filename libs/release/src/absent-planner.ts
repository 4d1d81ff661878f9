import type { AbsentServices } from './absent-workers';
import { decide } from './decide';
import { nextDue } from './due';
import type { EventOf } from './events';
import { reason } from './reasons/reason';
import type { Context } from './context';
import type { State } from './state';
import { isoOf, msOf } from './time';

/** Milliseconds after which a planner counts as late; it usually decides within 2 s. */
const LATE_MS = 5_000;
/** Milliseconds of absence after which Alloy records it and sends a notification. */
const NOTED_MS = 60_000;

/**
 * The planner, if a decision has been due since at least `leastMs` before `now` (ms since 1970) and the planner has not
 * made it; undefined: it is not late.
 * This needs no heartbeats: the log shows what is due. A queued release waits for other releases, so it proves nothing
 * about the planner.
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
 * The planner absence of at least a minute to record; undefined: none, or already recorded.
 * `by`: the planner records it before it makes the late decision; the watcher records it while no planner runs.
 */
export function plannerAbsenceToRecord(
  state: State, context: Context, now: number,
  by: 'planner' | 'watcher',
): EventOf<'AbsenceDetected'> | undefined {
  if (state.status === 'none' || state.plannerAbsentSince) return undefined;
  const absent = absentPlanner(state, context, now, NOTED_MS);
  if (!absent) return undefined;
  const seconds = Math.round((now - msOf(absent.since)) / 1_000);
  const text =
    by === 'planner'
      ? `the planner was late by ${seconds} s with a decision, since ${absent.since}; it continues now; find out why no planner was running or could reach Postgres`
      : `no planner has made the decision that is due since ${absent.since}, ${seconds} s so far; check that a planner runs, is ready, and reaches Postgres`;
  return {
    type: 'AbsenceDetected',
    data: {
      decision: attemptOf(state),
      ...absent,
      reason: reason('absent', 'overdue', text, { since: absent.since, absent: 'planner', seconds }),
    },
  };
}

/** The context without other releases: a newer release or another slot holder may have made a decision due only now. */
const alone = (state: State, context: Context): Context =>
  ({ ...context, waiting: [], slot: 'slotCounter' in state ? { holder: state.releaseId, counter: state.slotCounter } : context.slot });

function attemptOf(state: State): number {
  if (state.status === 'gated') return state.gate;
  return 'current' in state && state.current ? state.current.ref.decision : state.version;
}
