import { activeMs, sinceStart } from './active-time';
import type { Context } from './context';
import type { Current } from './current';
import { holdText, type Hold } from './hold';
import type { State, StateOf } from './state';
import { observedUntil } from './step-rules';
import { isoOf, msOf } from './time';

/** Why a release waits although nothing is wrong, who can let it continue, and when it continues at the earliest. */
export interface Waiting {
  /**
   * `pause`: a pause step; `paused`: a user paused the release; `held`: a failure holds it; `onHold`: a user has put
   * its environment on hold.
   */
  readonly code: 'pause' | 'paused' | 'held' | 'onHold';
  /** Who or what it waits for. */
  readonly waitsFor: string;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; null: only a user lets it continue. */
  readonly earliestOpen: string | null;
  readonly text: string;
}

/** Who may promote, resume or abort a release. */
const USER = 'a user with the scope operate';

/** What is known of the services' work at `now` (ms since 1970): a pause does not count the time without a watcher. */
export interface Seen {
  readonly context: Pick<Context, 'heartbeats' | 'absence'>;
  readonly now: number;
}

/**
 * What the release waits for by its plan, a failure, a hold or a user's request; null: nothing. Default: all time
 * counts.
 */
export function waitingOf(state: State, seen?: Seen): Waiting | null {
  if (state.status === 'paused') return pausedBy(state);
  if (state.status === 'held') return heldFor(state);
  if (state.status === 'queued') return state.hold ? onHold(state.hold) : null;
  return state.status === 'releasing' ? pauseStep(state, seen) : null;
}

const pausedBy = ({ pausedAt, pauseReason }: StateOf<'paused'>): Waiting => ({
  code: 'paused', waitsFor: USER, since: pausedAt, earliestOpen: null,
  text: `${pauseReason.text}; it waits since ${pausedAt} until ${USER} resumes, promotes or aborts it`,
});

const heldFor = ({ heldAt, holdReason, isScaledDown }: StateOf<'held'>): Waiting => ({
  code: 'held', waitsFor: USER, since: heldAt, earliestOpen: null,
  text: `${holdReason.text}; it is held${isScaledDown ? ' with its canary scaled down' : ''} since ${heldAt} until ${USER} resumes it (tries the step again), promotes or aborts it (rolls back)`,
});

const onHold = (hold: Hold): Waiting => ({
  code: 'onHold', waitsFor: USER, since: hold.since, earliestOpen: null,
  text: `the environment is ${holdText(hold)}; the release waits until ${USER} lifts the hold`,
});

function pauseStep({ current }: StateOf<'releasing'>, seen: Seen | undefined): Waiting | null {
  if (current?.spec.kind !== 'pause') return null;
  const { spec: { weight, duration } } = current;
  const since = begunAt(current);
  const begun = `the pause at ${weight} % began at ${since}`;
  if (duration === null)
    return {
      code: 'pause', waitsFor: USER, since, earliestOpen: null,
      text: `${begun}; it ends when ${USER} promotes or resumes the release`,
    };
  const earliestOpen = isoOf(seen ? seen.now + leftMs(current, duration, seen) : observedUntil(current));
  const text = `${begun}; it ends at ${earliestOpen} at the earliest, or when ${USER} promotes or resumes the release`;
  return { code: 'pause', waitsFor: `${duration} s to pass`, since, earliestOpen, text };
}

/** When the attempt began; its clock is moved by the pauses of users. */
const begunAt = ({ startedAt, pauses }: Current): string => isoOf(msOf(startedAt) - pauses.reduce((sum, { ms }) => sum + ms, 0));

const leftMs = (current: Current, duration: number, { context, now }: Seen): number =>
  Math.max(0, duration * 1_000 - activeMs(sinceStart(current), context, now));
