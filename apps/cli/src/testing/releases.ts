import type { Release } from '../api/shapes';

export const ID = '01K9ZJ5QX8N4V7R2T6WDYB3CHM';

/** The server's answer to an accepted release. */
export const accepted = {
  id: ID, project: 'shop', environment: 'production', status: 'requested', strategy: 'auto', imageTag: 'v2',
  retryOf: null, rollbackOf: null, left: [],
  statusUrl: `/api/v1/releases/${ID}`,
};

/** A release that was just accepted, with changes. */
export const release = (more: Partial<Release> = {}): Release => ({
  id: ID, project: 'shop', environment: 'production', version: 1, status: 'requested', image: 'r.example/shop/web',
  imageTag: 'v2', imageDigest: null, commitSha: 'abc123', requestedStrategy: 'auto', strategy: null, retryOf: null,
  rollbackOf: null,
  requestedBy: { kind: 'ci', id: 'demo' },
  requestReason: null, emergency: false,
  left: [],
  plan: null,
  step: null,
  weights: null,
  verdicts: [],
  stable: null,
  times: { requestedAt: '2025-12-31T23:58:00.000Z', plannedAt: null, updatedAt: '2025-12-31T23:58:00.000Z', endedAt: null },
  restorable: true,
  unanswered: [],
  analysis: null,
  policyVersion: null,
  absent: null,
  blocked: null,
  waiting: null,
  reason: null,
  ...more,
});

const target = { cluster: 'default', namespace: 'shop' };

/** The same release during its canary, judged once. */
export const canary = (more: Partial<Release> = {}): Release =>
  release({
    status: 'releasing', strategy: 'canary', version: 9,
    plan: {
      strategy: 'canary', router: 'podRatio', replicas: 5,
      steps: [
        { kind: 'apply', target, deadline: 60 },
        { kind: 'scaleCanary', target, deadline: 60, split: { canary: 3, stable: 3 } },
        { kind: 'shiftTraffic', target, deadline: 60, weight: 50, split: { canary: 3, stable: 3 } },
        {
          kind: 'analyse', target, deadline: 360, weight: 50, duration: 180, mode: 'metrics', minRequests: 50,
          maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
        },
        { kind: 'promote', target, deadline: 60, replicas: 5 },
        { kind: 'retire', target, deadline: 60 },
      ],
    },
    step: { index: 3, of: 6, kind: 'analyse', attempt: 1, startedAt: '2025-12-31T23:59:20.000Z' },
    weights: { asked: 50, reached: 50 },
    stable: { releaseId: '01K9ZJ5QX8N4V7R2T6WDYB3CHA', artifact: 'a', image: 'r.example/shop/web', imageTag: 'v1' },
    verdicts: [
      {
        step: 3, verdict: 'pass', code: 'within_limits', at: '2025-12-31T23:59:50.000Z', detail: 'fine',
        numbers: {
          canaryRequests: 600,
          canaryErrors: 1,
          canaryErrorRate: 1 / 600,
          baselineRequests: 600,
          baselineErrors: 0,
          baselineErrorRate: 0,
          threshold: 0.01,
          minRequests: 50,
          measurements: null,
        },
      },
    ],
    ...more,
  });
