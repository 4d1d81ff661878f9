import fc from 'fast-check';
import { judge, type Limits } from './judge';
import { judgeHealth } from './judge-health';

const limits: Limits = { minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 };
const of = (requests: number, errors: number) => ({ requests, errors });

describe('judge', () => {
  it.each([
    [
      'fails far above the baseline',
      of(412, 88),
      of(398, 2),
      'fail',
      'error_rate',
      'error rate 21.4 % on 412 canary requests, above 1.5 % (baseline 0.5 % on 398)',
    ],
    [
      'passes where nothing failed',
      of(412, 0),
      of(398, 0),
      'pass',
      'within_limits',
      'error rate 0 % on 412 canary requests, within 1 % (baseline 0 % on 398)',
    ],
    [
      'passes at the threshold itself',
      of(100, 1),
      of(100, 0),
      'pass',
      'within_limits',
      'error rate 1 % on 100 canary requests, within 1 % (baseline 0 % on 100)',
    ],
    [
      'passes as bad as the baseline',
      of(100, 10),
      of(100, 10),
      'pass',
      'within_limits',
      'error rate 10 % on 100 canary requests, within 11 % (baseline 10 % on 100)',
    ],
    [
      'passes without a baseline below the limit',
      of(50, 0),
      null,
      'pass',
      'within_limits',
      'error rate 0 % on 50 canary requests, within 1 % (no baseline)',
    ],
    [
      'fails without a baseline above the limit',
      of(50, 1),
      null,
      'fail',
      'error_rate',
      'error rate 2 % on 50 canary requests, above 1 % (no baseline)',
    ],
    [
      'is inconclusive on too few requests',
      of(49, 49),
      of(500, 0),
      'inconclusive',
      'too_few_requests',
      '49 canary requests, 50 are required',
    ],
    [
      'is inconclusive without requests',
      of(0, 0),
      of(500, 0),
      'inconclusive',
      'too_few_requests',
      'no request reached the canary, 50 are required',
    ],
    [
      'does not accept a small bad baseline as an excuse',
      of(100, 50),
      of(1, 1),
      'inconclusive',
      'too_few_requests',
      'error rate 50 % on 100 canary requests, above 1 %, and too few baseline requests to compare with (baseline 100 % on 1), 50 are required',
    ],
  ] as const)('%s', (_, canary, baseline, verdict, code, detail) => {
    expect(judge({ canary, baseline, limits })).toMatchObject({ verdict, code, detail });
  });

  it('explains how to release a workload without metrics', () => {
    const judgement = judge({ canary: null, baseline: null, limits });
    expect(judgement).toMatchObject({ verdict: 'inconclusive', code: 'no_metrics_endpoint' });
    expect(judgement.detail).toContain('analysis: {mode: health}');
  });

  it.each([of(Number.NaN, 0), of(100, Number.NaN), of(Infinity, 0), of(-5, 0), of(100, -1), of(10, 11)])(
    'treats %p as no data',
    (canary) => {
      const judgement = judge({ canary, baseline: of(500, 0), limits });
      expect(judgement).toMatchObject({ verdict: 'inconclusive', code: 'no_data', numbers: { canaryRequests: 0, canaryErrorRate: null } });
      expect(judgement.detail).toContain('analysis: {mode: health}');
    },
  );

  const anyNumber = fc.oneof(fc.nat(2_000), fc.double());
  const anyCounts = fc.option(fc.record({ requests: anyNumber, errors: anyNumber }));

  it('never passes without enough requests, nor above both limits', () => {
    fc.assert(fc.property(anyCounts, anyCounts, (canary, baseline) => {
      const { verdict, numbers } = judge({ canary, baseline, limits });
      if (verdict !== 'pass') return;
      expect(numbers.canaryRequests).toBeGreaterThanOrEqual(limits.minRequests);
      expect(numbers.canaryErrorRate).toBeLessThanOrEqual(
        Math.max(limits.maxErrorRate, (numbers.baselineErrorRate ?? 0) + limits.maxErrorRateIncrease),
      );
    }));
  });

  it('returns only finite numbers or null for any input', () => {
    fc.assert(fc.property(anyCounts, anyCounts, (canary, baseline) => {
      for (const value of Object.values(judge({ canary, baseline, limits }).numbers))
        expect(value === null || Number.isFinite(value)).toBe(true);
    }));
  });

  it('does not improve with more errors', () => {
    const order = { pass: 0, inconclusive: 1, fail: 2 };
    fc.assert(fc.property(fc.integer({ min: 50, max: 1_000 }), fc.nat(1_000), fc.nat(1_000), (requests, a, b) => {
      const verdict = (errors: number) =>
        order[judge({ canary: of(requests, Math.min(errors, requests)), baseline: of(500, 5), limits }).verdict];
      expect(verdict(Math.max(a, b))).toBeGreaterThanOrEqual(verdict(Math.min(a, b)));
    }));
  });
});

