import type { OpenTelemetry, OpenTelemetryOptions } from '@alloy/opentelemetry';
import { Writable } from 'node:stream';
import { createLogger } from '../create-logger';
import { spanRecorder } from './recorder';
import { startTelemetry } from './start-telemetry';
import { FakeRecorder } from './testing/fake-recorder';

const loaded = jest.fn();
const started = jest.fn<OpenTelemetry, [OpenTelemetryOptions]>();
jest.mock('@alloy/opentelemetry', () => {
  loaded();
  return { startOpenTelemetry: (options: OpenTelemetryOptions) => started(options) };
});

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('startTelemetry', () => {
  let lines: Record<string, unknown>[];
  const start = (config: Parameters<typeof startTelemetry>[0]['config']) => {
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => (lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>), done()),
    });
    return startTelemetry({ service: 'planner', config, logger: createLogger({ service: 'planner', level: 'info', destination }) });
  };
  beforeEach(() => {
    lines = [];
    started.mockReset();
  });
  afterEach(() => jest.useRealTimers());

  it.each([{}, { OTEL_TRACES_EXPORTER: 'none' }, { ...collector, OTEL_SDK_DISABLED: 'true' }])(
    'loads nothing of OpenTelemetry for %j',
    async (config) => {
      const end = await start(config);
      expect(loaded).not.toHaveBeenCalled();
      await end();
    },
  );

  it('records spans with the SDK until it is shut down', async () => {
    const recorder = new FakeRecorder();
    const shutdown = jest.fn(async () => undefined);
    started.mockReturnValue({ recorder, shutdown });
    const end = await start(collector);
    expect(started.mock.calls[0]![0]).toMatchObject({
      serviceName: 'alloy-planner',
      signals: { traces: true, metrics: true },
      configFile: undefined,
      secretPaths: false,
    });
    expect([...started.mock.calls[0]![0].ignoredPaths]).toEqual(['/livez', '/readyz', '/health', '/metrics']);
    expect(spanRecorder()).toBe(recorder);
    await end();
    expect(shutdown).toHaveBeenCalledTimes(1);
    expect(spanRecorder()).not.toBe(recorder);
    expect(lines).toEqual([]);
  });

  it('still creates ids if the SDK records no spans', async () => {
    started.mockReturnValue({ recorder: undefined, shutdown: async () => undefined });
    const end = await start({ OTEL_METRICS_EXPORTER: 'prometheus' });
    expect(spanRecorder().begin('decide', 'internal', {}).context.traceId).toMatch(/^[0-9a-f]{32}$/);
    await end();
  });

  it('waits at most 2 s for the last export, and logs that spans may be lost', async () => {
    jest.useFakeTimers();
    started.mockReturnValue({ recorder: undefined, shutdown: () => new Promise(() => {}) });
    const end = await start(collector);
    let ended = false;
    const ending = end().then(() => (ended = true));
    await jest.advanceTimersByTimeAsync(1_999);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await ending;
    expect(lines).toMatchObject([{ level: 'warn', msg: 'spans and metrics may be lost: the last export did not succeed' }]);
  });

  it('does not fail if the last export does', async () => {
    started.mockReturnValue({ recorder: undefined, shutdown: () => Promise.reject(new Error('away')) });
    await (await start(collector))();
    expect(lines).toMatchObject([{ level: 'warn', err: { message: 'away' } }]);
  });

  it('logs a repeated message of the SDK once a minute, with its number and without secrets', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    started.mockReturnValue({ recorder: undefined, shutdown: async () => undefined });
    await start(collector);
    const { report } = started.mock.calls[0]![0];
    for (let second = 0; second <= 60; second++) {
      now = second * 1_000;
      report('error', `export failed: http://user:hunter2@collector:4318 ECONNREFUSED after ${second} s`);
    }
    report('warn', 'unknown OTEL_TRACES_SAMPLER value "x", using default');
    report('info', 'started');
    report('debug', 'not shown at the level info');
    expect(lines.map(({ level, msg, times }) => [level, msg, times])).toEqual([
      ['warn', 'OpenTelemetry: export failed: http://user:[redacted]@collector:4318 ECONNREFUSED after 0 s', 1],
      ['warn', 'OpenTelemetry: export failed: http://user:[redacted]@collector:4318 ECONNREFUSED after 60 s', 60],
      ['warn', 'OpenTelemetry: unknown OTEL_TRACES_SAMPLER value "x", using default', 1],
      ['info', 'OpenTelemetry: started', undefined],
    ]);
    jest.restoreAllMocks();
  });
});
