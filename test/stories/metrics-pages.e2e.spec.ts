import { failsWithoutTls, httpsPolicies, isReadOverTls } from '../support/https-pages';
import type { SeenRelease } from '../support/story';
import { shortPolicy, withStories } from '../support/stories';
import { deployment, service } from '../support/workload';

/** A minimal policy: the analysis mode defaults to `auto`. */
const policy = { ...shortPolicy, stages: [{ weight: 50, duration: 2, deadline: 60 }] };
/** A policy for releases that are held until their deadline. */
const briefly = { ...shortPolicy, stages: [{ weight: 50, duration: 2, deadline: 30 }] };
const frameworks = ['opentelemetry', 'dotnet', 'grpc', 'gin', 'echo', 'express', 'flask', 'django'] as const;
const { story } = withStories<string>({
  ...Object.fromEntries([...frameworks, 'spring', 'none', 'absent'].map((name) => [name, policy])),
  ...httpsPolicies, unreadable: briefly, workers: briefly, panics: { ...briefly, analysis: { minRequests: 25 } },
  idle: { ...shortPolicy, stages: [{ weight: 50, duration: 2, deadline: 15 }], analysis: { minRequests: 5 } },
});

/** Pods with a metrics page in the format of that framework. */
const serves = (value: string, annotations: Readonly<Record<string, string>> = {}) => ({
  deployment: deployment({ annotations, container: { env: [{ name: 'PLAYGROUND_METRICS', value }] } }), service: service(120),
});
const spring = serves('spring', { 'prometheus.io/path': '/actuator/prometheus' });

const judged = ({ status, strategy, reason, verdicts, analysis }: SeenRelease) => ({
  status,
  strategy,
  code: reason?.code,
  by: verdicts.at(-1)?.code,
  mode: analysis?.mode,
  why: analysis?.reason.code,
});
const byMetrics = {
  status: 'promoted', strategy: 'canary', code: 'all_steps_done', by: 'within_limits', mode: 'metrics',
  why: 'request_metrics_found',
};
const byHealth = {
  status: 'promoted', strategy: 'canary', code: 'all_steps_done', by: 'healthy', mode: 'health',
  why: 'no_request_metrics',
};

describe('with a policy that names no analysis mode', () => {
  it.each<[string, ReturnType<typeof serves>]>([
    ...frameworks.map((name) => [name, serves(name)] as [string, ReturnType<typeof serves>]),
    ['spring', spring],
  ])(
    'the healthy second release of an application with the metrics page of %s is judged by its requests and promoted',
    async (name, version) => {
      const shop = story(name);
      expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted', strategy: 'rollout', analysis: null });
      const release = await shop.release('v2', version);
      expect(judged(release)).toEqual(byMetrics);
      expect(release.verdicts.at(-1)!.numbers['canaryRequests']).toBeGreaterThanOrEqual(shortPolicy.analysis.minRequests);
    },
  );

  it.each<[string, string]>([
    ['a page without requests', 'none'],
    ['no page', 'absent'],
  ])(
    'the healthy second release of an application with %s is judged by health alone, and the record says so wherever people look',
    async (_, name) => {
      const shop = story(name);
      const version = serves(name === 'absent' ? 'missing' : 'none');
      await shop.release('v1', version);
      const release = await shop.release('v2', version);
      expect(judged(release)).toEqual(byHealth);
      expect(release.analysis!.reason.text).toContain('judged by health alone, without metrics: stable pod web-');
      expect(release.verdicts.at(-1)!.detail).toContain('no metrics were judged (analysis: {mode: auto}');
      const decided = (await shop.events(release.id)).find(({ type }) => type === 'PromotionDecided')!;
      expect(decided.data).toMatchObject({ reason: { text: '1 of 1 analyses passed by health alone (no request metrics were found)' } });
    },
  );

  it('a page that cannot be read selects the mode metrics: without data the release is rolled back', async () => {
    const shop = story('unreadable');
    // The annotation promises a metrics page, and the page is missing.
    const version = serves('missing', { 'prometheus.io/scrape': 'true' });
    await shop.release('v1', version);
    const release = await shop.release('v2', version);
    expect(judged(release)).toMatchObject({ status: 'rolledBack', code: 'no_metrics_endpoint', mode: 'metrics', why: 'metrics_unread' });
    expect(release.analysis!.reason.text).toContain('HTTP 404');
  });
});

describe('a metrics page on a port that is named https-metrics', () => {
  it('is read over TLS, and passes no canary if the port does not use TLS', async () => {
    await Promise.all([isReadOverTls(story('tls')), failsWithoutTls(story('no-tls'))]);
  });
});

it('Alloy\'s own reads of the metrics page of an unused application pass no canary', async () => {
  const shop = story('idle');
  const idle = { ...serves('opentelemetry'), service: service(0) };
  await shop.release('v1', idle);
  const release = await shop.release('v2', idle);
  expect(judged(release)).toMatchObject({ status: 'rolledBack', code: 'inconclusive', by: 'too_few_requests', mode: 'metrics' });
  expect(release.reason!.text).toContain("may be Alloy's own reads of the metrics page");
  expect(release.verdicts.at(-1)!.numbers['canaryRequests']).toBeGreaterThan(0);
});

describe('an unreliable metrics page', () => {
  it('of three workers that answer in turn passes no canary, and the reason says what to do', async () => {
    const shop = story('workers');
    const version = serves('default-workers-3');
    await shop.release('v1', version);
    const release = await shop.release('v2', version);
    expect(judged(release)).toMatchObject({ status: 'rolledBack', code: 'several_processes', by: 'several_processes' });
    expect(release.reason!.text).toContain('PROMETHEUS_MULTIPROC_DIR');
  });

  it('that does not count the panics of the canary passes no canary', async () => {
    const shop = story('panics');
    const busy = { service: service(300) };
    await shop.release('v1', busy);
    const release = await shop.release('v2-panic-90', busy);
    expect(judged(release)).toMatchObject({ status: 'rolledBack', code: 'requests_uncounted', by: 'requests_uncounted' });
    const { canaryRequests, expectedRequests, canaryErrors } = release.verdicts.at(-1)!.numbers as Record<string, number>;
    expect(canaryErrors).toBe(0);
    expect(canaryRequests! * 2).toBeLessThan(expectedRequests!);
    await shop.onlyRuns('v1');
  });
});
