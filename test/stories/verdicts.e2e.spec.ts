import type { SeenRelease } from '../support/story';
import { heldPolicy, shortPolicy, withStories } from '../support/stories';
import { deployment, service } from '../support/workload';

/** Of so many requests a fifth fails: a run without any failure is practically impossible. */
const MIN_REQUESTS = 50;
/** A time within which a watcher reaches its verdict, even on a busy machine. */
const DEADLINE = 10;
const stages = [{ weight: 50, duration: 1, deadline: DEADLINE }];
const { story } = withStories({
  behaviours: { ...shortPolicy, analysis: { minRequests: MIN_REQUESTS } },
  leaks: heldPolicy,
  silent: { ...shortPolicy, stages, analysis: { mode: 'metrics' } },
  health: { ...shortPolicy, analysis: { mode: 'health' } },
  quiet: { ...shortPolicy, stages, analysis: { minRequests: 50 } },
});

/** The manifest sets the behaviour, independent of the tag. */
const behaves = (value: string) => ({ deployment: deployment({ container: { env: [{ name: 'PLAYGROUND_BEHAVIOR', value }] } }) });
/** Pods whose metrics cannot be read. */
const withoutMetrics = { deployment: deployment({ annotations: { 'prometheus.io/scrape': 'false' } }) };

/** Earlier verdicts may be inconclusive; the last one counts. */
const judgement = ({ status, reason, verdicts }: SeenRelease) => ({
  status,
  code: reason?.code,
  verdict: verdicts.at(-1)?.verdict,
  by: verdicts.at(-1)?.code,
});
const failed = { status: 'rolledBack', code: 'error_rate', verdict: 'fail', by: 'error_rate' };
const passed = { status: 'promoted', code: 'all_steps_done', verdict: 'pass', by: 'within_limits' };

describe('a canary among real requests', () => {
  beforeAll(async () => {
    expect(await story('behaviours').release('v1')).toMatchObject({ status: 'promoted' });
  });

  it('is rolled back for its errors, whether the tag or a variable of the manifest causes them', async () => {
    const shop = story('behaviours');
    const byTag = await shop.release('v2-errors-20');
    const byVariable = await shop.release('v3', behaves('errors-20'));
    expect([judgement(byTag), judgement(byVariable)]).toEqual([failed, failed]);
    for (const { verdicts, reason } of [byTag, byVariable]) {
      const { canaryErrorRate, baselineErrorRate, baselineErrors, canaryRequests } = verdicts.at(-1)!.numbers as Record<string, number>;
      // With few requests, the random fifth varies.
      expect(canaryErrorRate).toBeGreaterThan(0.01);
      expect(canaryErrorRate).toBeLessThan(0.6);
      // The baseline has no rate until its pods have been read twice; its errors are always counted.
      expect(baselineErrors).toBe(0);
      expect(canaryRequests).toBeGreaterThanOrEqual(MIN_REQUESTS);
      expect(reason!.evidence).toMatchObject({ canaryErrorRate, baselineErrorRate, canaryRequests });
    }
    await shop.onlyRuns('v1');
  });

  it('is promoted if it is healthy, even under a tag that sounds bad', async () => {
    const shop = story('behaviours');
    expect(judgement(await shop.release('v4-errors-20', behaves('good')))).toEqual(passed);
    await shop.onlyRuns('v4-errors-20');
  });

  it('is promoted if it is slower, since only errors are judged', async () => {
    const shop = story('behaviours');
    expect(judgement(await shop.release('v5-latency-100ms'))).toEqual(passed);
    await shop.onlyRuns('v5-latency-100ms');
  });

  it('is rolled back when it is OOM-killed', async () => {
    const shop = story('leaks');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    expect(await shop.release('v2-leak')).toMatchObject({
      status: 'rolledBack',
      strategy: 'canary',
      reason: { code: 'out_of_memory', text: expect.stringContaining('OOMKilled') },
    });
    await shop.onlyRuns('v1');
  });
});

describe('a workload without a metrics endpoint', () => {
  it('is rolled back at the deadline of the step, with a reason that says how to release it', async () => {
    const shop = story('silent');
    expect(await shop.release('v1', withoutMetrics)).toMatchObject({ status: 'promoted' });
    const release = await shop.release('v2', withoutMetrics);
    expect(release).toMatchObject({
      status: 'rolledBack',
      reason: { code: 'no_metrics_endpoint', text: expect.stringContaining('analysis: {mode: health}') },
    });
    expect(judgement(release)).toMatchObject({ verdict: 'inconclusive', by: 'no_metrics_endpoint' });
    await expectHeldUntilDeadline(release.id, shop);
    await shop.onlyRuns('v1');
  });

  it('is promoted by pod health if the policy says so, and the event records the mode', async () => {
    const shop = story('health');
    expect(await shop.release('v1', withoutMetrics)).toMatchObject({ status: 'promoted' });
    const release = await shop.release('v2', withoutMetrics);
    expect(judgement(release)).toEqual({ status: 'promoted', code: 'all_steps_done', verdict: 'pass', by: 'healthy' });
    expect(release.verdicts.at(-1)!.detail).toContain('health');
    const stepEnd = (await shop.events(release.id)).find(
      ({ type, data }) => type === 'StepCompleted' && (data as { reason: { code: string } }).reason.code === 'verdict_passed',
    );
    expect(stepEnd!.data).toMatchObject({ reason: { rule: 'analysis.health', evidence: { verdictCode: 'healthy' } } });
  });

  it('is rolled back by pod health if the policy says so', async () => {
    const shop = story('health');
    expect(await shop.release('v3-crash', withoutMetrics)).toMatchObject({ status: 'rolledBack', reason: { code: 'crash_loop' } });
    await shop.onlyRuns('v2');
  });
});

describe('a canary with too few requests', () => {
  it('is held, and rolled back at the deadline of the step', async () => {
    const shop = story('quiet');
    const quiet = { service: service(2) };
    expect(await shop.release('v1', quiet)).toMatchObject({ status: 'promoted' });
    const release = await shop.release('v2', quiet);
    expect(judgement(release)).toEqual({ status: 'rolledBack', code: 'inconclusive', verdict: 'inconclusive', by: 'too_few_requests' });
    expect(release.reason!.evidence).toMatchObject({ verdictCode: 'too_few_requests', deadline: DEADLINE });
    await expectHeldUntilDeadline(release.id, shop);
    await shop.onlyRuns('v1');
  });
});

async function expectHeldUntilDeadline(id: string, shop: ReturnType<typeof story>): Promise<void> {
  const events = await shop.events(id);
  const begun = events.find(({ type, data }) => type === 'StepStarted' && (data as { spec: { kind: string } }).spec.kind === 'analyse')!;
  const decided = events.find(({ type }) => type === 'RollbackDecided')!;
  expect(Date.parse(decided.occurredAt) - Date.parse(begun.occurredAt)).toBeGreaterThanOrEqual(DEADLINE * 1_000);
}
