import { seededRandom } from '@alloy/playground';
import { crashFaultsOf } from './crash-faults';
import { faults, stepKinds, type CrashFault, type Fault, type Moment, type StepKind } from './fault';
import { shuffled } from './shuffled';

export interface PlacedFault {
  readonly fault: Fault;
  readonly step: StepKind;
  readonly moment: Moment;
  /** Duration of a freeze. */
  readonly seconds?: number;
}

/** The behaviour of a version; every version except `good` must be rolled back. */
export type Behaviour = 'good' | 'errors-50' | 'crash' | 'nopull' | 'slow';

export interface ScheduledRelease {
  /** Image tag; its suffix sets the behaviour of the playground's pods. */
  readonly tag: string;
  readonly behaviour: Behaviour;
  /** Whether a user aborts it while one of the executors is frozen during a write. */
  readonly aborted: boolean;
  readonly faults: readonly PlacedFault[];
}

export interface Schedule {
  readonly seed: number;
  readonly releases: readonly ScheduledRelease[];
}

/**
 * Number of consecutive seeds, from 1, 1 + SEEDS_PER_GROUP, …, that together place every fault at every kind of step.
 */
export const SEEDS_PER_GROUP = 4;
export const RELEASES = 12;

/**
 * The range of a freeze: from less than an interval of the watcher to five times the deadline of 8 s. Half of the
 * freezes are longer than the deadline.
 */
const FREEZE_SECONDS = { least: 2, most: 45 } as const;
const bad = ['errors-50', 'crash', 'nopull', 'slow'] as const satisfies readonly Behaviour[];
/** The steps that every bad version reaches. */
const EARLY: ReadonlySet<StepKind> = new Set(['gate', 'apply', 'scaleCanary']);
const OVERLAPS: readonly StepKind[] = ['shiftTraffic', 'promote', 'apply', 'scaleCanary'];
/** Maximum number of faults of one bad release. */
const MOST_IN_BAD = 3;

/**
 * The schedule of a seed; a pure function. Each kind of step gets its share of all faults, and each release has at most
 * one fault at each kind of step.
 */
export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(seed);
  const releases = emptyReleases(seed, random);
  const share = shareOf(seed);
  for (const { step, fault } of share) {
    const release = releaseWithFewestFaults(releases, step);
    const moment: Moment = release.behaviour === 'good' && random() < 0.5 ? 'closing' : 'begun';
    release.faults.push({ fault, step, moment, ...(fault.kind === 'freeze' && { seconds: freezeSeconds(random) }) });
  }
  for (const fault of crashFaultsOf(seed)) {
    const { release, step } = earlyPlace(releases, fault);
    release.faults.push({ fault, step, moment: 'begun' });
  }
  return { seed, releases };
}

/**
 * The schedules of consecutive seeds with `releases` releases in total. The last schedule may be shortened; then it has
 * no crash points.
 */
export const schedulesFrom = (first: number, releases: number): readonly Schedule[] =>
  Array.from({ length: Math.ceil(releases / RELEASES) }, (_, index) => {
    const schedule = scheduleOf(first + index);
    const left = releases - index * RELEASES;
    return left >= RELEASES ? schedule : { ...schedule, releases: schedule.releases.slice(0, left).map(withoutCrashes) };
  });

/** In a part of a schedule too few releases may follow to pass a crash point. */
const withoutCrashes = (release: ScheduledRelease): ScheduledRelease => ({
  ...release,
  faults: release.faults.filter(({ fault }) => fault.kind !== 'crash'),
});

type Draft = Omit<ScheduledRelease, 'faults'> & { readonly faults: PlacedFault[] };

function emptyReleases(seed: number, random: () => number): readonly Draft[] {
  const overlap = OVERLAPS[(seed - 1) % OVERLAPS.length]!;
  const good = Array.from({ length: RELEASES - bad.length - 1 }, (): Omit<Draft, 'tag'> => ({
    behaviour: 'good',
    aborted: false,
    faults: [],
  }));
  const aborted: Omit<Draft, 'tag'> = {
    behaviour: 'good',
    aborted: true,
    faults: [{ fault: { kind: 'overlap', victim: 'executor' }, step: overlap, moment: 'begun' }],
  };
  const all = shuffled(
    [...good, aborted, ...bad.map((behaviour): Omit<Draft, 'tag'> => ({ behaviour, aborted: false, faults: [] }))],
    random,
  );
  return all.map((release, index) => ({
    ...release,
    tag: `s${seed}-r${index + 1}${release.behaviour === 'good' ? '' : `-${release.behaviour}`}`,
  }));
}

/**
 * The faults of this seed within its group: for each kind of step, one of SEEDS_PER_GROUP equal parts of all faults.
 */
function shareOf(seed: number): ReadonlyArray<{ readonly step: StepKind; readonly fault: Fault }> {
  const random = seededRandom(1_000 + Math.floor((seed - 1) / SEEDS_PER_GROUP));
  return stepKinds.flatMap((step) =>
    shuffled(faults, random)
      .filter((_, index) => index % SEEDS_PER_GROUP === (seed - 1) % SEEDS_PER_GROUP)
      .map((fault) => ({ step, fault })),
  );
}

/** The release with the fewest faults that reaches this kind of step and has no fault there yet. */
function releaseWithFewestFaults(releases: readonly Draft[], step: StepKind): Draft {
  const fit = releases.filter(
    (release) => !release.aborted && !release.faults.some((placed) => placed.step === step) && reaches(release, step),
  );
  const [least] = [...fit].sort((one, other) => one.faults.length - other.faults.length);
  if (!least) throw new Error(`no release has room for one more fault at ${step}`);
  return least;
}

/**
 * A good release of the first half, so that later releases pass the crash point, and the first kind of step at which it
 * has no fault.
 */
function earlyPlace(releases: readonly Draft[], { victim }: CrashFault): { readonly release: Draft; readonly step: StepKind } {
  const early = releases.slice(0, releases.length / 2).filter(({ aborted, behaviour }) => !aborted && behaviour === 'good');
  const places = early.flatMap((release) =>
    stepKinds
      .filter((step) => reaches(release, step) && !release.faults.some((placed) => placed.step === step))
      .map((step) => ({ release, step })),
  );
  const [first] = places.sort((one, other) => one.release.faults.length - other.release.faults.length);
  if (!first) throw new Error(`no early release has room for a crash of ${victim}`);
  return first;
}

function reaches({ behaviour, faults: placed }: Draft, step: StepKind): boolean {
  if (behaviour === 'good') return step !== 'rollback';
  return step === 'rollback' || (EARLY.has(step) && placed.length < MOST_IN_BAD - 1);
}

/** Log-uniform: as many freezes last 2 s to 4 s as 20 s to 40 s. */
function freezeSeconds(random: () => number): number {
  const { least, most } = FREEZE_SECONDS;
  return Math.round(least * (most / least) ** random());
}
