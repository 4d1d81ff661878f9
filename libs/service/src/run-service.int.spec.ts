import { Body, Controller, Get, Inject, HttpException, Injectable, Module, Post, type OnApplicationShutdown } from '@nestjs/common';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { eventually } from '../../../test/support/eventually';
import {
  LOGGER, ProblemError, Secret, explainStartFailure, parseConfig, startService, type RunningService,
  type ServiceOptions,
} from './index';
import { HealthChecks } from './health-checks';
import type { Logger } from 'pino';

const closed: string[] = [];
/** Ends the pending request to `/slow`. */
let answerSlow: (() => void) | undefined;
/** Requests to `/refused` that the service has received. */
let refusals = 0;

@Injectable()
class Part implements OnApplicationShutdown {
  healthy = true;
  constructor(checks: HealthChecks) {
    checks.add('part', async () => {
      if (!this.healthy) throw new Error('part is ill');
    });
  }
  onApplicationShutdown(): void {
    closed.push('part');
  }
}

@Controller()
class Door {
  constructor(
    private readonly part: Part,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}
  @Get('ill') ill(): string {
    this.part.healthy = false;
    return 'ill';
  }
  @Get('slow') slow(): Promise<string> {
    return new Promise((resolve) => (answerSlow = () => resolve('at last')));
  }
  @Get('named/:name') named(): string {
    return 'named';
  }
  @Get('bug') bug(): never {
    throw new Error('password=hunter2 leaked');
  }
  @Get('refused') refused(): never {
    refusals += 1;
    throw new ProblemError({ status: 409, code: 'too_late', detail: 'It has ended.', pointer: '/reason' });
  }
  @Get('away') away(): never {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }
  @Get('busy') busy(): never {
    throw new ProblemError({ status: 429, code: 'busy', detail: 'Too much at once.' }, 7);
  }
  @Get('too-many') tooMany(): never {
    throw new HttpException('too many', 429);
  }
  @Post('echo') echo(@Body() body: unknown): string {
    this.logger.info(
      { body, authorization: 'Bearer abcdef123', url: new Secret('x'), db: 'postgres://a:hunter2@h/db' },
      'got Bearer abcdef123',
    );
    return 'ok';
  }
}

@Module({ controllers: [Door], providers: [Part] })
class Demo {}

class Lines extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const lines = new Lines();
const options = (port = 0): ServiceOptions<{ HOST: string; PORT: number; LOG_LEVEL: 'info' }> => ({
  name: 'notifier',
  config: () => ({ HOST: '127.0.0.1', PORT: port, LOG_LEVEL: 'info' }),
  module: () => Demo,
  destination: lines,
  bodyLimit: 100,
});

