import type { StoredEvent } from '@alloy/contracts';
import { bootstrap } from '@alloy/ledger';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../apps/start/src/home';
import { Receiver } from '../apps/notifier/src/testing/receiver';
import { quickPolicy } from './faults/quick-policy';
import { eventually } from './support/eventually';
import { Installation, type Replica } from './support/installation';
import { manifests } from './support/manifests';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver';

const project = 'traced';
const pipeline = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
const ADMIN = `admin-${randomBytes(16).toString('hex')}`;
/** In each place that may hold a secret. */
const CANARY = `canary-bird-${randomBytes(8).toString('hex')}`;
/** Spans are exported that often, ms, so that a test need not wait for the default of 5 s. */
const EXPORT_MS = 200;
const policy = { ...quickPolicy, notify: [{ name: 'team', kind: 'slack' as const, urlSecret: 'slack-url' }] };

describe('the trace of a release', () => {
  let collector: OtlpReceiver;
  let slack: Receiver;
  let installation: Installation;
  let releaseId: string;
  let events: readonly StoredEvent[];
  let spans: readonly ReceivedSpan[];

  beforeAll(async () => {
    [collector, slack] = await Promise.all([OtlpReceiver.start(), Receiver.open()]);
    installation = await Installation.start({
      projects: { [project]: policy },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: String(EXPORT_MS) },
    });
    await bootstrap({
      databaseUrl: installation.addresses().databaseUrl,
      user: 'admin',
      project,
      existingPolicy: 'keep',
      tokenSha256: sha256(ADMIN),
      tokenScope: 'admin',
    });
    await call(`/api/v1/projects/${project}/secrets`, { name: 'slack-url', value: slack.url(`/services/T0/B0/${CANARY}`) }, ADMIN);
    expect(await installation.releases.ended(await installation.releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    releaseId = await post('v2');
    await installation.releases.event(releaseId, 'StepStarted');
    for (const service of ['planner', 'executor', 'watcher'] as const) await restart(service);
    expect(await installation.releases.ended(releaseId)).toBe('ReleasePromoted');
    events = await installation.releases.events(releaseId);
    spans = await eventually(allSpans, { timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await installation?.stop();
    await Promise.all([collector?.stop(), slack?.close()]);
  });

  const of = (service: string, scope = 'alloy'): readonly ReceivedSpan[] =>
    spans.filter((span) => span.service === service && span.scope === scope);
  const byId = (): ReadonlyMap<string, ReceivedSpan> => new Map(spans.map((span) => [span.spanId, span]));

  /**
   * The spans of the trace, once there is one for each event, and the span of the last message with the span that sent
   * it, which ends later.
   */
  async function allSpans(): Promise<readonly ReceivedSpan[]> {
    const come = new Set(collector.spans.map(({ spanId }) => spanId));
    const missing = events.filter(({ traceparent }) => !come.has(traceparent?.split('-')[2] ?? '')).map(({ type }) => type);
    if (missing.length > 0) throw new Error(`no span has come for ${missing.join(', ')}`);
    const ofTrace = collector.spans.filter(({ traceId }) => traceId === pipeline.traceId);
    const last = ofTrace.filter(({ name, attributes }) => name.startsWith('send ') && attributes['alloy.what'] === 'promoted');
    if (last.length < 2 || last.some(({ parentId }) => !come.has(parentId))) throw new Error('the last notifications are not sent yet');
    return ofTrace;
  }

  /** Stops the replica in order, which exports its remaining spans, and waits for the next process. */
  async function restart(replica: Replica): Promise<void> {
    const before = installation.pid(replica);
    installation.kill(replica, 'SIGTERM');
    await eventually(() => expect(installation.pid(replica)).not.toBe(before));
    await installation.ready(replica);
  }

  async function call(
    path: string,
    body: unknown,
    token: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, unknown>> {
    const answer = await fetch(`${installation.releases.door.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as Record<string, unknown>;
  }

  /** Posts a release from a pipeline that has its own trace. */
  async function post(tag: string): Promise<string> {
    const { user, token } = installation.releases.door;
    const body = {
      user_id: user,
      project_id: project,
      image_tag: tag,
      commit_sha: 'abc123def',
      strategy: 'auto',
      files: manifests(project),
    };
    return String(
      (await call(`/api/webhook/deploy?key=${CANARY}`, body, token, { traceparent: `00-${pipeline.traceId}-${pipeline.spanId}-01` }))[
        'release_id'
      ],
    );
  }

  it('is the trace of the pipeline through all five services, although three of them restart meanwhile', () => {
    expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual([
      'alloy-executor',
      'alloy-ingest',
      'alloy-notifier',
      'alloy-planner',
      'alloy-watcher',
    ]);
    expect(installation.starts()).toMatchObject({ ingest: 1, planner: 2, executor: 2, watcher: 2, notifier: 1 });
  });

  it('links each span to its parent, up to the request of the pipeline', () => {
    const known = byId();
    expect(spans.filter(({ parentId }) => !known.has(parentId)).map(({ name, parentId }) => ({ name, parentId }))).toEqual([
      { name: 'POST /api/webhook/deploy', parentId: pipeline.spanId },
    ]);
  });

  it('is in every event, together with the span that appended it', () => {
    const known = byId();
    for (const { type, traceparent } of events) {
      const [, traceId, spanId] = traceparent?.split('-') ?? [];
      expect(traceId).toBe(pipeline.traceId);
      expect(known.get(spanId ?? '')!.attributes).toMatchObject({
        'alloy.release': releaseId,
        'alloy.events': expect.stringMatching(new RegExp(`\\b${type}\\b`)),
      });
    }
  });

  it('contains the queries of ingest under its request, and the append of each decision under the span of that decision', () => {
    const known = byId();
    const request = spans.find(({ name }) => name === 'POST /api/webhook/deploy')!;
    const [queries, appends] = ['alloy-ingest', 'alloy-planner'].map((service) =>
      of(service, '@opentelemetry/instrumentation-pg').filter(({ name }) => name.startsWith('pg.query:event-append')),
    );
    expect(ancestors(queries![0]!, known)).toContain(request.spanId);
    const decisions = of('alloy-planner').map(({ spanId }) => spanId);
    expect(new Set(appends!.map(({ parentId }) => parentId))).toEqual(new Set(decisions));
  });

  it('is in each write to the cluster, with the request to the API server', () => {
    const writes = of('alloy-executor').filter(({ name }) => name !== 'execute');
    expect(writes.map(({ name }) => name)).toEqual(expect.arrayContaining(['create Deployment web-canary', 'apply Deployment web']));
    expect(writes.at(-1)!.name).toBe('delete Deployment web-canary');
    const requests = of('alloy-executor', '@opentelemetry/instrumentation-http');
    const url = expect.stringMatching(
      new RegExp(`^https?://127\\.0\\.0\\.1:\\d+/apis/apps/v1/namespaces/${project}/deployments/web-canary$`),
    ) as string;
    expect(requests.filter(({ parentId }) => parentId === writes.at(-1)!.spanId)).toMatchObject([
      { name: 'DELETE', kind: 3, attributes: { 'url.full': url, 'http.response.status_code': 200 } },
    ]);
  });

  it('is in the notifications, whose requests show only the host in their URL', () => {
    const messages = of('alloy-notifier')
      .filter(({ kind }) => kind === 4)
      .map(({ name, attributes }) => `${name}: ${String(attributes['alloy.what'])}`);
    expect(messages.filter((message) => message.startsWith('send log'))).toEqual([
      'send log: started',
      'send log: stagePassed',
      'send log: promoted',
    ]);
    expect(messages).toContain('send slack: promoted');
    const requests = of('alloy-notifier', '@opentelemetry/instrumentation-http');
    expect(new Set(requests.map(({ attributes }) => attributes['url.full']))).toEqual(new Set([slack.url('/REDACTED')]));
    expect(slack.got.at(-1)!.headers['traceparent']).toBe(`00-${pipeline.traceId}-${requests.at(-1)!.spanId}-01`);
  });

  it('records the route instead of the path of a request, and no query', () => {
    const shown = spans
      .filter(({ service }) => service === 'alloy-ingest')
      .map(({ attributes }) => [attributes['url.path'], attributes['url.query']]);
    expect(new Set(shown.map(String))).toEqual(new Set(['/api/webhook/deploy,', ',']));
  });

  it('contains no secret: no token, no path of a webhook, no query', () => {
    const secrets = [CANARY, ADMIN, installation.releases.door.token, 'authorization', 'Bearer'];
    expect(slack.got.at(-1)!.path).toContain(CANARY);
    for (const { text } of collector.exports) for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  });

  it('contains all queries and requests: none begins its own trace', () => {
    expect(
      collector.spans
        .filter(({ kind, parentId }) => kind === 3 && parentId === '')
        .map(({ service, name, attributes }) => `${service} ${name} ${String(attributes['url.full'])}`),
    ).toEqual([]);
  });

  it.each(['planner', 'executor', 'notifier'])('is in the log lines of the %s about the release', (service) => {
    const lines = readFileSync(join(installation.home.logs, `${service}.log`), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const about = lines.filter((line) => line['release'] === releaseId);
    expect(about.length).toBeGreaterThan(0);
    expect(about.filter(({ trace }) => trace !== pipeline.traceId)).toEqual([]);
  });

  it('ends with the release: resyncs without work, probes and scrapes record no span', async () => {
    await eventually(async () => {
      const before = collector.spans.length;
      await quiet();
      expect(collector.spans.length).toBe(before);
    });
    const [spansBefore, metricsPages] = [
      collector.spans.length,
      await Promise.all((['planner', 'executor', 'watcher', 'notifier'] as const).map((service) => installation.metrics(service))),
    ];
    await quiet();
    expect(metricsPages.every((page) => page.includes('process_cpu_seconds_total'))).toBe(true);
    expect(collector.spans.slice(spansBefore).map(({ service, name }) => `${service} ${name}`)).toEqual([]);
  });

  /** Waits until each service has been probed repeatedly for longer than a resync (1 s here) and an export take. */
  async function quiet(): Promise<void> {
    const until = performance.now() + 3_000;
    await eventually(async () => {
      for (const service of ['ingest', 'planner', 'executor', 'watcher', 'notifier'] as const) await installation.metrics(service);
      if (performance.now() < until) throw new Error('not yet');
    }, { everyMs: 100 });
  }
});

/** Ids of the spans above it. */
function ancestors({ parentId }: ReceivedSpan, known: ReadonlyMap<string, ReceivedSpan>): readonly string[] {
  const parent = known.get(parentId);
  return parent ? [parentId, ...ancestors(parent, known)] : [];
}
