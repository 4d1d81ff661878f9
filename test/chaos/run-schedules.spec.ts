import { faults, stepKinds } from './fault';
import { conclude } from './run-schedules';
import { SEEDS_PER_GROUP } from './schedule';
import type { SeedResult } from './seed-run';

const outages = stepKinds.flatMap((step) => faults.map((fault) => ({ fault, step, release: 'v2', from: 0, to: 1 })));
const result = (seed: number, more: Partial<SeedResult> = {}): SeedResult => ({
  seed,
  releases: [],
  outages: [],
  broken: [],
  judged: {},
  seconds: 1,
  ...more,
});
const group = (more: Partial<SeedResult>): readonly SeedResult[] =>
  Array.from({ length: SEEDS_PER_GROUP }, (_, index) => result(index + 1, index === 0 ? more : {}));

describe('the conclusion', () => {
  it('is good if no promise was broken and every kill and freeze was injected at every kind of step', () => {
    const { isGood, text } = conclude(group({ outages }));
    expect(isGood).toBe(true);
    expect(text).toContain('chaos passed: seeds 1, 2, 3, 4');
    expect(text.split('\n').at(-1)).toBe('4 passed, 0 failed, 0 skipped');
  });

  it('is bad if a kill or freeze is missing at a kind of step over a whole group, and names it', () => {
    const { isGood, text } = conclude(
      group({
        outages: outages.filter(({ fault, step }) => !(fault.kind === 'freeze' && fault.victim === 'planner' && step === 'retire')),
      }),
    );
    expect(isGood).toBe(false);
    expect(text).toContain('never injected: freeze planner at retire');
    expect(text.split('\n').at(-1)).toBe('4 passed, 1 failed, 0 skipped');
  });

  it('is bad if a promise was broken, and contains the command that reproduces it', () => {
    const { isGood, text } = conclude([result(7, { broken: [{ promise: 'P28', project: 'shop', text: 'v2 was rolled back' }] })]);
    expect(isGood).toBe(false);
    expect(text).toContain('npm run chaos -- --seed 7');
    expect(text.split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  });

  it('is bad if a placed fault was not injected', () => {
    const placed = { fault: { kind: 'kill' as const, victim: 'nats' as const }, step: 'gate' as const, moment: 'begun' as const };
    const release = { tag: 'v2', behaviour: 'good' as const, aborted: false, faults: [placed], project: 'shop', id: 'r', events: [] };
    expect(conclude([result(7, { releases: [release] })]).text).toContain('not injected: kill nats at gate of v2 (seed 7)');
    expect(conclude([result(7, { releases: [release] })]).isGood).toBe(false);
  });

  it('is bad if no seed was run', () => {
    expect(conclude([]).isGood).toBe(false);
  });
});
