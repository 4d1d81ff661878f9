import { judge } from '@alloy/analysis';
import {
  after, applied, degraded, effectFailed, failed, given, happyUntil, inconclusive, meanwhile, passed, policy, ready,
  scaled, shifted, stableV1, stale, verdict,
} from '../testing';

const reason = (code: string, text?: string) => ({ reason: expect.objectContaining(text === undefined ? { code } : { code, text }) });

describe('a canary', () => {
  it('goes stage by stage to its promotion', () => {
    const done = given(happyUntil());
    done.thenState({
      status: 'promoted',
      weights: { asked: 100, reached: 100 },
      reason: { code: 'all_steps_done', text: 'v2 is the stable version' },
    });
    expect(done.log.filter(({ type }) => type === 'StepStarted').map(({ data }) => (data as { spec: { kind: string } }).spec.kind)).toEqual(
      [
        'apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'scaleCanary', 'shiftTraffic', 'analyse', 'scaleCanary',
        'shiftTraffic', 'analyse', 'promote', 'retire',
      ],
    );
  });

  it('starts a step together with completing the previous one', () => {
    given(happyUntil('apply'))
      .when(applied())
      .then(
        { type: 'StepCompleted', step: 0, ...reason('step_done') },
        { type: 'StepStarted', step: 1, spec: expect.objectContaining({ kind: 'scaleCanary', split: { canary: 1, stable: 5 } }) },
      );
  });

  it('requires the canary to be scaled and observed ready, in either order', () => {
    given(happyUntil('scaleCanary'), scaled()).when(ready()).then('StepCompleted', 'StepStarted');
    given(happyUntil('scaleCanary'), ready()).when(scaled()).then('StepCompleted', 'StepStarted');
  });

  it('is not ready with fewer pods than the step requires', () => {
    given(happyUntil('scaleCanary', 2), scaled()).when(ready(1)).then().thenState({ current: { ready: false } });
  });

  it('records that pods are ready even if the step waits for none, so that the watcher does not repeat the finding', () => {
    given(happyUntil('analyse')).when(ready(1)).then().thenState({ current: { ready: true } });
  });

  it('shifts the traffic and records what was reached', () => {
    given(happyUntil('shiftTraffic'))
      .thenState({ weights: { asked: 17, reached: null } })
      .when(shifted(16.7))
      .then({ type: 'StepCompleted', ...reason('step_done', '16.7 % of the traffic reaches the canary (requested: 17 %)') }, 'StepStarted')
      .thenState({ weights: { asked: 17, reached: 16.7 } });
  });

  it('records the promotion decision before the promote step starts', () => {
    given(happyUntil('analyse', 3), after(5))
      .when(passed())
      .then(
        { type: 'StepCompleted', ...reason('verdict_passed') },
        { type: 'PromotionDecided', ...reason('all_steps_done', '3 of 3 analyses passed') },
        { type: 'StepStarted', spec: expect.objectContaining({ kind: 'promote', replicas: 5 }) },
      )
      .thenState({ status: 'promoting', weights: { asked: 100, reached: 83 } });
  });
});

