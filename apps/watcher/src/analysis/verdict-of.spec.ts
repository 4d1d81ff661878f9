import type { AnalyseStep } from '@alloy/release';
import { addReadings, emptyTally, type Reading, type Tally } from './tally';
import { verdictOf } from './verdict-of';

const step: AnalyseStep = {
  kind: 'analyse', target: { cluster: 'default', namespace: 'shop' }, deadline: 10, duration: 5, weight: 17,
  mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
};
const health = { ready: 1, desired: 1 };
const read = (track: Reading['track'], counts: { readonly requests: number; readonly errors: number }, observedMs: number): Reading =>
  ({ track, pod: `web-${track}-1`, ...counts, observedMs, restarts: 0 });
/** Readings of both pods: two at the beginning, between which the counters did not change, and one now. */
const tally = (observedMs: number, requests: number, errors: number): Tally => ({
  ...addReadings(emptyTally, [
    ...Array.from({ length: 2 }, () => [read('canary', { requests: 0, errors: 0 }, 0), read('stable', { requests: 0, errors: 0 }, 0)])
      .flat(),
    read('canary', { requests, errors }, observedMs), read('stable', { requests: 100, errors: 0 }, observedMs),
  ]),
  observedMs,
});

describe('verdictOf', () => {
  it('passes only after the whole duration was observed', () => {
    expect(verdictOf(step, tally(4_999, 100, 0), health)).toBeUndefined();
    expect(verdictOf(step, tally(5_000, 100, 0), health)).toMatchObject({ verdict: 'pass', code: 'within_limits' });
  });

  it('fails as soon as the numbers show a failure', () => {
    expect(verdictOf(step, tally(1_000, 60, 12), health)).toMatchObject({ verdict: 'fail', code: 'error_rate' });
  });

  it('is inconclusive at the end of the duration if there were too few requests, and passes once there are enough', () => {
    expect(verdictOf(step, tally(5_000, 49, 0), health)).toMatchObject({ verdict: 'inconclusive', code: 'too_few_requests' });
    expect(verdictOf(step, tally(6_000, 50, 0), health)).toMatchObject({ verdict: 'pass' });
  });

  it('waits one round after a counter fell, and then is inconclusive', () => {
    const fell = addReadings(tally(5_000, 100, 0), [read('canary', { requests: 3, errors: 3 }, 6_000)]);
    expect(verdictOf(step, fell, health)).toBeUndefined();
    expect(verdictOf(step, addReadings(fell, [read('canary', { requests: 4, errors: 3 }, 7_000)]), health)).toMatchObject({
      verdict: 'inconclusive', code: 'counters_fell',
    });
    expect(verdictOf(step, addReadings(fell, [{ ...read('canary', { requests: 4, errors: 3 }, 7_000), restarts: 1 }]), health))
      .toMatchObject({ verdict: 'inconclusive', code: 'requests_uncounted' });
  });

  it('names the mode that needs no metrics if there is no metrics endpoint', () => {
    const judgement = verdictOf(step, { ...emptyTally, observedMs: 5_000 }, health);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', code: 'no_metrics_endpoint' });
    expect(judgement!.detail).toContain('analysis: {mode: health}');
  });

  it('judges by health alone in the mode health, and states that in the detail', () => {
    const judgement = verdictOf({ ...step, mode: 'health' }, { ...emptyTally, observedMs: 5_000 }, health);
    expect(judgement).toMatchObject({ verdict: 'pass', code: 'healthy' });
    expect(judgement!.detail).toContain('no metrics were judged (analysis: {mode: health})');
    const chosen = verdictOf({ ...step, mode: 'health', modeChosenBy: 'auto' }, { ...emptyTally, observedMs: 5_000 }, health);
    expect(chosen!.detail).toContain('no metrics were judged (analysis: {mode: auto}, and stable has no request metrics)');
  });
});
