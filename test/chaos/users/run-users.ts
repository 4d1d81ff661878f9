import { KeyedQueue } from '@alloy/runtime';
import { stepKinds, type StepKind } from '../fault';
import { reportOf } from '../report';
import type { Conclusion } from '../run-schedules';
import { acts, actsBetween, type Act } from './act';
import { runUsersOf, type FinishedRound, type UserOptions, type UserResult } from './user-run';
import { LANES, userScheduleOf } from './user-schedule';

/** Releases of a seed, those of v1 included. */
export const RELEASES_OF_USERS = LANES * 6;

/** The consecutive seeds with that many releases; always whole seeds. */
export const seedsFrom = (first: number, releases: number): readonly number[] =>
  Array.from({ length: Math.ceil(releases / RELEASES_OF_USERS) }, (_, index) => first + index);

/** Runs the seeds, some at the same time, each on a separate installation. */
export async function runUsers(
  seeds: readonly number[],
  { parallel = 2, ...options }: UserOptions & { readonly parallel?: number } = {},
): Promise<Conclusion> {
  const results = new Map<number, UserResult>();
  const queue = new KeyedQueue(async (seed: number): Promise<void> => {
    const result = await runUsersOf(userScheduleOf(seed), options);
    options.onProgress?.(
      result.broken.length === 0 ? `seed ${seed}: every promise held (${result.seconds.toFixed(0)} s)` : reportOfUsers(result),
    );
    results.set(seed, result);
  }, { parallel });
  await Promise.all(seeds.map((seed) => queue.add(seed)));
  return concludeUsers(seeds.map((seed) => results.get(seed)!));
}

/** The run fails if a promise was broken, or if an act was never carried out before or during a release. */
export function concludeUsers(results: readonly UserResult[]): Conclusion {
  const rounds = results.flatMap((result) => result.rounds);
  const bySteps = countBySteps(rounds);
  const missing = [
    ...neverDone(rounds, actsBetween, 'before'),
    ...neverDone(rounds, acts, 'during'),
    ...stepKinds.filter((step) => !bySteps.has(step)).map((step) => `any act at ${step}`),
  ];
  const broken = results.reduce((sum, one) => sum + one.broken.length, 0);
  const isGood = results.length > 0 && broken + missing.length === 0;
  const failed = results.filter((one) => one.broken.length > 0);
  return {
    isGood,
    text: [
      ...(missing.length > 0 ? [`never carried out: ${missing.join(', ')}`] : []),
      `acts during releases: ${stepKinds.map((step) => `${step} ${bySteps.get(step) ?? 0}`).join(', ')}`,
      [
        `chaos with users ${isGood ? 'passed' : 'failed'}: seeds ${results.map(({ seed }) => seed).join(', ')}`,
        `${rounds.length} releases`,
        `${broken} broken promises`,
      ].join(', '),
      ...failed.map(({ seed }) => `reproduce: ${COMMAND} --seed ${seed}`),
      `${results.length - failed.length} passed, ${failed.length === 0 && !isGood ? 1 : failed.length} failed, 0 skipped`,
    ].join('\n'),
  };
}

/** Number of acts that users have carried out at each kind of step of a release that had not ended. */
function countBySteps(rounds: readonly FinishedRound[]): ReadonlyMap<StepKind, number> {
  const steps = rounds.flatMap(({ during, doneDuring }) => (during && doneDuring?.isDone ? [during.step] : []));
  return new Map(steps.map((step) => [step, steps.filter((one) => one === step).length]));
}

/** Acts that no user has carried out at that time. */
function neverDone(rounds: readonly FinishedRound[], wanted: readonly Act[], when: 'before' | 'during'): readonly string[] {
  const done = new Set(rounds.map(({ before, during, doneBefore, doneDuring }) => {
    const [act, result] = when === 'before' ? [before, doneBefore] : [during?.act, doneDuring];
    return result?.isDone ? act : undefined;
  }));
  return wanted.filter((act) => !done.has(act)).map((act) => `${act} ${when}`);
}

const COMMAND = 'npm run chaos -- --users';

/** The broken promises of a seed, with the timeline of each release that shows them. */
export const reportOfUsers = ({ seed, broken, rounds }: UserResult): string =>
  reportOf({ seed, broken, releases: rounds, outages: [], command: COMMAND });
