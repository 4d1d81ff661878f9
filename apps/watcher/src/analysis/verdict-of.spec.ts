import type { AnalyseStep } from '@alloy/release';
import { emptyTally, type Tally } from './tally';
import { verdictOf } from './verdict-of';

const step: AnalyseStep = {
  kind: 'analyse', target: { cluster: 'default', namespace: 'shop' }, deadline: 10, duration: 5, weight: 17, mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
};
const health = { ready: 1, desired: 1 };
const tally = (observedMs: number, requests: number, errors: number): Tally => ({
  ...emptyTally, observedMs, canarySeen: true, canary: { requests, errors }, baseline: { requests: 500, errors: 0 },
});

describe('verdictOf', () => {
  it('passes only once the whole duration was observed', () => {
    expect(verdictOf(step, tally(4_999, 100, 0), health)).toBeUndefined();
    expect(verdictOf(step, tally(5_000, 100, 0), health)).toMatchObject({ verdict: 'pass', code: 'within_limits' });
  });

  it('fails as soon as it is seen', () => {
    expect(verdictOf(step, tally(1_000, 60, 12), health)).toMatchObject({ verdict: 'fail', code: 'error_rate' });
  });

  it('says at the end of the duration that there was too little, and passes when the rest has come', () => {
    expect(verdictOf(step, tally(5_000, 49, 0), health)).toMatchObject({ verdict: 'inconclusive', code: 'too_few_requests' });
    expect(verdictOf(step, tally(6_000, 50, 0), health)).toMatchObject({ verdict: 'pass' });
  });

  it('names the way out where there is no metrics endpoint', () => {
    const judgement = verdictOf(step, { ...emptyTally, observedMs: 5_000 }, health);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', code: 'no_metrics_endpoint' });
    expect(judgement!.detail).toContain('analysis: {mode: health}');
  });

  it('decides by health alone where the policy says so, and says that it did', () => {
    const judgement = verdictOf({ ...step, mode: 'health' }, { ...emptyTally, observedMs: 5_000 }, health);
    expect(judgement).toMatchObject({ verdict: 'pass', code: 'healthy' });
    expect(judgement!.detail).toContain('no metrics were judged');
  });
});
