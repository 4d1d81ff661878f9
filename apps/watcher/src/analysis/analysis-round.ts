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
  /** Time watched until then, ms. */
  readonly watchedMs: number;
}

/**
 * The rounds of one release's `analyse` steps: read the pods' counters, record them, judge what has been counted so far.
 * Time counts as far as it was watched; requests count as the pods count them, those of a pause too.
 */
export class AnalysisRound {
  private running: Running | undefined;

  constructor(
    private readonly deps: AnalysisDeps,
    private readonly watched: Pick<WatchedTime, 'ms'>,
  ) {}

  /** The verdict to append, or undefined while there is nothing new to say. */
  async run(state: RunningState, step: AnalyseStep, workloads: Workloads, desired: number): Promise<EventOf<'VerdictReached'> | undefined> {
    const current = state.current!;
    if (current.verdict?.verdict === 'pass' || current.verdict?.verdict === 'fail') return undefined;
    const { ref } = current;
    const { canary } = workloads;
    const tally = await this.round(state, step, ref, workloads);
    const judgement = verdictOf(step, tally, { ready: canary.pods.filter(isReady).length, desired });
    if (!judgement || judgement.code === current.verdict?.code) return undefined;
    const numbers = { ...judgement.numbers, measurements: await this.digest(state.releaseId, ref) };
    return { type: 'VerdictReached', data: { ...ref, ...judgement, numbers, observedSeconds: tally.observedMs / 1_000 } };
  }

  private async round(state: RunningState, step: AnalyseStep, ref: StepRef, workloads: Workloads): Promise<Tally> {
    const watchedMs = this.watched.ms;
    const before = await this.resume(state.releaseId, ref, watchedMs);
    const observedMs = Math.round(before.tally.observedMs + watchedMs - before.watchedMs);
    const readings = step.mode === 'health' ? presence(workloads.canary, observedMs) : await this.scrape(step, workloads, observedMs, before.tally);
    await this.deps.measurements.record(readings.map((reading) => ({ ...reading, releaseId: state.releaseId, step: ref.step, attempt: ref.attempt })));
    const tally = { ...addReadings(before.tally, readings), observedMs };
    this.running = { ref, tally, watchedMs };
    return tally;
  }

  /** A pod that was not read before is read twice at once: what its page counts in between shows whether it counts its own reads. */
  private async scrape(step: AnalyseStep, workloads: Workloads, observedMs: number, { pods }: Tally): Promise<Reading[]> {
    const readings = await this.scrapeOnce(step, workloads, observedMs);
    const fresh = new Set(readings.filter(({ pod, failure }) => !pods.has(pod) && !failure).map(({ pod }) => pod));
    if (fresh.size === 0) return readings;
    return [...readings, ...await this.scrapeOnce(step, { canary: onlyPods(workloads.canary, fresh), stable: onlyPods(workloads.stable, fresh) }, observedMs)];
  }

  private async scrapeOnce({ target: { namespace }, requests }: AnalyseStep, { canary, stable }: Workloads, observedMs: number): Promise<Reading[]> {
    const [a, b] = await Promise.all([
      scrapePods(this.deps.reader, namespace, canary, 'canary', observedMs, requests),
      scrapePods(this.deps.reader, namespace, stable, 'stable', observedMs, requests),
    ]);
    return [...a, ...b];
  }

  /** Where this process was, or where the recorded rows end: another process may have counted before. */
  private async resume(releaseId: string, ref: StepRef, watchedMs: number): Promise<Running> {
    if (this.running?.ref.decision === ref.decision) return this.running;
    const rows = await this.deps.measurements.read(releaseId, ref.step, ref.attempt);
    return { ref, tally: addReadings(emptyTally, rows), watchedMs };
  }

  /** Over the rows as they are stored, so that anybody can compute it again; null where none were taken. */
  private async digest(releaseId: string, ref: StepRef): Promise<string | null> {
    const rows = await this.deps.measurements.read(releaseId, ref.step, ref.attempt);
    if (rows.length === 0) return null;
    return createHash('sha256').update(rows.map(lineOf).join('\n')).digest('hex');
  }
}

/** What rows did not hold before it was recorded is left out, so that digests of then can be computed again. */
function lineOf({ at, track, pod, requests, errors, observedMs, metric, processStart, restarts, failure }: Required<Measurement>): string {
  const later = [metric, processStart, restarts, failure];
  return [at, track, pod, requests, errors, observedMs, ...(later.every((value) => value === null) ? [] : later)].join('\t');
}

const onlyPods = (view: WorkloadView, names: ReadonlySet<string>): WorkloadView => ({ ...view, pods: view.pods.filter(({ metadata }) => names.has(metadata.name)) });

/** By health alone: a ready canary pod is a reading without counts, so that the time observed is on record. */
const presence = (canary: WorkloadView, observedMs: number): Reading[] =>
  canary.pods.filter(isReady).map((pod) => ({ track: 'canary', pod: pod.metadata.name, requests: 0, errors: 0, observedMs }));
