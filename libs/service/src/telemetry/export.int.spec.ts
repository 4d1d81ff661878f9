import { Controller, Get, Inject, Module, Post } from '@nestjs/common';
import type { Logger } from 'pino';
import { Writable } from 'node:stream';
import { eventually } from '../../../../test/support/eventually';
import { OtlpReceiver } from '../../../../test/support/otlp-receiver';
import { LOGGER, startService, type RunningService } from '../index';
import { continueTrace } from './trace';

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;

@Controller('things')
class Things {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  @Get(':id') read(): string {
    return 'read';
  }
  @Post(':id') append(): { readonly traceparent: string | null } {
    const written = continueTrace('r1', ['ReleaseRequested']);
    this.logger.info('appended');
    return { traceparent: written };
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
  find(message: string): Record<string, unknown> | undefined {
    return this.text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>).find(({ msg }) => msg === message);
  }
}

describe('a service with a collector', () => {
  const lines = new Lines();
  let receiver: OtlpReceiver;
  let service: RunningService;
  const call = (method: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`http://127.0.0.1:${service.port}/things/hunter2`, { method, headers, ...(body !== undefined && { body }) });

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    const config = () => ({ HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'info' as const, OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/` });
    service = await startService({ name: 'notifier', config, module: () => Demo, destination: lines });
  });
  afterAll(async () => {
    await service.close();
    await receiver.stop();
  });

  it('continues the trace of a request in what it appends, tells it, and logs it, body or not', async () => {
    await call('GET', { traceparent });
    const answer = await call('POST', { traceparent, 'content-type': 'application/json' }, '{"a":1}');
    const { traceparent: written } = (await answer.json()) as { readonly traceparent: string };
    const spans = await eventually(() => (receiver.spans.length > 0 ? receiver.spans : Promise.reject(new Error('no span yet'))));
    expect(spans).toEqual([{
      service: 'alloy-notifier', name: 'POST /things/:id', kind: 2, traceId: trace, spanId: written.split('-')[2], parentId: 'b7ad6b7169203331',
      attributes: { 'http.request.method': 'POST', 'http.route': '/things/:id', 'http.response.status_code': 201, 'alloy.release': 'r1', 'alloy.events': 'ReleaseRequested' },
    }]);
    expect(lines.find('appended')).toMatchObject({ release: 'r1', trace });
  });

  it('answers a path that is none, and one without a route', async () => {
    for (const path of ['/%', '/nothing']) expect((await fetch(`http://127.0.0.1:${service.port}${path}`, { method: 'POST', headers: { traceparent } })).status).toBeLessThan(500);
  });

  it('delivers what is left when it ends', async () => {
    receiver.spans.splice(0);
    await call('POST');
    await service.close();
    expect(receiver.spans).toEqual([expect.objectContaining({ name: 'POST /things/:id', parentId: '' })]);
  });
});
