/** A span of time in ms since 1970 by Postgres' clock; `to` is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The services that act on a cluster, or watch it, for an attempt. */
export type Worker = 'executor' | 'watcher';

/** A service whose absence is recorded. */
export type AbsentService = Worker | 'planner';

/** When a worker was at work on what `decision` (its version in the stream) began. Spans are in order and do not overlap. */
export interface Heartbeat {
  readonly decision: number;
  readonly active: readonly Span[];
  /** When its writes were on their way that got through: part of being at work, but nothing that a deadline counts. Default none. */
  readonly writing?: readonly Span[];
}

/** The last attempt that each worker was at work on; a worker that is missing was never at work on the release. */
export type Heartbeats = Readonly<Partial<Record<Worker, Heartbeat>>>;

/** Time that a deadline did not count, because a worker that the attempt needs was not at work on it, or was still writing. */
export interface Absence {
  readonly seconds: number;
  readonly of: readonly Worker[];
  /** The part of `seconds`, if any, in which the executor's writes were on their way. */
  readonly writing?: number;
}

export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0);

/** What lies in both; each in order. */
export const intersect = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
  a.flatMap((one) => b.flatMap((other) => within(Math.max(one.from, other.from), Math.min(one.to, other.to))));

/** What lies in `a` and not in `b`; each in order. */
export const without = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
  b.reduce<readonly Span[]>((left, { from, to }) => left.flatMap((one) => [...within(one.from, Math.min(one.to, from)), ...within(Math.max(one.from, to), one.to)]), a);

const within = (from: number, to: number): readonly Span[] => (from < to ? [{ from, to }] : []);
