import { judgePages } from './judge-pages';
import type { TrackPages } from './trust/track-pages';

const limits = { minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 };
const track = (requests: number, errors: number, over: Partial<TrackPages> = {}): TrackPages => ({
  counted: { requests, errors },
  flawed: null,
  isPending: false,
  reads: 60,
  ownReads: 0,
  connectionFailures: 0,
  restarts: 0,
  exposureMs: 60_000,
  pods: [{ requests, exposureMs: 60_000 }],
  ...over,
});
const flawed = (flaw: 'several_processes' | 'counters_fell') => ({ flawed: { pod: 'web-1', flaw } });
const stable = track(400, 1);

describe('judgePages', () => {
  it('passes like judge if the pages are reliable, with the numbers', () => {
    expect(judgePages({ canary: track(390, 0), stable, limits })).toMatchObject({
      verdict: 'pass',
      code: 'within_limits',
      detail: 'error rate 0 % on 390 canary requests, within 1.3 % (baseline 0.3 % on 400)',
      numbers: {
        canaryRequests: 390, expectedRequests: 400, canaryRestarts: 0, baselineRestarts: 0, canaryBrokenReads: 0,
        baselineBrokenReads: 0,
      },
    });
  });

  it('does not pass before stable was read for a second, since a canary that counts a tenth of its share would pass, too', () => {
    const once = track(0, 0, { reads: 1, exposureMs: 0, pods: [] });
    const briefly = track(1, 0, { reads: 2, exposureMs: 150, pods: [{ requests: 1, exposureMs: 150 }] });
    for (const unread of [once, briefly]) {
      expect(judgePages({ canary: track(60, 0), stable: unread, limits })).toMatchObject({ verdict: 'inconclusive', code: 'no_data' });
      expect(judgePages({ canary: track(60, 30), stable: unread, limits })).toMatchObject({ verdict: 'fail' });
      expect(judgePages({ canary: track(60, 0), stable: unread, limits: { ...limits, minTrafficShare: 0 } }).verdict).toBe('pass');
    }
    const pageless = track(0, 0, { counted: null, reads: 0, exposureMs: 0, pods: [] });
    expect(judgePages({ canary: track(60, 0), stable: pageless, limits }).verdict).toBe('pass');
  });

  it('of an experiment requires requests of the baseline, which its texts name', () => {
    const experiment = { ...limits, baseline: true } as const;
    expect(judgePages({ canary: track(390, 0), stable: track(390, 0), limits: experiment }).verdict).toBe('pass');
    const few = { canary: track(60, 0), stable: track(49, 0) };
    expect(judgePages({ ...few, limits }).verdict).toBe('pass');
    expect(judgePages({ ...few, limits: experiment })).toMatchObject({
      verdict: 'inconclusive', code: 'too_few_requests',
      detail: expect.stringContaining('too few baseline requests to compare with (baseline 0 % on 49)'),
    });
    expect(judgePages({ canary: track(60, 0), stable: track(600, 1), limits: experiment }).detail).toContain('(baseline counts 600)');
    const unread = track(60, 0, { ...flawed('several_processes') });
    expect(judgePages({ canary: track(400, 2), stable: unread, limits: experiment }).verdict).toBe('inconclusive');
    const bad = judgePages({ canary: track(400, 40), stable: unread, limits: experiment });
    expect(bad.detail).toContain('metrics page of baseline pod web-1');
  });

  it('is inconclusive if all requests may be Alloy\'s own reads', () => {
    const canary = track(60, 0, { ownReads: 58 });
    expect(judgePages({ canary, stable: track(60, 0, { ownReads: 60 }), limits })).toMatchObject({
      verdict: 'inconclusive',
      code: 'too_few_requests',
      detail: "60 canary requests, of which 58 may be Alloy's own reads of the metrics page, 50 are required",
      numbers: { canaryOwnReads: 58, baselineOwnReads: 60 },
    });
    expect(judgePages({ canary: { ...canary, counted: { requests: 108, errors: 0 } }, stable, limits })).toMatchObject({
      verdict: 'pass',
      numbers: { canaryRequests: 108 },
    });
  });

  it('does not use a baseline that consists of its own reads', () => {
    expect(judgePages({ canary: track(100, 2), stable: track(60, 1, { ownReads: 58 }), limits })).toMatchObject({
      verdict: 'inconclusive',
      code: 'too_few_requests',
    });
  });

  it.each(['several_processes', 'counters_fell'] as const)(
    'is inconclusive for a canary page with the flaw %s, whatever it counts',
    (flaw) => {
      for (const errors of [0, 200]) {
        const judged = judgePages({ canary: track(400, errors, flawed(flaw)), stable, limits });
        expect(judged).toMatchObject({ verdict: 'inconclusive', code: flaw });
        expect(judged.detail).toContain('canary pod web-1');
        expect(judged.detail).toContain('analysis: {mode: health}');
      }
    },
  );

  it('recommends the multiprocess mode for several processes', () => {
    expect(judgePages({ canary: track(400, 0, flawed('several_processes')), stable, limits }).detail).toContain('PROMETHEUS_MULTIPROC_DIR');
  });

  it('does not use an unreliable stable page as an excuse, nor to delay a good canary', () => {
    const broken = track(400, 100, flawed('several_processes'));
    expect(judgePages({ canary: track(400, 2), stable: broken, limits })).toMatchObject({
      verdict: 'pass',
      detail: expect.stringContaining('stable pod web-1 in turn, each with its own counters, so there was no baseline'),
    });
    expect(judgePages({ canary: track(400, 40), stable: broken, limits })).toMatchObject({
      verdict: 'inconclusive',
      code: 'several_processes',
    });
  });

  it('suspects uncounted requests if the canary counts far less than its share', () => {
    const judged = judgePages({ canary: track(60, 0), stable: track(600, 1), limits });
    expect(judged).toMatchObject({
      verdict: 'inconclusive',
      code: 'requests_uncounted',
      numbers: { canaryRequests: 60, expectedRequests: 600 },
    });
    expect(judged.detail).toContain('it counts 60 requests, while its share of the traffic is about 600');
  });

  it('suspects uncounted requests also if the canary counts none', () => {
    expect(judgePages({ canary: track(0, 0), stable: track(600, 1), limits })).toMatchObject({ code: 'requests_uncounted' });
    expect(judgePages({ canary: track(0, 0), stable: track(6, 0), limits })).toMatchObject({ code: 'too_few_requests' });
  });

  it('uses the share of the policy', () => {
    expect(judgePages({ canary: track(60, 0), stable: track(600, 1), limits: { ...limits, minTrafficShare: 0 } })).toMatchObject({
      verdict: 'pass',
    });
    expect(judgePages({ canary: track(3_000, 0), stable: track(6_000, 1), limits: { ...limits, minTrafficShare: 0.9 } })).toMatchObject({
      code: 'requests_uncounted',
    });
  });

  it('suspects uncounted requests if only the canary restarted, and not if both did as often', () => {
    expect(judgePages({ canary: track(390, 0, { restarts: 1 }), stable, limits })).toMatchObject({
      verdict: 'inconclusive',
      code: 'requests_uncounted',
      numbers: { canaryRestarts: 1, baselineRestarts: 0 },
    });
    expect(judgePages({ canary: track(390, 0, { restarts: 1 }), stable: track(400, 1, { restarts: 1 }), limits })).toMatchObject({
      verdict: 'pass',
    });
  });

  it('suspects uncounted requests if reads of the canary fail, and not for a single failure, nor if all reads fail', () => {
    const breaks = (canary: number, theirs: number) =>
      judgePages({
        canary: track(390, 0, { connectionFailures: canary, reads: 60 - canary }),
        stable: track(2_000, 1, { connectionFailures: theirs, reads: 300 - theirs, exposureMs: 300_000 }),
        limits,
      });
    expect(breaks(8, 0)).toMatchObject({
      code: 'requests_uncounted',
      detail: expect.stringContaining('8 of 60 reads of its metrics page broke off (stable 0 of 300)'),
      numbers: { canaryBrokenReads: 8 },
    });
    expect(breaks(1, 0)).toMatchObject({ verdict: 'pass' });
    expect(breaks(8, 40)).toMatchObject({ verdict: 'pass' });
  });

  it('fails for counted errors, whatever is uncounted', () => {
    expect(judgePages({ canary: track(60, 30, { restarts: 2 }), stable: track(600, 1), limits })).toMatchObject({
      verdict: 'fail',
      code: 'error_rate',
    });
  });

  it('reports a missing page before anything else', () => {
    expect(
      judgePages({ canary: { ...track(0, 0), counted: null, exposureMs: 0, pods: [], connectionFailures: 60 }, stable, limits }),
    ).toMatchObject({ code: 'no_metrics_endpoint' });
  });

  const SEVERAL =
    'serve one page with the counts of all processes (prometheus-client: PROMETHEUS_MULTIPROC_DIR; Node.js cluster: AggregatorRegistry), run one process per container, or set `analysis: {mode: health}`';
  const FELL = 'several processes may serve one port: serve one page with the counts of all of them, or set `analysis: {mode: health}`';
  it.each<[string, TrackPages, TrackPages, string]>([
    [
      'several processes of the canary',
      track(400, 0, flawed('several_processes')),
      stable,
      `several processes serve the metrics page of canary pod web-1 in turn, each with its own counters; ${SEVERAL}`,
    ],
    [
      'counters of the canary that fell',
      track(400, 0, flawed('counters_fell')),
      stable,
      `the counters of canary pod web-1 decreased although neither its process nor its container restarted; ${FELL}`,
    ],
    [
      'several processes of stable, and a bad canary',
      track(400, 40),
      track(400, 100, flawed('several_processes')),
      `error rate 10 % on 400 canary requests, above 1 % (no baseline), and there is no baseline to compare with: several processes serve the metrics page of stable pod web-1 in turn, each with its own counters; ${SEVERAL}`,
    ],
    [
      'counters of stable that fell, and a bad canary',
      track(400, 40),
      track(400, 100, flawed('counters_fell')),
      `error rate 10 % on 400 canary requests, above 1 % (no baseline), and there is no baseline to compare with: the counters of stable pod web-1 decreased although neither its process nor its container restarted; ${FELL}`,
    ],
    [
      'counters of stable that fell, and a good canary',
      track(400, 0),
      track(400, 100, flawed('counters_fell')),
      'error rate 0 % on 400 canary requests, within 1 % (no baseline); the counters of stable pod web-1 decreased although neither its process nor its container restarted, so there was no baseline',
    ],
    [
      'counters of stable that fell, and too few requests',
      track(4, 0),
      track(400, 100, flawed('counters_fell')),
      '4 canary requests, 50 are required',
    ],
    [
      'a canary that restarted',
      track(390, 0, { restarts: 1 }),
      track(600, 0, { restarts: 0, exposureMs: 90_000 }),
      'the canary may fail requests that it does not count: its containers restarted 1 times while it was observed (stable 0 times), which loses earlier counts; a panic can end requests before they are counted: recover panics inside the metrics middleware; where clients keep their connections to old pods, lower `analysis.minTrafficShare`',
    ],
    [
      'a canary that restarted and counts too little',
      track(60, 0, { restarts: 1 }),
      track(600, 0),
      expect.stringMatching(/about 600 \(stable counts 600\); its containers restarted 1 times/) as unknown as string,
    ],
  ])('explains the judgement and what to do: %s', (_, canary, baseline, detail) =>
    expect(judgePages({ canary, stable: baseline, limits }).detail).toEqual(detail),
  );

  it('has no baseline if no stable page was read', () => {
    const unread = track(0, 0, { counted: null, exposureMs: 0, pods: [], reads: 0 });
    expect(judgePages({ canary: track(390, 0), stable: unread, limits })).toMatchObject({
      verdict: 'pass',
      detail: 'error rate 0 % on 390 canary requests, within 1 % (no baseline)',
      numbers: { expectedRequests: null },
    });
  });

  it('contains every number of the verdict', () => {
    const canary = track(390, 3, { restarts: 1, connectionFailures: 2, ownReads: 5 });
    expect(judgePages({ canary, stable: track(400, 1, { restarts: 3, connectionFailures: 4, ownReads: 6 }), limits }).numbers).toEqual({
      canaryRequests: 390,
      canaryErrors: 3,
      canaryErrorRate: 3 / 390,
      baselineRequests: 400,
      baselineErrors: 1,
      baselineErrorRate: 1 / 400,
      threshold: 0.0125,
      minRequests: 50,
      measurements: null,
      expectedRequests: 400,
      canaryRestarts: 1,
      baselineRestarts: 3,
      canaryBrokenReads: 2,
      baselineBrokenReads: 4,
      canaryOwnReads: 5,
      baselineOwnReads: 6,
    });
  });
});
