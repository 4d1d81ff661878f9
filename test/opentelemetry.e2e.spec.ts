import { freePort } from '@alloy/embedded';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database';
import { eventually } from './support/eventually';
import { startInfrastructure, type Infrastructure } from './support/infrastructure';
import { OtlpReceiver, type Export, type ReceivedSpan } from './support/otlp-receiver';

const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const sampled = { traceparent: `00-${caller.traceId}-${caller.spanId}-01` };
const unsampled = { traceparent: `00-${caller.traceId}-${caller.spanId}-00` };
const b3 = { b3: `${caller.traceId}-${caller.spanId}-1` };
/** As docker-compose.yml passes on what is not set. */
const empty = Object.fromEntries(
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_TRACES_EXPORTER',
    'OTEL_METRICS_EXPORTER',
    'OTEL_TRACES_SAMPLER',
    'OTEL_TRACES_SAMPLER_ARG',
    'OTEL_RESOURCE_ATTRIBUTES',
  ].map((name) => [name, '']),
);
const SERVER = 2;
const BUNDLE = join(__dirname, '..', 'dist', 'opentelemetry', 'main.js');

type Env = Readonly<Record<string, string>>;

/** What a service did with one request, from its start to its end. */
interface Run {
  readonly spans: readonly ReceivedSpan[];
  readonly exports: readonly Export[];
  readonly lines: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** All that it wrote to standard output. */
  readonly output: string;
  readonly loaded: readonly string[];
  /** How long its request and its end took, ms. */
  readonly requestMs: number;
  readonly stopMs: number;
}