describe('runService', () => {
  let service: RunningService;
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${service.port}${path}`, init);
  /** With methods that `fetch` refuses, and headers without the announced body. */
  const send = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{
    readonly status: number | undefined;
    readonly allow: string | undefined;
    readonly type: string | undefined;
    readonly text: string;
  }> => {
    const outgoing = request({ host: '127.0.0.1', port: service.port, method, path, headers });
    outgoing.flushHeaders();
    if (headers['content-length'] === undefined) outgoing.end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    outgoing.on('error', () => undefined).destroy();
    return { status: incoming.statusCode, allow: incoming.headers.allow, type: incoming.headers['content-type'], text };
  };
  beforeAll(async () => {
    service = await startService(options());
  });
  afterAll(() => service.close());

  it('logs that it is ready, in one JSON line with its port', () => {
    const ready = lines.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'ready');
    expect(ready).toEqual([expect.objectContaining({ msg: 'ready', service: 'notifier', port: service.port })]);
  });

  it('serves liveness, readiness and metrics', async () => {
    expect((await get('/livez')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ok', checks: { part: 'ok' }, draining: false });
    expect(await (await get('/metrics')).text()).toContain('process_cpu_seconds_total');
  });

  it.each([
    ['/bug', {}, 500, 'internal'],
    ['/refused', {}, 409, 'too_late'],
    ['/nothing-here', {}, 404, 'not_found'],
    ['/nothing-here%ff', {}, 400, 'bad_request'],
    [`/named/${'nothing-here'.repeat(20)}`, {}, 414, 'path_too_long'],
    ['/echo', { method: 'POST', body: '{"a":', headers: { 'content-type': 'application/json' } }, 400, 'bad_request'],
    [
      '/echo',
      { method: 'POST', body: JSON.stringify({ a: 'x'.repeat(200) }), headers: { 'content-type': 'application/json' } },
      413,
      'too_large',
    ],
    ['/echo', { method: 'POST', body: '<a/>', headers: { 'content-type': 'application/xml' } }, 415, 'unsupported_media_type'],
  ])('answers %s with problem+json', async (path, init, status, code) => {
    const answer = await get(path, init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ status, code });
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('nothing-here');
  });

  it.each([
    ['POST', '/livez', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/named/anything', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/metrics', 'GET, HEAD, OPTIONS'],
    ['TRACE', '/readyz', 'GET, HEAD, OPTIONS'],
    ['GET', '/echo', 'POST, OPTIONS'],
    ['HEAD', '/echo', 'POST, OPTIONS'],
    ['PUT', '/echo', 'POST, OPTIONS'],
  ])('answers %s %s with 405 and the supported methods, and OPTIONS with 204 and the same methods', async (method, path, allow) => {
    const refused = await send(method, path);
    expect(refused).toMatchObject({ status: 405, allow, type: 'application/problem+json; charset=utf-8' });
    if (method !== 'HEAD')
      expect(JSON.parse(refused.text)).toEqual({
        type: 'urn:alloy:problem:method_not_allowed',
        title: 'Method not allowed',
        status: 405,
        code: 'method_not_allowed',
        detail: `This path supports only ${allow}.`,
      });
    expect(await send('OPTIONS', path)).toMatchObject({ status: 204, allow, text: '' });
  });

  it('answers with 405 before it reads the body, and with 404 for any method on an unknown path', async () => {
    expect(
      await send('PUT', '/echo', { 'content-type': 'application/xml', 'content-length': '1000000', expect: '100-continue' }),
    ).toMatchObject({ status: 405 });
    for (const method of ['GET', 'PUT', 'OPTIONS', 'PROPFIND'])
      expect(await send(method, '/nothing-here')).toMatchObject({ status: 404, allow: undefined });
  });

  it('accepts names of 128 characters in a path', async () => {
    expect((await get(`/named/${'n'.repeat(128)}`)).status).toBe(200);
    expect((await get(`/named/${'n'.repeat(129)}`)).status).toBe(414);
  });

  it.each([
    ['/away', 503, '2'],
    ['/too-many', 429, '2'],
    ['/busy', 429, '7'],
    ['/refused', 409, null],
    ['/bug', 500, null],
  ])('answers %s with %i and Retry-After %s', async (path, status, retryAfter) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
  });

  it('logs no secret value', async () => {
    const body = JSON.stringify({ token: 'abcdef123', deep: { masterKey: 'hunter2' } });
    await get('/echo', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(lines.text).toContain('got Bearer [redacted]');
    expect(lines.text).not.toContain('abcdef123');
    expect(lines.text).not.toContain('hunter2');
  });

  it('explains in one sentence that the port is in use', async () => {
    const error: unknown = await startService(options(service.port)).catch((e: unknown) => e);
    expect(explainStartFailure(error)).toEqual({
      why: `port ${service.port} on 127.0.0.1 is taken; set PORT to another one`,
      code: 'EADDRINUSE',
    });
  });

  it('is unready if a part is unready, and closes parts after the HTTP server', async () => {
    await get('/ill');
    const answer = await get('/readyz');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toMatchObject({ status: 'unavailable', checks: { part: 'failed' } });
    closed.length = 0;
    await service.close();
    expect(closed).toEqual(['part']);
    await expect(get('/livez')).rejects.toThrow();
  });
});

it('stops without waiting for a connection that is kept alive after the last response', async () => {
  const other = await startService(options());
  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<void>((resolve, reject) => {
    request({ port: other.port, path: '/slow', agent }, (answer) => answer.resume().on('end', () => resolve())).on('error', reject).end();
  });
  await eventually(() => expect(answerSlow).toBeDefined());
  const stopped = other.close();
  await eventually(() => expect(fetch(`http://127.0.0.1:${other.port}/livez`)).rejects.toThrow());
  answerSlow!();
  await answered;
  await stopped;
  agent.destroy();
});

it('answers a request over an open connection while it stops', async () => {
  answerSlow = undefined;
  const other = await startService(options());
  const head = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  let received = '';
  const socket = connect(other.port, '127.0.0.1').setEncoding('utf8').on('data', (text: string) => (received += text));
  const ended = new Promise((resolve) => socket.on('close', resolve));
  socket.write(head('/slow'));
  await eventually(() => expect(answerSlow).toBeDefined());
  const stopped = other.close();
  await eventually(() => expect(fetch(`http://127.0.0.1:${other.port}/livez`)).rejects.toThrow());
  const before = refusals;
  socket.write(head('/refused'));
  // A request that arrives after the last response finds a closed connection.
  await eventually(() => expect(refusals).toBe(before + 1));
  answerSlow!();
  await ended;
  await stopped;
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 409']);
});

describe('explainStartFailure', () => {
  it('names every invalid variable without its value', () => {
    const schema = z.object({ PORT: z.coerce.number(), MODE: z.enum(['a', 'b']), NEEDED: z.string() });
    const failure = () => parseConfig(schema, { PORT: 'hunter2', MODE: 'hunter2' });
    expect(failure).toThrow(/PORT: .*MODE: .*NEEDED: is missing/);
    expect(failure).not.toThrow(/hunter2/);
  });

  it('names the variables of an unavailable server, also if it has several addresses', () => {
    const refused = (address: string) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}:5432`), { code: 'ECONNREFUSED', port: 5432, address });
    const both = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), { code: 'ECONNREFUSED' });
    expect(explainStartFailure(refused('127.0.0.1'))).toEqual({
      why: expect.stringMatching(/^connect ECONNREFUSED 127\.0\.0\.1:5432: .*DATABASE_URL.*NATS_URL/),
      code: 'ECONNREFUSED',
    });
    expect(explainStartFailure(both)).toEqual({ why: expect.stringMatching(/^connect ECONNREFUSED ::1:5432: /), code: 'ECONNREFUSED' });
  });
});
