import type { StoredEvent } from '@alloy/contracts';
import { timeline } from './timeline';

const at = (ms: number, type: string, data: unknown): StoredEvent => ({ type, data, occurredAt: new Date(Date.UTC(2026, 0, 1) + ms).toISOString() }) as StoredEvent;
const ref = { step: 2, attempt: 1, decision: 9 };

describe('timeline', () => {
  it('shows stages, weights requested and reached, verdicts with numbers, and decisions', () => {
    const shift = { kind: 'shiftTraffic', weight: 17, split: { canary: 1, stable: 5 } };
    const lines = timeline([
      at(0, 'ReleaseRequested', { image: 'web', imageTag: 'v3-errors' }),
      at(400, 'ReleasePlanned', { plan: { strategy: 'canary', replicas: 5, steps: [shift, shift, shift] }, reason: { code: 'has_stable', text: 'v2 is stable' } }),
      at(500, 'StepStarted', { ...ref, spec: { kind: 'scaleCanary', split: { canary: 1, stable: 5 } } }),
      at(900, 'StepCompleted', ref),
      at(1500, 'TrafficShifted', { ...ref, asked: 17, reached: 16.666, canaryReady: 1, stableReady: 5 }),
      at(6500, 'VerdictReached', { ...ref, verdict: 'fail', detail: 'too many', numbers: { canaryRequests: 120, canaryErrors: 24, canaryErrorRate: 0.2, baselineRequests: 600, baselineErrors: 0, baselineErrorRate: 0, threshold: 0.01, minRequests: 50, measurements: null } }),
      at(6600, 'RollbackDecided', { reason: { code: 'error_rate', text: '20 % errors' }, to: null, replicas: 5, attempt: 1 }),
    ]);
    expect(lines).toEqual([
      '   0.0 s  requested: web:v3-errors',
      '   0.4 s  planned: canary of 5 replicas, v2 is stable [has_stable]',
      '   0.5 s  stage 1 of 3: 1 canary and 5 stable pods',
      '   1.5 s           weight asked 17 %, reached 16.7 % (1 canary and 5 stable pods ready)',
      '   6.5 s           verdict fail: canary 24 errors in 120 requests (20 %), stable 0 in 600 (0 %), limit 1 %',
      '   6.6 s  decided to roll back: 20 % errors [error_rate]',
    ]);
  });

  it('explains a missing number', () => {
    const numbers = { canaryErrorRate: null };
    expect(timeline([at(0, 'VerdictReached', { ...ref, verdict: 'inconclusive', detail: 'no metrics endpoint', numbers })])[0]).toContain('verdict inconclusive: no metrics endpoint');
  });
});
