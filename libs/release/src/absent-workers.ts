import { activeMs, activeSpans, clockOf, clockOfGate, type Clock } from './active-time';
import type { EventOf } from './events';
import type { AbsentService, Heartbeats } from './heartbeats';
import { isTimed } from './guards';
import { because } from './reasons/access';
import { reason } from './reasons/reason';
import type { AccessFailure, State } from './state';
import { isoOf } from './time';

/** Services that a release waits for and that are not at work on it. */
export interface AbsentServices {
  readonly of: readonly AbsentService[];
  /** ISO 8601: from then on none of the time counts. */
  readonly since: string;
}

/** Heartbeats come once a second, late ones too. */
const LATE_MS = 5_000;
/** People are notified of an absence that is this long. */
const NOTED_MS = 60_000;

/** Who is absent at `now` (ms since 1970); undefined: nobody, or nobody is needed. */
export function absentWorkers(state: State, heartbeats: Heartbeats, now: number, leastMs = LATE_MS): AbsentServices | undefined {
  const clock = runningClock(state);
  if (!clock) return undefined;
  const needed = clock.needs.filter(({ until }) => until === null).map((need) => ({ worker: need.worker, last: activeSpans(clock, heartbeats, need).at(-1)?.to ?? clock.from }));
  const absent = needed.filter(({ last }) => now - last >= leastMs);
  return absent.length === 0 ? undefined : { of: absent.map(({ worker }) => worker), since: isoOf(Math.round(Math.min(...absent.map(({ last }) => last)))) };
}

/** The absence of a minute that is to be recorded; undefined: there is none, or it is recorded. */
export function absenceToRecord(state: State, heartbeats: Heartbeats, now: number): EventOf<'AbsenceDetected'> | undefined {
  const clock = runningClock(state);
  if (!clock || attemptOf(state)?.absenceDetected) return undefined;
  const absent = absentWorkers(state, heartbeats, now, NOTED_MS);
  if (!absent) return undefined;
  const seconds = Math.round((now - Date.parse(absent.since)) / 1_000);
  const text = `${absentText(absent)}, ${seconds} s so far: the deadline stands still; see that it runs, is ready, and reaches Postgres and the cluster${because(attemptOf(state)?.access ?? null)}`;
  return { type: 'AbsenceDetected', data: { decision: clock.decision, ...absent, reason: reason('absent', 'heartbeat', text, { since: absent.since, absent: absent.of.join(), counted: Math.round(activeMs(clock, { heartbeats }, now) / 1_000) }) } };
}

/** In words for people. */
export const absentText = ({ of, since }: AbsentServices): string => `the ${of.join(' and the ')} ${of.length === 1 ? 'has' : 'have'} not been at work on it since ${since}`;

type Attempt = { readonly absenceDetected: boolean; readonly access: AccessFailure | null };

function attemptOf(state: State): Attempt | undefined {
  if (state.status === 'gated') return state;
  return isTimed(state) ? (state.current ?? undefined) : undefined;
}

function runningClock(state: State): Clock | undefined {
  if (state.status === 'gated') return state.inspection === null ? clockOfGate(state) : undefined;
  return isTimed(state) && state.current !== null ? clockOf(state.current) : undefined;
}
