import { createHash } from 'node:crypto';
import { isReady } from '@alloy/cluster';
import type { Measurement, Measurements } from '@alloy/ledger';
import type { AnalyseStep, EventOf, RunningState, StepRef } from '@alloy/release';
import type { ClusterReader, Workloads, WorkloadView } from '../cluster-reader';
import { scrapePods } from './scrape-pods';
import { addReadings, emptyTally, type Reading, type Tally } from './tally';
import { verdictOf } from './verdict-of';
import type { WatchedTime } from './watched-time';

export interface AnalysisDeps {
  readonly reader: Pick<ClusterReader, 'scrape'>;
  readonly measurements: Measurements;
}

interface Running {
  readonly ref: StepRef;
  readonly tally: Tally;
  /** Time that had been watched when `tally` was made, ms. */
  readonly watchedMs: number;
}

/**
 * The rounds of one release's `analyse` steps. A round reads the pods' counters, records them, and judges what has been
 * counted so far. Only watched time counts. All requests count that the pods count, including those during a pause.
 */
export class AnalysisRound {
  private running: Running | undefined;

  constructor(
    private readonly deps: AnalysisDeps,
    private readonly watched: Pick<WatchedTime, 'ms'>,
  ) {}

  /** The verdict to append; undefined: no new verdict. */
  async run(state: RunningState, step: AnalyseStep, workloads: Workloads, desired: number): Promise<EventOf<'VerdictReached'> | undefined> {
    const current = state.current!;
    if (current.verdict?.verdict === 'pass' || current.verdict?.verdict === 'fail') return undefined;
    const { ref } = current;
    const { canary } = workloads;
    const tally = await this.round(state, step, ref, comparedIn(step, workloads));
    const judgement = verdictOf(step, tally, { ready: canary.pods.filter(isReady).length, desired });
    if (!judgement || judgement.code === current.verdict?.code) return undefined;
    const numbers = { ...judgement.numbers, measurements: await this.digest(state.releaseId, ref) };
    return { type: 'VerdictReached', data: { ...ref, ...judgement, numbers, observedSeconds: tally.observedMs / 1_000 } };
  }

  private async round(state: RunningState, step: AnalyseStep, ref: StepRef, workloads: Workloads): Promise<Tally> {
    const watchedMs = this.watched.ms;
    const before = await this.resume(state.releaseId, ref, watchedMs);
    const observedMs = Math.round(before.tally.observedMs + watchedMs - before.watchedMs);
    const readings = step.mode === 'health'
      ? presence(workloads.canary, observedMs)
      : await this.scrape(step, workloads, observedMs, before.tally);
    const attempt = { releaseId: state.releaseId, step: ref.step, attempt: ref.attempt };
    await this.deps.measurements.record(readings.map((reading) => ({ ...reading, ...attempt })));
    const tally = { ...addReadings(before.tally, readings), observedMs };
    this.running = { ref, tally, watchedMs };
    return tally;
  }

  /** Reads a new pod twice in a row: the difference shows whether its page counts the reads of the page. */
  private async scrape(step: AnalyseStep, workloads: Workloads, observedMs: number, { pods }: Tally): Promise<Reading[]> {
    const readings = await this.scrapeOnce(step, workloads, observedMs);
    const fresh = new Set(readings.filter(({ pod, failure }) => !pods.has(pod) && !failure).map(({ pod }) => pod));
    if (fresh.size === 0) return readings;
    const freshOnly = { canary: onlyPods(workloads.canary, fresh), stable: onlyPods(workloads.stable, fresh) };
    return [...readings, ...await this.scrapeOnce(step, freshOnly, observedMs)];
  }

  private async scrapeOnce(step: AnalyseStep, { canary, stable }: Workloads, observedMs: number): Promise<Reading[]> {
    const { target: { namespace }, requests } = step;
    const [a, b] = await Promise.all([
      scrapePods(this.deps.reader, namespace, canary, 'canary', observedMs, requests),
      scrapePods(this.deps.reader, namespace, stable, 'stable', observedMs, requests),
    ]);
    return [...a, ...b];
  }

  /** The tally of this process, or that of the recorded rows: another process may have counted before. */
  private async resume(releaseId: string, ref: StepRef, watchedMs: number): Promise<Running> {
    if (this.running?.ref.decision === ref.decision) return this.running;
    const rows = await this.deps.measurements.read(releaseId, ref.step, ref.attempt);
    return { ref, tally: addReadings(emptyTally, rows), watchedMs };
  }

  /** The digest of the rows as they are stored, so that any client can compute it again; null: there are no rows. */
  private async digest(releaseId: string, ref: StepRef): Promise<string | null> {
    const rows = await this.deps.measurements.read(releaseId, ref.step, ref.attempt);
    if (rows.length === 0) return null;
    return createHash('sha256').update(rows.map(lineOf).join('\n')).digest('hex');
  }
}

/**
 * Omits the fields that were added later if a row has none of them, so that the digests of old rows stay reproducible.
 */
function lineOf({ at, track, pod, requests, errors, observedMs, metric, processStart, restarts, failure }: Required<Measurement>): string {
  const later = [metric, processStart, restarts, failure];
  return [at, track, pod, requests, errors, observedMs, ...(later.every((value) => value === null) ? [] : later)].join('\t');
}

/** The canary and what it is compared with, which the measurements call stable. */
const comparedIn = ({ baseline }: AnalyseStep, workloads: Workloads): Workloads =>
  baseline ? { canary: workloads.canary, stable: workloads.baseline ?? { deployment: undefined, pods: [] } } : workloads;

const onlyPods = (view: WorkloadView, names: ReadonlySet<string>): WorkloadView =>
  ({ ...view, pods: view.pods.filter(({ metadata }) => names.has(metadata.name)) });

/**
 * The readings of an analysis by health alone: each ready canary pod gives one without counts, which records the
 * observed time.
 */
const presence = (canary: WorkloadView, observedMs: number): Reading[] =>
  canary.pods.filter(isReady).map((pod) => ({ track: 'canary', pod: pod.metadata.name, requests: 0, errors: 0, observedMs }));
