import { countsIncrease, sumCounts } from '../increase';
import type { Counts } from '../judge';

/** One attempt to read a pod's metrics page. */
export interface PageReading extends Counts {
  readonly track: 'stable' | 'canary';
  readonly pod: string;
  /** Milliseconds of observation so far in this attempt. */
  readonly observedMs: number;
  /** The series that was read; counts of two series are not comparable. Null or absent: not recorded. */
  readonly metric?: string | null;
  /** `process_start_time_seconds` of the page, seconds since 1970; null or absent: the page has none. */
  readonly processStart?: number | null;
  /** Container restarts in the pod's status; null or absent: not recorded. */
  readonly restarts?: number | null;
  /**
   * Why no page was read; null or absent: it was read. `connection`: the pod refused, reset or closed the connection.
   */
  readonly failure?: 'connection' | null;
}

/** Accumulated reads of one pod's page within one attempt of a step. */
export interface PageHistory {
  readonly track: 'stable' | 'canary';
  readonly pod: string;
  /** Counted since the first read. */
  readonly counted: Counts;
  readonly reads: number;
  /** Counted requests that may be reads of the page: one for each reading with a new successful request. */
  readonly ownReads: number;
  /** False once a reading had no new successful request: the page does not count its own reads. */
  readonly countsReads: boolean;
  readonly connectionFailures: number;
  /** Container restarts between reads. */
  readonly restarts: number;
  /** Time from the first to the last read, in ms of observation. */
  readonly exposureMs: number;
  readonly flaw: PageFlaw | null;
  readonly firstMs: number | null;
  readonly last: PageReading | null;
  /** Last counts of each process that answered. */
  readonly processes: ReadonlyMap<number, Counts>;
  /** Whether the counters decreased when another process answered. */
  readonly fellAtSwitch: boolean;
  /** Set if the counters decreased without explanation yet: restarts known at that time. */
  readonly unexplained: number | null;
}

/**
 * `several_processes`: processes with separate counters answer in turn. `counters_fell`: counters decreased while
 * neither process nor container restarted.
 */
export type PageFlaw = 'several_processes' | 'counters_fell';

export const newHistory = ({ track, pod }: Pick<PageReading, 'track' | 'pod'>): PageHistory => ({
  track,
  pod,
  counted: { requests: 0, errors: 0 },
  reads: 0,
  ownReads: 0,
  countsReads: true,
  connectionFailures: 0,
  restarts: 0,
  exposureMs: 0,
  flaw: null,
  firstMs: null,
  last: null,
  processes: new Map(),
  fellAtSwitch: false,
  unexplained: null,
});

/** Adds one reading of the same pod. Pure; folding recorded readings in order gives the same history. */
export function addReading(history: PageHistory, reading: PageReading): PageHistory {
  if (reading.failure) return { ...history, connectionFailures: history.connectionFailures + 1 };
  const { last } = history;
  const seen = { ...remember(history, reading), reads: history.reads + 1, last: reading };
  if (last === null) return { ...seen, firstMs: reading.observedMs };
  if ((last.metric ?? null) !== (reading.metric ?? null))
    return {
      ...seen,
      restarts: history.restarts + restartsBetween(last, reading),
      processes: remember({ ...history, processes: new Map() }, reading).processes,
    };
  const restarted = restartsBetween(last, reading);
  const counted = grown(history, last, reading, restarted > 0);
  const succeeded = counted.requests > counted.errors;
  return {
    ...seen,
    exposureMs: Math.max(0, reading.observedMs - (history.firstMs ?? 0)),
    restarts: history.restarts + restarted,
    counted: sumCounts([history.counted, counted]),
    ownReads: history.ownReads + (succeeded ? 1 : 0),
    countsReads: history.countsReads && (succeeded || isOther(last, reading) || fell(last, reading)),
    ...flawsOf(history, last, reading, restarted > 0),
  };
}

const remember = (history: PageHistory, { processStart, requests, errors }: PageReading): PageHistory =>
  isNumber(processStart) ? { ...history, processes: new Map(history.processes).set(processStart, { requests, errors }) } : history;

const restartsBetween = (last: PageReading, next: PageReading): number =>
  isNumber(last.restarts) && isNumber(next.restarts) ? Math.max(0, next.restarts - last.restarts) : 0;

/** Growth since the process was last read. Counts of an unknown process may be old, unless a container restarted. */
function grown({ processes }: PageHistory, last: PageReading, next: PageReading, restarted: boolean): Counts {
  if (!isOther(last, next)) return restarted || !isNumber(next.restarts) ? countsIncrease(last, next) : growth(last, next);
  const before = processes.get(next.processStart!);
  if (before) return growth(before, next);
  return restarted ? countsOf(next) : NOTHING;
}

/** Growth; 0 if the counters decreased without a known reset. */
const growth = (last: Counts, next: Counts): Counts => (fell(last, next) ? NOTHING : countsIncrease(last, next));

function flawsOf(
  history: PageHistory, last: PageReading, next: PageReading, restarted: boolean,
): Pick<PageHistory, 'flaw' | 'fellAtSwitch' | 'unexplained'> {
  const down = fell(last, next) && !restarted;
  const other = isOther(last, next);
  const fellAtSwitch = history.fellAtSwitch || (down && other);
  // A process that answered before, or is older than the last one, runs in parallel. If they may be one process with a
  // fluctuating start time, a decrease must prove that they count separately.
  const beside = other && !restarted && (history.processes.has(next.processStart!) || next.processStart! < last.processStart!);
  const flaw =
    history.flaw ??
    (beside && (fellAtSwitch || !mayFluctuate(last, next))
      ? 'several_processes'
      : fellUnexplained(history, last, next, down)
        ? 'counters_fell'
        : null);
  const isPending = flaw === null && !restarted;
  const unexplained = down && !isNumber(next.processStart) && isNumber(next.restarts) ? next.restarts : history.unexplained;
  return { flaw, fellAtSwitch, unexplained: isPending ? unexplained : null };
}

/**
 * A process cannot count backwards. If the page names no process, a restart may appear in the pod's status shortly
 * after it appears in the counters, so one more reading decides.
 */
function fellUnexplained({ unexplained }: PageHistory, last: PageReading, next: PageReading, down: boolean): boolean {
  if (isNumber(next.processStart) && next.processStart === last.processStart) return down;
  return unexplained !== null && isNumber(next.restarts) && next.restarts <= unexplained;
}

/** Kernels recompute the boot time in whole seconds, which changes the start time that Go and Rust clients report. */
function mayFluctuate(last: PageReading, next: PageReading): boolean {
  const seconds = Math.abs(next.processStart! - last.processStart!);
  return seconds < 2.5 && Math.abs(seconds - Math.round(seconds)) < 0.005;
}

const isOther = (last: PageReading, next: PageReading): boolean =>
  isNumber(last.processStart) && isNumber(next.processStart) && last.processStart !== next.processStart;
const fell = (last: Counts, next: Counts): boolean => next.requests < last.requests || next.errors < last.errors;
const countsOf = ({ requests, errors }: Counts): Counts => ({ requests, errors });
const isNumber = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isFinite(value);
const NOTHING: Counts = { requests: 0, errors: 0 };