describe('the text of a judgement', () => {
  it.each<[string, Parameters<typeof judge>[0], string]>([
    [
      'a rate below a thousandth',
      { canary: of(100_000, 1), baseline: null, limits },
      'error rate 0.001 % on 100000 canary requests, within 1 % (no baseline)',
    ],
    [
      'a rate of a thousandth',
      { canary: of(1_000, 1), baseline: null, limits },
      'error rate 0.1 % on 1000 canary requests, within 1 % (no baseline)',
    ],
    ['a rate of all', { canary: of(100, 100), baseline: null, limits }, 'error rate 100 % on 100 canary requests, above 1 % (no baseline)'],
    [
      'a baseline without requests',
      { canary: of(100, 0), baseline: of(0, 0), limits },
      'error rate 0 % on 100 canary requests, within 1 % (no baseline)',
    ],
    [
      'an invalid baseline',
      { canary: of(100, 0), baseline: of(Number.NaN, 0), limits },
      'error rate 0 % on 100 canary requests, within 1 % (no baseline)',
    ],
    [
      'own reads of the page',
      { canary: { requests: 60, errors: 0, ownReads: 11 }, baseline: null, limits },
      "60 canary requests, of which 11 may be Alloy's own reads of the metrics page, 50 are required",
    ],
    [
      'no canary page',
      { canary: null, baseline: of(5, 1), limits },
      'no canary pod answers with a metrics page that counts requests (`alloy metrics inspect` shows why); a workload without request metrics can be judged by `analysis: {mode: health}`',
    ],
    [
      'invalid counters',
      { canary: of(-1, 0), baseline: null, limits },
      "the canary's counters are invalid; a workload without request metrics can be judged by `analysis: {mode: health}`",
    ],
  ])('describes %s', (_, input, detail) => expect(judge(input).detail).toBe(detail));

  it('comes with the numbers of the baseline, whatever the canary has', () => {
    expect(judge({ canary: null, baseline: of(500, 5), limits }).numbers).toEqual({
      canaryRequests: 0, canaryErrors: 0, canaryErrorRate: null, baselineRequests: 500, baselineErrors: 5,
      baselineErrorRate: 0.01, threshold: 0.02, minRequests: 50, measurements: null,
    });
    expect(judge({ canary: of(100, 1), baseline: null, limits }).numbers).toEqual({
      canaryRequests: 100, canaryErrors: 1, canaryErrorRate: 0.01, baselineRequests: 0, baselineErrors: 0,
      baselineErrorRate: null, threshold: 0.01, minRequests: 50, measurements: null,
    });
    expect(judge({ canary: of(100, 1), baseline: of(0, 0), limits }).numbers).toMatchObject({ baselineErrorRate: null, threshold: 0.01 });
  });

  it('is inconclusive above the limit if the baseline is as bad and too small without own reads', () => {
    const baseline = { requests: 60, errors: 30, ownReads: 11 };
    expect(judge({ canary: of(100, 50), baseline, limits })).toMatchObject({ verdict: 'inconclusive', code: 'too_few_requests' });
    expect(judge({ canary: of(100, 50), baseline: { ...baseline, ownReads: 10 }, limits })).toMatchObject({ verdict: 'pass' });
  });
});

describe('judgeHealth', () => {
  it('names who chose the mode, and has no numbers', () => {
    const none = {
      canaryRequests: 0, canaryErrors: 0, canaryErrorRate: null, baselineRequests: 0, baselineErrors: 0,
      baselineErrorRate: null, threshold: null, minRequests: 0, measurements: null,
    };
    expect(judgeHealth({ ready: 4, desired: 3 }, 'auto')).toEqual({
      verdict: 'pass', code: 'healthy', numbers: none,
      detail: '4 of 3 canary pods ready; no metrics were judged (analysis: {mode: auto}, and stable has no request metrics)',
    });
    expect(judgeHealth({ ready: 2, desired: 3 })).toEqual({
      verdict: 'inconclusive', code: 'unhealthy', numbers: none,
      detail: '2 of 3 canary pods ready; no metrics were judged (analysis: {mode: health})',
    });
    expect(judgeHealth({ ready: Infinity, desired: 3 })).toMatchObject({ verdict: 'inconclusive' });
  });

  it('passes by health only, and states that', () => {
    expect(judgeHealth({ ready: 3, desired: 3 })).toMatchObject({
      verdict: 'pass',
      code: 'healthy',
      detail: '3 of 3 canary pods ready; no metrics were judged (analysis: {mode: health})',
    });
  });
  it.each([{ ready: 2, desired: 3 }, { ready: 0, desired: 0 }, { ready: Number.NaN, desired: 1 }])('is inconclusive at %p', (health) => {
    expect(judgeHealth(health)).toMatchObject({ verdict: 'inconclusive', code: 'unhealthy' });
  });
});
