import { crashPoints, services, type CrashPoint } from '@alloy/contracts';
import { CRASHES_PER_SEED } from './crash-faults';
import { faults, nameOfFault, stepKinds, type CrashFault } from './fault';
import { RELEASES, scheduleOf, schedulesFrom, SEEDS_PER_GROUP } from './schedule';

const seeds = Array.from({ length: 2 * SEEDS_PER_GROUP }, (_, index) => index + 1);

const freezesOf = (seed: number): readonly number[] =>
  scheduleOf(seed)
    .releases.flatMap(({ faults: placed }) => placed)
    .flatMap(({ fault, seconds }) => (fault.kind === 'freeze' ? [seconds!] : []));

describe('a schedule', () => {
  it('is the same for the same seed, and different for a different seed', () => {
    expect(scheduleOf(3)).toEqual(scheduleOf(3));
    expect(scheduleOf(3)).not.toEqual(scheduleOf(4));
  });

  it('places every fault at every kind of step once over the seeds of each group', () => {
    const cells = stepKinds.flatMap((step) => faults.map((fault) => `${nameOfFault(fault)} at ${step}`)).sort();
    for (const group of [seeds.slice(0, SEEDS_PER_GROUP), seeds.slice(SEEDS_PER_GROUP)]) {
      const placed = group
        .flatMap((seed) => scheduleOf(seed).releases.flatMap((release) => release.faults))
        .filter(({ fault }) => fault.kind !== 'overlap' && fault.kind !== 'crash');
      expect(placed.map(({ fault, step }) => `${nameOfFault(fault)} at ${step}`).sort()).toEqual(cells);
    }
  });

  it.each(seeds)(
    'of seed %i has twelve releases, each with at most one fault at each kind of step, and only at steps that it reaches',
    (seed) => {
      const { releases } = scheduleOf(seed);
      expect(releases).toHaveLength(RELEASES);
      expect(releases.filter(({ behaviour }) => behaviour === 'good')).toHaveLength(8);
      for (const { behaviour, faults: placed } of releases) {
        expect(new Set(placed.map(({ step }) => step)).size).toBe(placed.length);
        const reached =
          behaviour === 'good' ? stepKinds.filter((step) => step !== 'rollback') : ['gate', 'apply', 'scaleCanary', 'rollback'];
        expect(reached).toEqual(expect.arrayContaining(placed.map(({ step }) => step)));
      }
    },
  );

  it.each(seeds)('of seed %i contains freezes of 2 s to 45 s, shorter and longer than a deadline of 8 s', (seed) => {
    const seconds = freezesOf(seed);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(45);
    expect(seconds.filter((length) => length < 8).length).toBeGreaterThan(0);
    expect(seconds.filter((length) => length > 8).length).toBeGreaterThan(0);
  });

  it('contains a freeze of more than 30 s in each group', () => {
    for (const group of [seeds.slice(0, SEEDS_PER_GROUP), seeds.slice(SEEDS_PER_GROUP)])
      expect(Math.max(...group.flatMap(freezesOf))).toBeGreaterThan(30);
  });

  it.each(seeds)('of seed %i kills three services at crash points that they pass, in its first half', (seed) => {
    const placed = scheduleOf(seed).releases.flatMap(({ faults: all }, index) => all.map(({ fault }) => ({ fault, index })));
    const crashes = placed.filter((one): one is { fault: CrashFault; index: number } => one.fault.kind === 'crash');
    expect(new Set(crashes.map(({ fault }) => fault.victim)).size).toBe(CRASHES_PER_SEED);
    for (const { fault, index } of crashes) {
      expect((crashPoints[fault.point] as CrashPoint).services).toContain(fault.victim);
      expect(index).toBeLessThan(RELEASES / 2);
    }
  });

  it('kills each service at a crash point within a group', () => {
    const placed = seeds.slice(0, SEEDS_PER_GROUP).flatMap((seed) => scheduleOf(seed).releases.flatMap((release) => release.faults));
    const victims = placed.flatMap(({ fault }) => (fault.kind === 'crash' ? [fault.victim] : []));
    expect([...new Set(victims)].sort()).toEqual([...services].sort());
  });

  it('has room for the crashes of any seed', () => {
    for (let seed = 1; seed <= 500; seed += 1) expect(() => scheduleOf(seed)).not.toThrow();
  });

  it('schedulesFrom adds schedules of further seeds until it has the requested number of releases', () => {
    expect(schedulesFrom(5, 2 * RELEASES + 1).map(({ seed, releases }) => [seed, releases.length])).toEqual([
      [5, RELEASES],
      [6, RELEASES],
      [7, 1],
    ]);
  });
});
