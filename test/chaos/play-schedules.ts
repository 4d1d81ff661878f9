import { KeyedQueue } from '@alloy/service';
import { reportOf } from './report';
import { SEEDS_PER_DECK, type Schedule } from './schedule';
import { playSeed, type SeedOptions, type SeedResult } from './seed-run';
import { emptyCells, tableOf } from './table';

export interface Conclusion {
  readonly isGood: boolean;
  /** The table of what came where, what was broken, and a closing line. */
  readonly text: string;
}

export interface PlayOptions extends SeedOptions {
  /** Schedules that are played at once; default 2. */
  readonly parallel?: number;
}

/** Plays the schedules, a few at once, each on an installation of its own. */
export async function playSchedules(schedules: readonly Schedule[], { parallel = 2, ...options }: PlayOptions = {}): Promise<Conclusion> {
  const results = new Map<Schedule, SeedResult>();
  const play = async (schedule: Schedule): Promise<void> => {
    const result = await playSeed(schedule, options);
    options.onProgress?.(
      result.broken.length === 0 ? `seed ${schedule.seed}: every promise held (${result.seconds.toFixed(0)} s)` : reportOf(result),
    );
    results.set(schedule, result);
  };
  const queue = new KeyedQueue(play, { parallel });
  await Promise.all(schedules.map((schedule) => queue.add(schedule)));
  return conclude(schedules.map((schedule) => results.get(schedule)!));
}

/** A broken promise fails, and a fault that never came where it was placed; over a whole deck of seeds, so does an empty cell of kill or freeze. */
export function conclude(results: readonly SeedResult[]): Conclusion {
  const outages = results.flatMap((result) => result.outages);
  const missed = results.flatMap(missedBy);
  const empty = coversADeck(results.map(({ seed }) => seed)) ? emptyCells(outages) : [];
  const broken = results.flatMap((result) => result.broken);
  const isGood = results.length > 0 && broken.length + missed.length + empty.length === 0;
  const releases = results.reduce((sum, result) => sum + result.releases.length, 0);
  return {
    isGood,
    text: [
      tableOf(outages),
      '',
      ...missed.map((text) => `never came: ${text}`),
      ...(empty.length > 0 ? [`empty: ${empty.join(', ')}`] : []),
      `chaos ${isGood ? 'passed' : 'failed'}: seeds ${results.map(({ seed }) => seed).join(', ')}, ${releases} releases, ${outages.length} faults, ${broken.length} broken promises`,
      ...results.filter((result) => result.broken.length > 0).map(({ seed }) => `play it again: npm run chaos -- --seed ${seed}`),
      countsOf(results.filter((result) => result.broken.length + missedBy(result).length === 0).length, results.length, isGood),
    ].join('\n'),
  };
}

/** Seeds as tests, for `npm run test:long`; an empty cell, which is no seed's fault, is one more failure. */
function countsOf(good: number, seeds: number, isGood: boolean): string {
  const failed = seeds - good;
  return `${good} passed, ${failed === 0 && !isGood ? 1 : failed} failed, 0 skipped`;
}

const coversADeck = (seeds: readonly number[]): boolean =>
  seeds.some(
    (seed) =>
      (seed - 1) % SEEDS_PER_DECK === 0 &&
      Array.from({ length: SEEDS_PER_DECK }, (_, index) => seed + index).every((one) => seeds.includes(one)),
  );

/** Faults that were placed, and did not come. */
function missedBy({ seed, releases, outages }: SeedResult): readonly string[] {
  const came = new Set(outages.map(({ fault, release, step }) => `${fault.kind} ${fault.victim} at ${step} of ${release}`));
  const placed = releases.flatMap(({ tag, faults }) =>
    faults.map(({ fault, step }) => `${fault.kind} ${fault.victim} at ${step} of ${tag}`),
  );
  return placed.filter((name) => !came.has(name)).map((name) => `${name} (seed ${seed})`);
}