describe('an analysis', () => {
  const analysing = () => given(happyUntil('analyse'));

  it('rolls back immediately on a failure, with the observed numbers', () => {
    analysing().when(after(3), failed()).then({
      type: 'RollbackDecided', to: stableV1, replicas: 5,
      reason: expect.objectContaining({
        code: 'error_rate', rule: 'analysis.metrics', text: 'error rate 21.4 % on 412 canary requests, above 1.5 % (baseline 0.5 % on 398)',
        evidence: expect.objectContaining({ canaryRequests: 412, canaryErrors: 88, threshold: 0.015, weight: 17, measurements: 'digest' }),
      }),
    }).thenState({ status: 'rollingBack', rolledBackFrom: 'releasing', weights: { asked: 0 } });
  });

  it('lasts its full duration by both clocks (P23)', () => {
    analysing().when(passed()).then().when(after(4.999)).then().when(after(0.001)).then('StepCompleted', 'StepStarted');
    analysing().when(after(5), verdict({ observedSeconds: 4.9 })).then().when(passed()).then('StepCompleted', 'StepStarted');
  });

  it('waits while inconclusive, and rolls back at its deadline', () => {
    analysing()
      .when(after(5), inconclusive())
      .then()
      .when(after(4))
      .then()
      .when(after(1))
      .then({
        type: 'RollbackDecided',
        ...reason('inconclusive', 'still inconclusive at 17 % after 10 s: inconclusive, too_few_requests'),
      });
  });

  it('passes if data arrive before the deadline', () => {
    analysing().when(after(5), inconclusive(), after(4), passed()).then('StepCompleted', 'StepStarted');
  });

  it('names a missing metrics endpoint as the reason', () => {
    analysing().when(inconclusive('no_metrics_endpoint'), after(10)).then({ type: 'RollbackDecided', ...reason('no_metrics_endpoint') });
  });

  it('rolls back without any verdict (F#1450)', () => {
    analysing()
      .when(after(10))
      .then({ type: 'RollbackDecided', ...reason('inconclusive', 'still inconclusive at 17 % after 10 s: no verdict was reached') });
  });

  it.each([
    ['without an error rate', { canaryErrorRate: null }],
    ['with NaN for an error rate', { canaryErrorRate: Number.NaN }],
    ['on too few requests', { canaryRequests: 49 }],
    ["on too few requests without Alloy's own", { canaryOwnReads: 363 }],
    ['on NaN requests', { canaryRequests: Number.NaN }],
  ])('does not accept a pass %s (F#1098, F#1011)', (_, over) => {
    const numbers = {
      canaryRequests: 412, canaryErrors: 0, canaryErrorRate: 0, baselineRequests: 0, baselineErrors: 0,
      baselineErrorRate: null, threshold: 0.01, minRequests: 50, measurements: null,
    };
    analysing().when(after(5), verdict({ numbers: { ...numbers, ...over } })).then().when(after(5)).then('RollbackDecided');
  });

  it.each([49, 50, 51])('completes with %d requests exactly when the judgement passes them at minRequests 50', (requests) => {
    const { maxErrorRate, maxErrorRateIncrease } = policy.analysis;
    const judged = judge({
      canary: { requests, errors: 0 },
      baseline: null,
      limits: { minRequests: 50, maxErrorRate, maxErrorRateIncrease },
    });
    expect(judged.verdict).toBe(requests >= 50 ? 'pass' : 'inconclusive');
    const accepted = requests >= 50 ? (['StepCompleted', 'StepStarted'] as const) : ([] as const);
    analysing().when(after(5), verdict(judged)).then(...accepted);
    // The planner would not accept a pass that the judgement allows with too few requests.
    analysing().when(after(5), verdict({ ...judged, verdict: 'pass', code: 'within_limits' })).then(...accepted);
  });

  it('judges by health alone only if the policy says so', () => {
    const healthy = verdict({ code: 'healthy', detail: '1 of 1 canary pods ready; no metrics were judged (analysis: {mode: health})' });
    analysing().when(after(5), healthy).then();
    given(
      meanwhile({ policy: { ...policy, analysis: { ...policy.analysis, mode: 'health' } } }),
      happyUntil('apply'),
      applied(),
      scaled(),
      ready(),
      shifted(),
    )
      .when(after(5), healthy)
      .then(
        {
          type: 'StepCompleted',
          reason: expect.objectContaining({
            code: 'verdict_passed',
            rule: 'analysis.health',
            text: expect.stringContaining('no metrics were judged'),
          }),
        },
        'StepStarted',
      );
  });

  it('starts again in each stage: earlier verdicts do not count (F#30)', () => {
    given(happyUntil('analyse', 2)).when(after(5), stale(passed())).then().thenState({ current: { verdict: null } });
    given(happyUntil('analyse', 2)).when(stale(failed())).then();
  });
});

describe('a failure', () => {
  it.each([
    [
      'CrashLoopBackOff',
      'crash_loop',
      'pod web-1 keeps crashing (CrashLoopBackOff) after 3 restarts, 0 of 1 canary pods ready: exit code 1',
    ],
    ['ImagePullBackOff', 'image_pull', "pod web-1 can't pull its image (ImagePullBackOff), 0 of 1 canary pods ready: exit code 1"],
    ['OOMKilled', 'out_of_memory', undefined],
    ['ConfigError', 'config_error', undefined],
    ['Unschedulable', 'unschedulable', undefined],
    ['QuotaExceeded', 'quota_exceeded', undefined],
  ] as const)('%s rolls back at once', (cause, code, text) => {
    given(happyUntil('scaleCanary'))
      .when(degraded(cause, 'exit code 1'))
      .then({ type: 'RollbackDecided', ...reason(code, text) });
  });

  it('of a pod in an earlier step causes no rollback', () => {
    given(happyUntil('scaleCanary')).when(stale(degraded('CrashLoopBackOff'))).then();
  });

  it('of an effect that cannot succeed causes a rollback', () => {
    given(happyUntil('apply')).when(effectFailed('admission_denied', 'denied by policy/no-latest'))
      .then({ type: 'RollbackDecided', ...reason('admission_denied', 'apply failed: denied by policy/no-latest') });
  });

  it('during promotion causes a rollback as well (F#1898, P19)', () => {
    given(happyUntil('promote')).when(degraded('CrashLoopBackOff')).then('RollbackDecided').thenState({ rolledBackFrom: 'promoting' });
    given(happyUntil('retire')).when(degraded('CrashLoopBackOff')).then('RollbackDecided').thenState({ rolledBackFrom: 'promoting' });
  });
});
