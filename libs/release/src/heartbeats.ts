/** A span of time in ms since 1970 by Postgres' clock; `to` is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The services that change or observe a cluster for an attempt. */
export type Worker = 'executor' | 'watcher';

/** A service whose absence Alloy records. */
export type AbsentService = Worker | 'planner';

/**
 * When a worker was active on the attempt that `decision` (its version in the stream) started. Spans are in order and
 * do not overlap.
 */
export interface Heartbeat {
  readonly decision: number;
  readonly active: readonly Span[];
  /** When the worker's successful writes were in flight: active time that a deadline does not count. Default none. */
  readonly writing?: readonly Span[];
}

/** The last attempt that each worker was active on; a missing worker was never active on the release. */
export type Heartbeats = Readonly<Partial<Record<Worker, Heartbeat>>>;

/** Time that a deadline did not count, because a worker that the attempt needs was absent or was writing. */
export interface Absence {
  readonly seconds: number;
  readonly of: readonly Worker[];
  /** The part of `seconds` in which the executor's writes were in flight; default 0. */
  readonly writing?: number;
}

export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0);

/** Time in both `a` and `b`; each in order. */
export const intersect = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
  a.flatMap((one) => b.flatMap((other) => within(Math.max(one.from, other.from), Math.min(one.to, other.to))));

/** Time in `a` and not in `b`; each in order. */
export const without = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
  b.reduce<readonly Span[]>(
    (left, { from, to }) => left.flatMap((one) => [...within(one.from, Math.min(one.to, from)), ...within(Math.max(one.from, to), one.to)]),
    a,
  );

const within = (from: number, to: number): readonly Span[] => (from < to ? [{ from, to }] : []);
