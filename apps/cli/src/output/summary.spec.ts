import type { Release } from '../api/shapes';
import { summary } from './summary';

const target = { cluster: 'default', namespace: 'shop' };
const analyse = (weight: number) =>
  ({
    kind: 'analyse', target, deadline: 60, weight, duration: 30, mode: 'metrics', minRequests: 10, maxErrorRate: 0.05,
    maxErrorRateIncrease: 0.01,
  }) as const;
const numbers = {
  canaryRequests: 400, canaryErrors: 2, canaryErrorRate: 0.005, baselineRequests: 400, baselineErrors: 2,
  baselineErrorRate: 0.005, threshold: 0.015, minRequests: 10, measurements: null,
};

const release: Release = {
  id: '01R', project: 'shop', environment: 'production', version: 20, status: 'rolledBack',
  image: 'registry.example/shop', imageTag: 'v2', imageDigest: null, commitSha: 'abc123', requestedStrategy: 'auto',
  strategy: 'canary', retryOf: null, rollbackOf: null,
  requestedBy: { kind: 'ci', id: 'github:acme/shop' },
  requestReason: null,
  plan: { strategy: 'canary', router: 'podRatio', replicas: 5, steps: [{ kind: 'apply', target, deadline: 60 }, analyse(17), analyse(50)] },
  step: null,
  weights: { asked: 0, reached: 0 },
  verdicts: [
    {
      step: 1, verdict: 'fail', code: 'error_rate', at: '2026-01-01T00:00:30Z', numbers,
      detail: 'error rate 21.3 % on 412 canary requests',
    },
  ],
  stable: null,
  times: {
    requestedAt: '2026-01-01T00:00:00Z', plannedAt: '2026-01-01T00:00:01Z', updatedAt: '2026-01-01T00:01:00Z',
    endedAt: '2026-01-01T00:01:00Z',
  },
  restorable: true,
  reason: { code: 'error_rate', rule: 'analysis.metrics', text: 'too many errors', evidence: {} },
};

it('contains the result, the stages with their numbers, and a link', () => {
  expect(summary(release, 'https://alloy.example/api/v1/releases/01R')).toBe(`## shop v2 → production: rolled back after 60 s

too many errors (\`error_rate\`)

| Stage | Weight | Verdict | Seen |
| --: | --: | --- | --- |
| 1 | 17 % | fail | error rate 21.3 % on 412 canary requests |
| 2 | 50 % | not reached |  |

Release [01R](https://alloy.example/api/v1/releases/01R), commit abc123, strategy canary, requested by github:acme/shop.
`);
});

it('has no table without stages, and no duration before the end', () => {
  const text = summary(
    { ...release, status: 'queued', plan: null, strategy: null, verdicts: [], reason: null, times: { ...release.times, endedAt: null } },
    'link',
  );
  expect(text).toMatch(/^## shop v2 → production: queued\n\nRelease /);
  expect(text).toContain('strategy auto');
});

it('escapes foreign text', () => {
  const text = summary(
    { ...release, commitSha: 'a|b', reason: { ...release.reason!, text: '<img src=x>\n# **Released** [here](https://evil.example)' } },
    'link',
  );
  expect(text).not.toMatch(/<|\*\*|\[here|^# /m);
  expect(text).toContain('&#60;img src=x&#62; &#35; &#42;&#42;Released');
  expect(text).toContain('a&#124;b');
});
