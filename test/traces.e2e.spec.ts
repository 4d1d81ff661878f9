import type { StoredEvent } from '@alloy/contracts';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quickPolicy } from './faults/quick-policy';
import { eventually } from './support/eventually';
import { Installation } from './support/installation';
import { manifests } from './support/manifests';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver';

const project = 'traced';
const pipeline = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };

describe('the trace of a release', () => {
  let collector: OtlpReceiver;
  let installation: Installation;
  let releaseId: string;
  let events: readonly StoredEvent[];
  let spans: readonly ReceivedSpan[];

  beforeAll(async () => {
    collector = await OtlpReceiver.start();
    installation = await Installation.start({ projects: { [project]: quickPolicy }, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    expect(await installation.releases.ended(await installation.releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    releaseId = await post('v2');
    expect(await installation.releases.ended(releaseId)).toBe('ReleasePromoted');
    events = await installation.releases.events(releaseId);
    spans = await eventually(allSpans, { timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await installation?.stop();
    await collector?.stop();
  });

  const of = (service: string): readonly ReceivedSpan[] => spans.filter((span) => span.service === service);

  /** Those of the release, once the span of each of its events has come, and that of the last message with the work that it was sent in, which ends later. */
  async function allSpans(): Promise<readonly ReceivedSpan[]> {
    const come = new Set(collector.spans.map(({ spanId }) => spanId));
    const missing = events.filter(({ traceparent }) => !come.has(traceparent?.split('-')[2] ?? '')).map(({ type }) => type);
    if (missing.length > 0) throw new Error(`no span has come for ${missing.join(', ')}`);
    const ofRelease = collector.spans.filter(({ attributes }) => attributes['alloy.release'] === releaseId);
    if (!ofRelease.some(({ attributes, parentId }) => attributes['alloy.what'] === 'promoted' && come.has(parentId))) throw new Error('nobody was told yet');
    return ofRelease;
  }

  /** As a pipeline that traces itself. */
  async function post(tag: string): Promise<string> {
    const { url, user, token } = installation.releases.door;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', traceparent: `00-${pipeline.traceId}-${pipeline.spanId}-01` };
    const body = { user_id: user, project_id: project, image_tag: tag, commit_sha: 'abc123def', strategy: 'auto', files: manifests(project) };
    const answer = await fetch(`${url}/api/webhook/deploy`, { method: 'POST', headers, body: JSON.stringify(body) });
    return ((await answer.json()) as { readonly release_id: string }).release_id;
  }

  it('is one, the pipeline’s, through all five services', () => {
    expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual(['alloy-executor', 'alloy-ingest', 'alloy-notifier', 'alloy-planner', 'alloy-watcher']);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([pipeline.traceId]));
  });

  it('links each span to its parent, back to the request of the pipeline', () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    expect(spans.filter(({ parentId }) => !byId.has(parentId)).map(({ name, parentId }) => ({ name, parentId }))).toEqual([{ name: 'POST /api/webhook/deploy', parentId: pipeline.spanId }]);
  });

  it('is in every event, which names the span that appended it', () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const { type, traceparent } of events) {
      const [, traceId, spanId] = traceparent?.split('-') ?? [];
      expect(traceId).toBe(pipeline.traceId);
      expect(String(byId.get(spanId ?? '')?.attributes['alloy.events']).split(' ')).toContain(type);
    }
  });

  it('reaches each write to the cluster, to the last', () => {
    const writes = of('alloy-executor').filter(({ kind }) => kind === 3).map(({ name }) => name);
    expect(writes).toEqual(expect.arrayContaining(['create Deployment web-canary', 'apply Deployment web']));
    expect(writes.at(-1)).toBe('delete Deployment web-canary');
  });

  it('reaches the messages', () => {
    const messages = of('alloy-notifier').filter(({ kind }) => kind === 4).map(({ name, attributes }) => `${name}: ${String(attributes['alloy.what'])}`);
    expect(messages).toEqual(['send log: started', 'send log: stagePassed', 'send log: promoted']);
  });

  it.each(['planner', 'executor', 'notifier'])('stands with the release in the lines of the %s that are about it', (service) => {
    const lines = readFileSync(join(installation.home.logs, `${service}.log`), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
    const about = lines.filter((line) => line['release'] === releaseId);
    expect(about.length).toBeGreaterThan(0);
    expect(about.filter(({ trace }) => trace !== pipeline.traceId)).toEqual([]);
  });
});