describe('the variables of OpenTelemetry', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-otel-'));
  const children: ChildProcess[] = [];
  let infrastructure: Infrastructure;
  let database: TestDatabase;
  let collector: OtlpReceiver;
  let grpc: OtlpReceiver;
  let silent: OtlpReceiver;
  let unreachable: string;

  beforeAll(async () => {
    [infrastructure, collector, grpc, silent] = await Promise.all([
      startInfrastructure(),
      OtlpReceiver.start(),
      OtlpReceiver.startGrpc(),
      OtlpReceiver.start({ respond: false }),
    ]);
    process.env['ALLOY_TEST_PG'] = infrastructure.databaseUrl;
    database = await createDatabase();
    unreachable = `http://127.0.0.1:${await freePort()}`;
  });
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'close');
    for (const receiver of [collector, grpc]) for (const list of [receiver.spans, receiver.exports]) list.splice(0);
  });
  afterAll(async () => {
    await Promise.all([collector, grpc, silent].map((receiver) => receiver?.stop()));
    await infrastructure?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Starts ingest, asks it once as `headers` say, and stops it; `meanwhile`: in between. */
  async function run(
    env: Env,
    headers: Env = sampled,
    meanwhile: (lines: () => Run['lines']) => Promise<void> = async () => {},
  ): Promise<Run> {
    const loaded = join(dir, 'loaded.json');
    const own = {
      PATH: process.env['PATH']!,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: database.roleUrl('alloy_ingest'),
      NATS_URL: infrastructure.natsUrl,
      ALLOY_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
      ALLOY_SECRETS_KEY: Buffer.alloc(32, 2).toString('base64'),
      ALLOY_KEYSTORE: join(dir, 'keystore'),
      LOADED_MODULES: loaded,
    };
    const args = [
      '--require',
      join(__dirname, 'support', 'loaded-modules.cjs'),
      join(__dirname, '..', 'dist', 'apps', 'ingest', 'main.js'),
    ];
    const child = spawn(process.execPath, args, { env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const closed = once(child, 'close');
    const parsed = (): Run['lines'] =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{"level"'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const ready = await eventually(() => parsed().find(({ msg }) => msg === 'ready') ?? Promise.reject(new Error(output)), {
      timeoutMs: 60_000,
    });
    const asked = performance.now();
    const answer = await fetch(`http://127.0.0.1:${String(ready['port'])}/api/v1/releases/r-1?key=hunter2`, {
      headers: { authorization: 'Bearer hunter2hunter2hunter2', connection: 'close', ...headers },
    });
    expect(answer.status).toBe(401);
    const requestMs = performance.now() - asked;
    await meanwhile(parsed);
    const stopping = performance.now();
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    const receiver = grpc.exports.length > 0 ? grpc : collector;
    return {
      spans: [...receiver.spans],
      exports: [...receiver.exports],
      lines: parsed(),
      output,
      loaded: JSON.parse(readFileSync(loaded, 'utf8')) as readonly string[],
      requestMs,
      stopMs: performance.now() - stopping,
    };
  }

  const requestOf = ({ spans }: Run): ReceivedSpan => spans.find(({ kind }) => kind === SERVER)!;
  const tracesOf = ({ exports }: Run): readonly Export[] => exports.filter(({ spans }) => spans > 0);
  const http = (): Env => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  /** All but the warning of ingest about the unknown token. */
  const warnings = ({ lines }: Pick<Run, 'lines'>): readonly unknown[] =>
    lines.filter(({ level, msg }) => level !== 'info' && level !== 'debug' && msg !== 'request denied').map(({ msg }) => msg);

  describe('nothing of the SDK is loaded', () => {
    it.each<[string, () => Env]>([
      ['without configuration', () => ({})],
      ['with variables that are empty', () => empty],
      [
        'with variables that name no exporter and no endpoint',
        () => ({ OTEL_SERVICE_NAME: 'alloy', OTEL_TRACES_SAMPLER: 'always_on', OTEL_PROPAGATORS: 'b3' }),
      ],
      ['with OTEL_SDK_DISABLED=true', () => ({ ...http(), OTEL_SDK_DISABLED: 'true' })],
      ['with OTEL_TRACES_EXPORTER=none', () => ({ OTEL_TRACES_EXPORTER: 'none' })],
    ])('%s', async (_when, env) => {
      const done = await run(env());
      expect(done.loaded.filter((file) => /opentelemetry/.test(file))).toEqual([]);
      expect(done.loaded.length).toBeGreaterThan(1);
      expect(done.exports).toEqual([]);
      expect(warnings(done)).toEqual([]);
    });

    it('and no service’s bundle holds any of it', () => {
      for (const service of ['ingest', 'planner', 'executor', 'watcher', 'notifier']) {
        const bundle = readFileSync(join(__dirname, '..', 'dist', 'apps', service, 'main.js'), 'utf8');
        expect(bundle).toContain('../../opentelemetry/main.js');
        expect(bundle).not.toMatch(/BatchSpanProcessor|node_modules\/@opentelemetry\/(?!api\/)/);
      }
      expect(readFileSync(BUNDLE, 'utf8')).toContain('BatchSpanProcessor');
    });
  });

  it.each<[string, () => Env, (done: Run) => void, Env?]>([
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT: traces and metrics by http/protobuf; the request continues the caller’s trace, with Fastify’s and Postgres’ spans',
      http,
      (done) => {
        expect(done.loaded).toContain(BUNDLE);
        expect(new Set(done.exports.map(({ path, protocol }) => `${path} ${protocol}`))).toEqual(
          new Set(['/v1/traces http/protobuf', '/v1/metrics http/protobuf']),
        );
        expect(requestOf(done)).toMatchObject({
          service: 'alloy-ingest',
          name: 'GET /api/v1/releases/:id',
          traceId: caller.traceId,
          parentId: caller.spanId,
          resource: { 'service.namespace': 'alloy' },
        });
        expect(new Set(done.spans.map(({ scope }) => scope))).toEqual(
          new Set(['@opentelemetry/instrumentation-http', '@fastify/otel', '@opentelemetry/instrumentation-pg']),
        );
        expect(new Set(done.spans.map(({ traceId }) => traceId))).toEqual(new Set([caller.traceId]));
        expect(done.exports.some(({ text }) => text.includes('http.server.request.duration'))).toBe(true);
        for (const { text } of done.exports) expect(text.includes('hunter2')).toBe(false);
        expect(warnings(done)).toEqual([]);
      },
    ],
    [
      'empty variables beside an endpoint',
      () => ({ ...empty, ...http() }),
      (done) => {
        expect(requestOf(done)).toMatchObject({ service: 'alloy-ingest', traceId: caller.traceId });
        expect(warnings(done)).toEqual([]);
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces alone, to that URL as it is',
      () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` }),
      (done) => {
        expect(new Set(done.exports.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
        expect(requestOf(done).traceId).toBe(caller.traceId);
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics alone',
      () => ({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${collector.url}/v1/metrics` }),
      (done) => {
        expect(new Set(done.exports.map(({ path }) => path))).toEqual(new Set(['/v1/metrics']));
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL=http/json',
      () => ({ ...http(), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }),
      (done) => {
        expect(tracesOf(done).map(({ protocol }) => protocol)).toContain('http/json');
        expect(requestOf(done).traceId).toBe(caller.traceId);
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
      () => ({
        OTEL_EXPORTER_OTLP_ENDPOINT: grpc.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=canary',
      }),
      (done) => {
        expect(tracesOf(done)[0]).toMatchObject({
          protocol: 'grpc',
          path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
          headers: { 'x-api-key': 'canary' },
        });
        expect(requestOf(done).traceId).toBe(caller.traceId);
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL and OTEL_METRICS_EXPORTER=none',
      () => ({ ...http(), OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json', OTEL_METRICS_EXPORTER: 'none' }),
      (done) => {
        expect(new Set(done.exports.map(({ path, protocol }) => `${path} ${protocol}`))).toEqual(new Set(['/v1/traces http/json']));
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS and OTEL_EXPORTER_OTLP_COMPRESSION',
      () => ({
        ...http(),
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20canary,x-tenant=shop',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      }),
      (done) => {
        expect(tracesOf(done)[0]!.headers).toMatchObject({ authorization: 'Basic canary', 'x-tenant': 'shop', 'content-encoding': 'gzip' });
        expect(done.output).not.toContain('canary');
      },
    ],
    [
      'OTEL_TRACES_EXPORTER=console',
      () => ({ OTEL_TRACES_EXPORTER: 'console' }),
      (done) => {
        expect(done.output).toContain(caller.traceId);
        expect(done.output).toContain('GET /api/v1/releases/:id');
        expect(done.exports).toEqual([]);
      },
    ],
    [
      'OTEL_TRACES_EXPORTER=otlp,console',
      () => ({ ...http(), OTEL_TRACES_EXPORTER: 'otlp,console' }),
      (done) => {
        expect(done.output).toContain('GET /api/v1/releases/:id');
        expect(requestOf(done).traceId).toBe(caller.traceId);
      },
    ],
    [
      'OTEL_TRACES_EXPORTER=none with an endpoint: metrics alone',
      () => ({ ...http(), OTEL_TRACES_EXPORTER: 'none' }),
      (done) => {
        expect(new Set(done.exports.map(({ path }) => path))).toEqual(new Set(['/v1/metrics']));
      },
    ],
    [
      'OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES',
      () => ({
        ...http(),
        OTEL_SERVICE_NAME: 'door',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.namespace=release',
      }),
      (done) => {
        expect(requestOf(done)).toMatchObject({
          service: 'door',
          resource: { 'deployment.environment.name': 'test', 'service.namespace': 'release', 'telemetry.sdk.language': 'nodejs' },
        });
      },
    ],
    [
      'the resource detectors that are on by default',
      http,
      (done) => {
        expect(requestOf(done).resource).toMatchObject({
          'service.instance.id': expect.any(String),
          'process.pid': expect.anything(),
          'host.name': expect.any(String),
          'os.type': 'linux',
        });
      },
    ],
    [
      'OTEL_NODE_RESOURCE_DETECTORS=env,os',
      () => ({ ...http(), OTEL_NODE_RESOURCE_DETECTORS: 'env,os', OTEL_RESOURCE_ATTRIBUTES: 'a=b' }),
      (done) => {
        const { resource } = requestOf(done);
        expect(resource).toMatchObject({ a: 'b', 'os.type': 'linux', 'service.name': 'alloy-ingest' });
        for (const name of ['process.pid', 'host.name', 'service.instance.id']) expect(resource).not.toHaveProperty([name]);
      },
    ],
    [
      'OTEL_NODE_RESOURCE_DETECTORS=none',
      () => ({ ...http(), OTEL_NODE_RESOURCE_DETECTORS: 'none', OTEL_RESOURCE_ATTRIBUTES: 'a=b' }),
      (done) => {
        expect(requestOf(done).resource).toMatchObject({ 'service.name': 'alloy-ingest', 'telemetry.sdk.name': 'opentelemetry' });
        for (const name of ['a', 'process.pid', 'host.name', 'os.type', 'service.instance.id'])
          expect(requestOf(done).resource).not.toHaveProperty([name]);
      },
    ],
    [
      'no sampler configured: a caller’s flag that a trace is not sampled is obeyed',
      http,
      (done) => expect(done.spans).toEqual([]),
      unsampled,
    ],
    [
      'OTEL_TRACES_SAMPLER=always_on',
      () => ({ ...http(), OTEL_TRACES_SAMPLER: 'always_on' }),
      (done) => expect(requestOf(done).traceId).toBe(caller.traceId),
      unsampled,
    ],
    ['OTEL_TRACES_SAMPLER=always_off', () => ({ ...http(), OTEL_TRACES_SAMPLER: 'always_off' }), (done) => expect(done.spans).toEqual([])],
    [
      'OTEL_TRACES_SAMPLER=parentbased_always_off, with a parent',
      () => ({ ...http(), OTEL_TRACES_SAMPLER: 'parentbased_always_off' }),
      (done) => expect(requestOf(done).traceId).toBe(caller.traceId),
    ],
    [
      'OTEL_TRACES_SAMPLER=parentbased_always_off, without a parent',
      () => ({ ...http(), OTEL_TRACES_SAMPLER: 'parentbased_always_off' }),
      (done) => expect(done.spans).toEqual([]),
      {},
    ],
    [
      'OTEL_TRACES_SAMPLER=traceidratio and OTEL_TRACES_SAMPLER_ARG=0',
      () => ({ ...http(), OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }),
      (done) => expect(done.spans).toEqual([]),
    ],
    [
      'OTEL_TRACES_SAMPLER=parentbased_traceidratio and OTEL_TRACES_SAMPLER_ARG=1',
      () => ({ ...http(), OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' }),
      (done) => expect(requestOf(done).parentId).toBe(''),
      {},
    ],
    [
      'OTEL_PROPAGATORS=b3',
      () => ({ ...http(), OTEL_PROPAGATORS: 'b3' }),
      (done) => expect(requestOf(done)).toMatchObject({ traceId: caller.traceId, parentId: caller.spanId }),
      b3,
    ],
    [
      'OTEL_PROPAGATORS=b3: traceparent is ignored',
      () => ({ ...http(), OTEL_PROPAGATORS: 'b3' }),
      (done) => expect(requestOf(done).parentId).toBe(''),
    ],
    ['OTEL_PROPAGATORS=none', () => ({ ...http(), OTEL_PROPAGATORS: 'none' }), (done) => expect(requestOf(done).parentId).toBe('')],
    [
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE=1',
      () => ({ ...http(), OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1' }),
      (done) => {
        expect(tracesOf(done).length).toBeGreaterThan(2);
        expect(new Set(tracesOf(done).map(({ spans }) => spans))).toEqual(new Set([1]));
      },
    ],
    [
      'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT and OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      () => ({ ...http(), OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3', OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '4' }),
      (done) => {
        for (const { attributes } of done.spans) {
          expect(Object.keys(attributes).length).toBeLessThanOrEqual(3);
          for (const value of Object.values(attributes)) expect(String(value).length).toBeLessThanOrEqual(5);
        }
      },
    ],
    [
      'OTEL_CONFIG_FILE, which replaces the other variables',
      () => ({ OTEL_CONFIG_FILE: configFile(), OTEL_TRACES_SAMPLER: 'always_off' }),
      (done) => {
        expect(requestOf(done)).toMatchObject({ service: 'from-a-file', name: 'GET /api/v1/releases/:id', traceId: caller.traceId });
        expect(new Set(done.spans.map(({ scope }) => scope)).size).toBe(3);
        expect(warnings(done)).toEqual([]);
      },
    ],
    [
      'an unknown sampler: the SDK says so, once',
      () => ({ ...http(), OTEL_TRACES_SAMPLER: 'some' }),
      (done) => {
        expect(warnings(done)).toEqual(['OpenTelemetry: unknown OTEL_TRACES_SAMPLER value "some", using default']);
        expect(requestOf(done).traceId).toBe(caller.traceId);
      },
    ],
    [
      'OTEL_LOG_LEVEL=debug: lines of the service’s own form',
      () => ({ ...http(), OTEL_LOG_LEVEL: 'debug', LOG_LEVEL: 'debug' }),
      (done) => {
        expect(
          done.lines.filter(({ level, msg }) => level === 'debug' && String(msg).startsWith('OpenTelemetry: ')).length,
        ).toBeGreaterThan(0);
        expect(done.output.split('\n').filter((line) => line !== '' && !line.startsWith('{"level"'))).toEqual([]);
      },
    ],
    // Jest takes a parameter that a row lacks for a callback: there are no parameters by name.
  ])('%s', async (...[, env, check, headers]) => check(await run(env(), headers)));

  it('OTEL_BSP_SCHEDULE_DELAY: spans are exported while the service runs', async () => {
    await run({ ...http(), OTEL_BSP_SCHEDULE_DELAY: '50' }, sampled, async () => {
      await eventually(() => expect(collector.spans.some(({ kind }) => kind === SERVER)).toBe(true));
    });
  });

  it('OTEL_METRICS_EXPORTER=prometheus and OTEL_EXPORTER_PROMETHEUS_PORT', async () => {
    const port = await freePort();
    await run(
      { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: String(port), OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' },
      sampled,
      async () => {
        expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('http_server_request_duration');
      },
    );
    expect(collector.exports).toEqual([]);
  });

  it('a collector that is away delays neither a request nor the end, and is logged once', async () => {
    const failed = expect.stringMatching(/^OpenTelemetry: export failed: .*ECONNREFUSED/);
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: unreachable.replace('//', '//user:hunter2@'),
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    };
    const done = await run(env, sampled, (lines) => eventually(() => expect(warnings({ lines: lines() })).toEqual([failed])));
    expect(done.requestMs).toBeLessThan(5_000);
    expect(done.stopMs).toBeLessThan(10_000);
    expect(warnings(done)).toEqual([failed]);
    expect(done.output).not.toContain('hunter2');
  });

  it('a collector that takes connections and never answers holds up the end for 2 s', async () => {
    const done = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: silent.url });
    expect(done.requestMs).toBeLessThan(5_000);
    expect(done.stopMs).toBeGreaterThanOrEqual(1_900);
    expect(done.stopMs).toBeLessThan(10_000);
    expect(warnings(done)).toEqual(['spans and metrics may be lost: the last export did not succeed']);
  });

  it('a file that is no configuration is logged, and the service runs without traces', async () => {
    const file = join(dir, 'wrong.yaml');
    writeFileSync(file, 'file_format: "9.9"\n');
    const done = await run({ OTEL_CONFIG_FILE: file });
    expect(warnings(done)).toEqual([expect.stringMatching(/^OpenTelemetry: Could not load OpenTelemetry configuration/)]);
    expect(done.spans).toEqual([]);
  });

  function configFile(): string {
    const file = join(dir, 'otel.yaml');
    writeFileSync(file, `
file_format: "1.0"
resource:
  attributes: [{ name: service.name, value: from-a-file }]
propagator: { composite: [{ tracecontext: null }] }
tracer_provider:
  processors: [{ batch: { exporter: { otlp_http: { endpoint: "${collector.url}/v1/traces" } } } }]
`);
    return file;
  }
});
