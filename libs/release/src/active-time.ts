import { intersect, lengthOf, without, type Absence, type Heartbeats, type Span, type Worker } from './heartbeats';
import type { Context } from './context';
import type { Current, Pause } from './current';
import type { StateOf } from './state';
import { countedFrom, hasEffect, needsWatching } from './step-rules';
import { msOf } from './time';

/** What a deadline counts: time from `from` on in which all needed workers were active. Ms since 1970. */
export interface Clock {
  readonly decision: number;
  readonly from: number;
  /** `until`: time from which the attempt no longer needs this worker; null: still needed. */
  readonly needs: ReadonlyArray<{ readonly worker: Worker; readonly until: number | null }>;
  readonly pauses: readonly Pause[];
}

/** The clock of the current step: an analysis counts from its start, other steps from their last progress. */
export const clockOf = (current: Current): Clock => ({
  ...sinceStart(current),
  from: msOf(countedFrom(current) ?? current.startedAt),
});

/** The same clock, counted from the attempt's start regardless of progress. */
export const sinceStart = (current: Current): Clock => ({
  decision: current.ref.decision,
  from: msOf(current.startedAt),
  needs: needsOf(current),
  pauses: current.pauses,
});

/** The clock of a release that waits for the executor to inspect the cluster. */
export const clockOfGate = ({ gate, openedAt }: StateOf<'gated'>): Clock => ({
  decision: gate,
  from: msOf(openedAt),
  needs: [{ worker: 'executor', until: null }],
  pauses: [],
});

/**
 * Milliseconds that the clock has counted at `now`; without heartbeats (logs written before heartbeats existed) all
 * time counts.
 */
export function activeMs(clock: Clock, context: Pick<Context, 'heartbeats' | 'absence'>, now: number): number {
  const passed = Math.max(0, now - clock.from);
  if (context.absence)
    return context.absence.decision === clock.decision ? Math.max(0, passed - Math.round(context.absence.seconds * 1_000)) : passed;
  if (!context.heartbeats) return passed;
  return lengthOf(
    clock.needs.reduce((counted, need) => intersect(counted, countedSpans(clock, context.heartbeats!, need)), spanTo(clock.from, now)),
  );
}

/** Shorter gaps are not an absence: heartbeats are a second apart, and a worker needs time to start on an attempt. */
const LEAST_MS = 3_000;

/**
 * The time that the clock has not counted at `now`, and the workers that caused it; undefined: none worth recording.
 */
export function absenceOf(clock: Clock, context: Pick<Context, 'heartbeats' | 'absence'>, now: number): Absence | undefined {
  const { absence, heartbeats } = context;
  if (absence) return absence.decision === clock.decision ? recordedAs(absence) : undefined;
  if (!heartbeats) return undefined;
  const missed = (need: Clock['needs'][number]): number =>
    now - clock.from - lengthOf(intersect(spanTo(clock.from, now), countedSpans(clock, heartbeats, need)));
  const of = clock.needs.filter((need) => missed(need) >= LEAST_MS).map(({ worker }) => worker);
  if (of.length === 0) return undefined;
  const writing =
    lengthOf(
      clock.needs.reduce<readonly Span[]>(
        (all, need) => [...all, ...intersect(spanTo(clock.from, now), writingSpans(clock, heartbeats, need.worker))],
        [],
      ),
    ) / 1_000;
  return { seconds: (now - clock.from - activeMs(clock, context, now)) / 1_000, of, ...(writing > 0 && { writing }) };
}

const recordedAs = ({ seconds, of, writing }: Absence): Absence => ({ seconds, of, ...(writing !== undefined && { writing }) });

const spanTo = (from: number, now: number): readonly Span[] => (from < now ? [{ from, to: now }] : []);

function needsOf({ spec, effectDoneAt, readyAt }: Current): Clock['needs'] {
  const executor = { worker: 'executor' as const, until: effectDoneAt === null ? null : msOf(effectDoneAt) };
  const watcher = { worker: 'watcher' as const, until: readyAt === null ? null : msOf(readyAt) };
  if (!hasEffect(spec)) return [{ ...watcher, until: null }];
  return needsWatching(spec) ? [executor, watcher] : [executor];
}

/** In order. The attempt's times are shifted by its pauses, so its heartbeats are shifted as well. */
export const activeSpans = (clock: Clock, heartbeats: Heartbeats, { worker, until }: Clock['needs'][number]): readonly Span[] =>
  asNeeded(spansOf(clock, heartbeats, worker, 'active'), until);

/**
 * The spans that a deadline counts: writing time is excluded, because a successful write is progress however slow the
 * API server is.
 */
const countedSpans = (clock: Clock, heartbeats: Heartbeats, { worker, until }: Clock['needs'][number]): readonly Span[] =>
  asNeeded(without(spansOf(clock, heartbeats, worker, 'active'), writingSpans(clock, heartbeats, worker)), until);

const writingSpans = (clock: Clock, heartbeats: Heartbeats, worker: Worker): readonly Span[] =>
  spansOf(clock, heartbeats, worker, 'writing');

function spansOf({ decision, pauses }: Clock, heartbeats: Heartbeats, worker: Worker, kind: 'active' | 'writing'): readonly Span[] {
  const heartbeat = heartbeats[worker];
  return heartbeat?.decision === decision
    ? (heartbeat[kind] ?? []).map(({ from, to }) => ({ from: moved(from, pauses), to: moved(to, pauses) }))
    : [];
}

/** From `until` on the worker is not needed; this counts as active. */
const asNeeded = (spans: readonly Span[], until: number | null): readonly Span[] =>
  until === null ? spans : [...intersect(spans, [{ from: -Infinity, to: until }]), { from: until, to: Infinity }];

const moved = (at: number, pauses: readonly Pause[]): number =>
  pauses.reduce((time, { from, ms }) => (time < from ? time + ms : Math.max(time, from + ms)), at);
