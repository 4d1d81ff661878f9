import { Controller, Get, Inject, Module, Post } from '@nestjs/common';
import type { Logger } from 'pino';
import { Writable } from 'node:stream';
import { eventually } from '../../../../test/support/eventually';
import { LOGGER, startService, type RunningService } from '../index';
import { IdSpan } from './id-span';
import { useSpanRecorder } from './recorder';
import { FakeRecorder } from './testing/fake-recorder';
import { continueTrace } from './trace';

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;

@Controller('things')
class Things {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  @Get(':id') read(): string {
    this.logger.info('read');
    return 'read';
  }
  @Post(':id') append(): { readonly traceparent: string | null } {
    const written = continueTrace('r1', ['ReleaseRequested']);
    this.logger.info('appended');
    return { traceparent: written };
  }
  @Post(':id/fail') fail(): never {
    continueTrace('r1', []);
    throw new Error('broken');
  }
}

@Module({ controllers: [Things] })
class Demo {}

class Lines extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  last(message: string): Record<string, unknown> | undefined {
    return this.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .findLast(({ msg }) => msg === message);
  }
}

describe('requests to a service', () => {
  const lines = new Lines();
  let service: RunningService;
  const call = (method: string, headers: Record<string, string> = {}, body?: string, path = '/things/hunter2') =>
    fetch(`http://127.0.0.1:${service.port}${path}`, { method, headers, ...(body !== undefined && { body }) });
  const appended = async (...args: Parameters<typeof call>): Promise<string> =>
    ((await (await call(...args)).json()) as { readonly traceparent: string }).traceparent;

  beforeAll(async () => {
    service = await startService({
      name: 'notifier',
      config: () => ({ HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'info' as const }),
      module: () => Demo,
      destination: lines,
    });
  });
  afterEach(() => useSpanRecorder());
  afterAll(() => service.close());

  it.each([
    ['without a body', undefined],
    ['with a body', '{"a":1}'],
  ])('continue the caller’s trace in events and log lines, %s', async (_which, body) => {
    const written = await appended('POST', { traceparent, ...(body !== undefined && { 'content-type': 'application/json' }) }, body);
    expect(written).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(written).not.toBe(traceparent);
    expect(lines.last('appended')).toMatchObject({ release: 'r1', trace });
  });

  it('start a new trace each if the caller has none', async () => {
    const [first, second] = [await appended('POST'), await appended('POST', { traceparent: 'none' })];
    expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(second.split('-')[1]).not.toBe(first.split('-')[1]);
    expect(lines.last('appended')).toMatchObject({ trace: second.split('-')[1] });
  });

  it('have the caller’s trace in log lines even if they only read', async () => {
    await call('GET', { traceparent });
    expect(lines.last('read')).toMatchObject({ trace });
  });

  it('are answered for an invalid path, and for a path without a route', async () => {
    for (const path of ['/%', '/nothing']) expect((await call('POST', { traceparent }, undefined, path)).status).toBeLessThan(500);
  });

  it('use the spans that an instrumentation recorded for them', async () => {
    const recorder = new FakeRecorder();
    recorder.incoming = new IdSpan();
    useSpanRecorder(recorder);
    expect((await appended('POST', { traceparent })).split('-')[2]).toBe(recorder.incoming.context.spanId);
    expect(recorder.spans).toEqual([]);
  });

  it('get spans named by their routes if no instrumentation recorded one, with an error if they fail', async () => {
    const recorder = new FakeRecorder();
    useSpanRecorder(recorder);
    await call('POST', { traceparent });
    await call('POST', { traceparent }, undefined, '/things/hunter2/fail');
    await eventually(() => expect(recorder.spans).toHaveLength(2));
    expect(recorder.spans).toMatchObject([
      {
        name: 'POST /things/:id', kind: 'server', parentId: 'b7ad6b7169203331', error: undefined,
        attributes: { 'alloy.release': 'r1', 'alloy.events': 'ReleaseRequested' },
      },
      { name: 'POST /things/:id/fail', error: expect.any(Error) as Error },
    ]);
  });
});
