import { activeMs, activeSpans, clockOf, clockOfGate, type Clock } from './active-time';
import type { EventOf } from './events';
import type { AbsentService, Heartbeats } from './heartbeats';
import { isTimed } from './guards';
import { accessSuffix } from './reasons/access';
import { reason } from './reasons/reason';
import type { AccessFailure } from './current';
import type { State } from './state';
import { isoOf } from './time';

/** Services that the current attempt needs and that send no heartbeats. */
export interface AbsentServices {
  readonly of: readonly AbsentService[];
  /** ISO 8601: start of the absence; the deadline counts no time from here on. */
  readonly since: string;
}

/**
 * Milliseconds without a heartbeat after which a service counts as absent; heartbeats come once a second and may be
 * late.
 */
const LATE_MS = 5_000;
/** Milliseconds of absence after which Alloy records it and sends a notification. */
const NOTED_MS = 60_000;

/** The services absent at `now` (ms since 1970); undefined: none. */
export function absentWorkers(state: State, heartbeats: Heartbeats, now: number, leastMs = LATE_MS): AbsentServices | undefined {
  const clock = runningClock(state);
  if (!clock) return undefined;
  const needed = clock.needs
    .filter(({ until }) => until === null)
    .map((need) => ({ worker: need.worker, last: activeSpans(clock, heartbeats, need).at(-1)?.to ?? clock.from }));
  const absent = needed.filter(({ last }) => now - last >= leastMs);
  return absent.length === 0
    ? undefined
    : { of: absent.map(({ worker }) => worker), since: isoOf(Math.round(Math.min(...absent.map(({ last }) => last)))) };
}

/** The absence of at least a minute to record; undefined: none, or already recorded. */
export function absenceToRecord(state: State, heartbeats: Heartbeats, now: number): EventOf<'AbsenceDetected'> | undefined {
  const clock = runningClock(state);
  if (!clock || attemptOf(state)?.absenceDetected) return undefined;
  const absent = absentWorkers(state, heartbeats, now, NOTED_MS);
  if (!absent) return undefined;
  const seconds = Math.round((now - Date.parse(absent.since)) / 1_000);
  const text = `${absentText(absent)}, ${seconds} s so far: the deadline is paused; check that it runs, is ready, and reaches Postgres and the cluster${accessSuffix(attemptOf(state)?.access ?? null)}`;
  return {
    type: 'AbsenceDetected',
    data: {
      decision: clock.decision,
      ...absent,
      reason: reason('absent', 'heartbeat', text, {
        since: absent.since,
        absent: absent.of.join(),
        counted: Math.round(activeMs(clock, { heartbeats }, now) / 1_000),
      }),
    },
  };
}

/** One clause for users, such as `no heartbeat from the executor since …`. */
export const absentText = ({ of, since }: AbsentServices): string => `no heartbeat from the ${of.join(' and the ')} since ${since}`;

type Attempt = { readonly absenceDetected: boolean; readonly access: AccessFailure | null };

function attemptOf(state: State): Attempt | undefined {
  if (state.status === 'gated') return state;
  return isTimed(state) ? (state.current ?? undefined) : undefined;
}

function runningClock(state: State): Clock | undefined {
  if (state.status === 'gated') return state.inspection === null ? clockOfGate(state) : undefined;
  return isTimed(state) && state.current !== null ? clockOf(state.current) : undefined;
}
