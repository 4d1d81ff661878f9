import { checkAct } from './check-act';
import type { Act } from './story';
import type { TrafficReport } from './traffic';

const good: Act = { tag: 'v2', told: '', strategy: 'canary', ends: 'promoted' };
const bad: Act = { tag: 'v3', told: '', strategy: 'canary', ends: 'rolledBack', because: ['error_rate'] };
const promoted = { id: 'R', status: 'promoted', strategy: 'canary', reason: null };
const rolledBack = { id: 'R', status: 'rolledBack', strategy: 'canary', reason: { code: 'error_rate', text: 'too many' } };
const traffic = (...counts: [track: string, release: string, failed: number][]): TrafficReport => ({
  requests: 100 * counts.length,
  failed: counts.reduce((sum, [, , failed]) => sum + failed, 0),
  services: counts.map(([track, release, failed]) => ({ track, release, requests: 100, failed })),
  failures: [],
});

describe('checkAct', () => {
  it('is content with what the story says', () => {
    expect(checkAct(good, promoted, traffic(['stable', 'Q', 0], ['canary', 'R', 0]))).toEqual([]);
    expect(checkAct(bad, rolledBack, traffic(['stable', 'Q', 0], ['canary', 'R', 20]))).toEqual([]);
  });

  it.each([
    ['another end', good, rolledBack, traffic(['stable', 'Q', 0]), /should have been promoted/],
    ['another reason', bad, { ...rolledBack, reason: { code: 'unhealthy', text: '' } }, traffic(['stable', 'Q', 0]), /reason should have been error_rate/],
    ['another strategy', good, { ...promoted, strategy: 'rollout' }, traffic(['stable', 'Q', 0]), /should have been a canary/],
    ['a failure in a good release', good, promoted, traffic(['stable', 'Q', 0], ['canary', 'R', 1]), /1 of 100 requests to the canary pods/],
    ['a failed stable pod in a bad release', bad, rolledBack, traffic(['stable', 'Q', 2]), /2 of 100 requests to the stable pods/],
    ['a time without any endpoint', bad, rolledBack, traffic(['none', 'none', 3]), /no pod at all/],
    ['the canary of another release', bad, rolledBack, traffic(['canary', 'other', 3]), /canary pods/],
    ['no traffic', good, promoted, traffic(), /no traffic/],
  ])('objects to %s', (_what, act, release, report, fault) => {
    expect(checkAct(act, release, report).join('\n')).toMatch(fault);
  });
});
