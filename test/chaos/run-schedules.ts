import { KeyedQueue } from '@alloy/runtime';
import { reportOf } from './report';
import { SEEDS_PER_GROUP, type Schedule } from './schedule';
import { runSeed, type SeedOptions, type SeedResult } from './seed-run';
import { emptyCells, tableOf } from './table';

export interface Conclusion {
  readonly isGood: boolean;
  /** The table of injected faults, the broken promises, and a closing line. */
  readonly text: string;
}

export interface RunOptions extends SeedOptions {
  /** Schedules that run at the same time; default 2. */
  readonly parallel?: number;
}

/** Runs the schedules, some at the same time, each on a separate installation. */
export async function runSchedules(schedules: readonly Schedule[], { parallel = 2, ...options }: RunOptions = {}): Promise<Conclusion> {
  const results = new Map<Schedule, SeedResult>();
  const run = async (schedule: Schedule): Promise<void> => {
    const result = await runSeed(schedule, options);
    options.onProgress?.(
      result.broken.length === 0 ? `seed ${schedule.seed}: every promise held (${result.seconds.toFixed(0)} s)` : reportOf(result),
    );
    results.set(schedule, result);
  };
  const queue = new KeyedQueue(run, { parallel });
  await Promise.all(schedules.map((schedule) => queue.add(schedule)));
  return conclude(schedules.map((schedule) => results.get(schedule)!));
}

/**
 * The run fails if a promise was broken, if a placed fault was not injected, or, over a whole group of seeds, if a kill
 * or freeze was never injected at a kind of step.
 */
export function conclude(results: readonly SeedResult[]): Conclusion {
  const outages = results.flatMap((result) => result.outages);
  const missed = results.flatMap(missedBy);
  const empty = coversAGroup(results.map(({ seed }) => seed)) ? emptyCells(outages) : [];
  const broken = results.flatMap((result) => result.broken);
  const isGood = results.length > 0 && broken.length + missed.length + empty.length === 0;
  const releases = results.reduce((sum, result) => sum + result.releases.length, 0);
  return {
    isGood,
    text: [
      tableOf(outages),
      '',
      ...missed.map((text) => `not injected: ${text}`),
      ...(empty.length > 0 ? [`never injected: ${empty.join(', ')}`] : []),
      [
        `chaos ${isGood ? 'passed' : 'failed'}: seeds ${results.map(({ seed }) => seed).join(', ')}`,
        `${releases} releases`,
        `${outages.length} faults`,
        `${broken.length} broken promises`,
      ].join(', '),
      ...results.filter((result) => result.broken.length > 0).map(({ seed }) => `reproduce: npm run chaos -- --seed ${seed}`),
      countsOf(results.filter((result) => result.broken.length + missedBy(result).length === 0).length, results.length, isGood),
    ].join('\n'),
  };
}

/**
 * Counts each seed as a test, for `npm run test:long`. An empty cell of the table belongs to no seed, so it counts as
 * one more failure.
 */
function countsOf(good: number, seeds: number, isGood: boolean): string {
  const failed = seeds - good;
  return `${good} passed, ${failed === 0 && !isGood ? 1 : failed} failed, 0 skipped`;
}

const coversAGroup = (seeds: readonly number[]): boolean =>
  seeds.some(
    (seed) =>
      (seed - 1) % SEEDS_PER_GROUP === 0 &&
      Array.from({ length: SEEDS_PER_GROUP }, (_, index) => seed + index).every((one) => seeds.includes(one)),
  );

/** Faults that were placed and not injected. */
function missedBy({ seed, releases, outages }: SeedResult): readonly string[] {
  const came = new Set(outages.map(({ fault, release, step }) => `${fault.kind} ${fault.victim} at ${step} of ${release}`));
  const placed = releases.flatMap(({ tag, faults }) =>
    faults.map(({ fault, step }) => `${fault.kind} ${fault.victim} at ${step} of ${tag}`),
  );
  return placed.filter((name) => !came.has(name)).map((name) => `${name} (seed ${seed})`);
}
