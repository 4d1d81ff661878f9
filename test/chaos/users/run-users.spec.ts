import { stepKinds } from '../fault';
import { acts, actsBetween } from './act';
import { concludeUsers, RELEASES_OF_USERS, seedsFrom } from './run-users';
import type { FinishedRound, UserResult } from './user-run';
import { userScheduleOf } from './user-schedule';

const done = { from: 0, to: 0, isDone: true };
const base = { tag: 'v2', version: 'good', faults: [], project: 'shop', id: 'r', events: [], isRenamed: false } as const;
const rounds: readonly FinishedRound[] = [
  ...actsBetween.map((before) => ({ ...base, before, doneBefore: done })),
  ...acts.map((act) => ({ ...base, during: { act, step: 'analyse' as const }, doneDuring: done })),
  ...stepKinds.map((step) => ({ ...base, during: { act: 'scale' as const, step }, doneDuring: done })),
];
const result = (more: Partial<UserResult> = {}): UserResult => ({ seed: 7, rounds, broken: [], seconds: 1, ...more });

describe('the conclusion of runs with users', () => {
  it('is good if no promise was broken and every act was carried out before and during a release', () => {
    expect(concludeUsers([result()])).toMatchObject({ isGood: true, text: expect.stringMatching(/\n1 passed, 0 failed, 0 skipped$/) });
  });

  it('is bad if a promise was broken, and contains the command that reproduces it', () => {
    const { isGood, text } = concludeUsers([result({ broken: [{ promise: 'P29', project: 'shop', text: 'another image runs' }] })]);
    expect(isGood).toBe(false);
    expect(text).toContain('reproduce: npm run chaos -- --users --seed 7');
    expect(text).toMatch(/\n0 passed, 1 failed, 0 skipped$/);
  });

  it('is bad if an act was never carried out, and names it', () => {
    const idle = rounds.map((round) => (round.before === 'undo' ? { ...round, doneBefore: { ...done, isDone: false } } : round));
    const { isGood, text } = concludeUsers([result({ rounds: idle })]);
    expect(isGood).toBe(false);
    expect(text).toContain('never carried out: undo before\n');
    expect(text).toMatch(/\n1 passed, 1 failed, 0 skipped$/);
  });

  it('counts the acts at each kind of step, and is bad if there was none at one of them', () => {
    expect(concludeUsers([result()]).text).toMatch(/^acts during releases: gate 1, apply 1, .*analyse 11, .*rollback 1$/m);
    const { isGood, text } = concludeUsers([result({ rounds: rounds.filter(({ during }) => during?.step !== 'promote') })]);
    expect(isGood).toBe(false);
    expect(text).toContain('never carried out: any act at promote\n');
  });

  it('is bad if no seed was run', () => expect(concludeUsers([]).isGood).toBe(false));
});

it('a seed has as many releases as the command counts, with v1 of each project', () => {
  const { lanes } = userScheduleOf(1);
  expect(lanes.reduce((sum, lane) => sum + lane.length + 1, 0)).toBe(RELEASES_OF_USERS);
  expect(seedsFrom(3, 4 * RELEASES_OF_USERS)).toEqual([3, 4, 5, 6]);
});
