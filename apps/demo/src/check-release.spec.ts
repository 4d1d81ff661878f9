import { checkRelease } from './check-release';
import type { DemoRelease } from './demo-releases';
import type { TrafficReport } from './traffic';

const good: DemoRelease = { tag: 'v2', description: '', strategy: 'canary', ends: 'promoted' };
const bad: DemoRelease = { tag: 'v3', description: '', strategy: 'canary', ends: 'rolledBack', reasons: ['error_rate'] };
const promoted = { id: 'R', status: 'promoted', strategy: 'canary', reason: null };
const rolledBack = { id: 'R', status: 'rolledBack', strategy: 'canary', reason: { code: 'error_rate', text: 'too many' } };
const traffic = (...counts: [track: string, release: string, failed: number][]): TrafficReport => ({
  requests: 100 * counts.length,
  failed: counts.reduce((sum, [, , failed]) => sum + failed, 0),
  services: counts.map(([track, release, failed]) => ({ service: 'shop/web', track, release, requests: 100, failed })),
  failures: [],
});

describe('checkRelease', () => {
  it('returns nothing if a release ended as expected', () => {
    expect(checkRelease(good, promoted, traffic(['stable', 'Q', 0], ['canary', 'R', 0]))).toEqual([]);
    expect(checkRelease(bad, rolledBack, traffic(['stable', 'Q', 0], ['canary', 'R', 20]))).toEqual([]);
  });

  it.each([
    ['another end', good, rolledBack, traffic(['stable', 'Q', 0]), /should have been promoted/],
    [
      'another reason',
      bad,
      { ...rolledBack, reason: { code: 'unhealthy', text: '' } },
      traffic(['stable', 'Q', 0]),
      /reason should have been error_rate/,
    ],
    ['another strategy', good, { ...promoted, strategy: 'rollout' }, traffic(['stable', 'Q', 0]), /should have been a canary/],
    [
      'a failure in a good release', good, promoted,
      traffic(['stable', 'Q', 0], ['canary', 'R', 1]),
      /1 of 100 requests to the canary pods/,
    ],
    ['a failed stable pod in a bad release', bad, rolledBack, traffic(['stable', 'Q', 2]), /2 of 100 requests to the stable pods/],
    ['a request without any endpoint', bad, rolledBack, traffic(['none', 'none', 3]), /no pod at all/],
    ['the canary of another release', bad, rolledBack, traffic(['canary', 'other', 3]), /canary pods/],
    ['no traffic', good, promoted, traffic(), /no traffic/],
  ])('reports %s', (_what, expected, release, report, fault) => {
    expect(checkRelease(expected, release, report).join('\n')).toMatch(fault);
  });
});
