import { seededRandom } from '@alloy/playground';
import type { Fault, StepKind } from '../fault';
import type { PlacedFault } from '../schedule';
import { shuffled } from '../shuffled';
import { acts, actsBetween, stepsOf, type Act, type ActDuring } from './act';

/** The behaviour of a version; `invalid`: the API server refuses one of its objects. */
export type Version = 'good' | 'errors-50' | 'crash' | 'invalid';

/** A release, with what a user does before and during it. */
export interface Round {
  readonly tag: string;
  readonly version: Version;
  readonly before?: Act;
  readonly during?: ActDuring;
  /** Faults of the installation during the release. */
  readonly faults: readonly PlacedFault[];
}

export interface UserSchedule {
  readonly seed: number;
  /** One list for each project; the last round of each has no act but `scale` before it. */
  readonly lanes: ReadonlyArray<readonly Round[]>;
}

export const LANES = 4;
const ROUNDS = 4;
const VERSIONS: readonly Version[] = [
  ...Array.from({ length: 9 }, (): Version => 'good'), 'errors-50', 'errors-50', 'errors-50', 'crash', 'crash', 'invalid', 'invalid',
];
const KILLS: readonly Fault[] = (['planner', 'executor', 'watcher'] as const).map((victim) => ({ kind: 'kill', victim }));
const KILL_STEPS = ['gate', 'scaleCanary', 'analyse', 'promote'] as const;

/** The schedule of a seed; a pure function. Each seed has every act between, and every act during releases. */
export function userScheduleOf(seed: number): UserSchedule {
  const random = seededRandom(20_000 + seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const versions = shuffled(VERSIONS, random);
  const before = shuffled(versions.map((_, index) => actsBetween[index] ?? (random() < 0.3 ? pick(actsBetween) : undefined)), random);
  const during = duringOf(versions.map((version, index) => (before[index] === 'rename' ? 'invalid' : version)), random);
  const pickStep = evenly(random);
  const rounds = versions.map((version, index): Round => {
    const [early, late] = [before[index], during[index]];
    const step = late && pickStep(stepsOf(late, version === 'errors-50' ? version : 'good'));
    // The only version that is always rolled back, also as the first one of its project.
    const undone = version === 'crash' && early !== 'rename' ? pick(actsBetween) : undefined;
    return {
      tag: `p${seed}-r${index + 1}${version === 'good' || version === 'invalid' ? '' : `-${version}`}`,
      version,
      ...(early && { before: early }),
      ...(late && step && { during: { act: late, step } }),
      ...(undone && { during: { act: undone, step: 'rollback' } }),
      faults: random() < 0.3 ? [{ fault: pick(KILLS), step: pick(KILL_STEPS), moment: 'begun' }] : [],
    };
  });
  const lanes = Array.from({ length: LANES }, (_, lane) => [
    ...rounds.slice(lane * ROUNDS, (lane + 1) * ROUNDS),
    { tag: `p${seed}-end${lane + 1}`, version: 'good' as const, before: 'scale' as const, faults: [] },
  ]);
  return { seed, lanes };
}

/** Every act once at a release that is not refused at once; the other releases have none. */
function duringOf(versions: readonly Version[], random: () => number): ReadonlyArray<Act | undefined> {
  const left = [...shuffled(acts, random)];
  const fit = shuffled(versions.flatMap((version, index) => (version === 'good' || version === 'errors-50' ? [index] : [])), random);
  const chosen = new Map(fit.map((index) => [index, left.pop()]));
  return versions.map((_, index) => chosen.get(index));
}

/** Picks one of the kinds of steps that were picked least often, so that a seed has acts at all of them. */
function evenly(random: () => number): (steps: readonly StepKind[]) => StepKind {
  const picked = new Map<StepKind, number>();
  return (steps) => {
    const count = (step: StepKind): number => picked.get(step) ?? 0;
    const step = [...shuffled(steps, random)].sort((one, other) => count(one) - count(other))[0]!;
    picked.set(step, count(step) + 1);
    return step;
  };
}
