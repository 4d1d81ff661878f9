import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { eventually } from '../../../../test/support/eventually';
import { connectionLimitsOf, type ConnectionLimits } from './connection-limits';
import { createHttpServer } from './create-http-server';
import { measureConnections } from './measure-connections';
import { reserveForProbes } from './reserve-for-probes';

/** Longer than any test takes. */
const NEVER: Partial<ConnectionLimits> = { HTTP_HEADER_SECONDS: 300, HTTP_REQUEST_SECONDS: 300, HTTP_IDLE_SECONDS: 300 };
const head = (path: string, ...lines: readonly string[]): string => [`GET ${path} HTTP/1.1`, 'host: x', ...lines, '', ''].join('\r\n');

let server: Server;
const sockets: Socket[] = [];
/** Number of requests to `/late` whose handler has started. */
const late: ServerResponse[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  late.splice(0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const answer: RequestListener = ({ url }, response) => {
  if (url === '/late') return void late.push(response);
  if (url === '/long') return void response.write(Buffer.alloc(64 * 1_048_576));
  response.end('done');
};

async function listen(limits: Partial<ConnectionLimits>): Promise<void> {
  server = createHttpServer(answer, { tls: undefined, limits: connectionLimitsOf({ ...NEVER, ...limits }) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

interface Client {
  readonly socket: Socket;
  received: string;
  readonly closed: Promise<unknown>;
}

async function open(text = ''): Promise<Client> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8').on('error', () => undefined);
  sockets.push(socket);
  const client: Client = { socket, received: '', closed: new Promise((resolve) => socket.once('close', resolve)) };
  socket.on('data', (chunk: string) => (client.received += chunk)).write(text);
  await Promise.race([once(socket, 'connect'), client.closed]);
  return client;
}

/**
 * A client whose request is in progress; on a busy machine a connection may count as idle before its request is read.
 */
const openLate = (): Promise<Client> => eventually(async () => {
  const before = late.length;
  const client = await open(head('/late'));
  await eventually(() => expect(late.length > before || client.socket.destroyed).toBe(true));
  expect(late.length).toBeGreaterThan(before);
  return client;
});

describe('createHttpServer', () => {
  it.each([
    ['that never sends a request', ''],
    ['whose headers stop', 'GET / HTTP/1.1\r\nhost:'],
  ])('answers a connection %s with 408 after HTTP_HEADER_SECONDS', async (_what, text) => {
    await listen({ HTTP_HEADER_SECONDS: 0.2 });
    const client = await open(text);
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('closes a connection with an incomplete body after HTTP_REQUEST_SECONDS', async () => {
    await listen({ HTTP_REQUEST_SECONDS: 0.2 });
    const client = await open(head('/late', 'content-length: 10'));
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('closes a kept-alive connection after HTTP_IDLE_SECONDS without a request', async () => {
    await listen({ HTTP_IDLE_SECONDS: 0.2 });
    const client = await open(head('/'));
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 200 [^]*done$/);
  });

  it('keeps connections with a request in progress or a quiet stream longer than HTTP_IDLE_SECONDS', async () => {
    await listen({ HTTP_IDLE_SECONDS: 0.2 });
    const [working, stream] = [await openLate(), await openLate()];
    const [answerWorking, answerStream] = late.slice(-2);
    answerStream!.writeHead(200, { 'content-type': 'text/event-stream' }).write(': begun\n\n');
    await eventually(() => expect(stream.received).toContain(': begun'));
    // The idle time of this connection starts, and therefore ends, after theirs.
    await (await open(head('/'))).closed;
    answerWorking!.end('at last');
    answerStream!.write('data: news\n\n');
    await eventually(() =>
      expect([working.received, stream.received]).toEqual([expect.stringContaining('at last'), expect.stringContaining('data: news')]),
    );
    // After the response it is idle like any other connection.
    await working.closed;
    expect(stream.socket.destroyed).toBe(false);
  });

  it('closes a connection whose client does not read the response for HTTP_IDLE_SECONDS', async () => {
    await listen({ HTTP_IDLE_SECONDS: 0.2 });
    const { socket } = await eventually(async () => {
      const client = await open(head('/long'));
      await eventually(() => expect(client.received !== '' || client.socket.destroyed).toBe(true));
      expect(client.received).toMatch(/^HTTP\/1\.1 200 /);
      return client;
    });
    const closed = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
    socket.pause();
    await eventually(async () => expect(await promisify(server.getConnections.bind(server))()).toBe(0));
    socket.resume();
    await closed;
  });

  describe('a server with HTTP_MAX_CONNECTIONS open connections', () => {
    let registry: Registry;
    let lines: string[];
    let full: readonly Client[];
    beforeEach(async () => {
      await listen({ HTTP_MAX_CONNECTIONS: 2 });
      [registry, lines] = [new Registry(), []];
      measureConnections(server, 2, registry, pino({ base: undefined }, { write: (line: string) => void lines.push(line) }));
      full = [await open(head('/')), await open(head('/'))];
      await eventually(() =>
        expect(full.map(({ received }) => received)).toEqual([expect.stringContaining('done'), expect.stringContaining('done')]),
      );
    });

    it('refuses a request with 503 and Retry-After, counts it, and accepts requests again after some connections have ended', async () => {
      for (let i = 0; i < 2; i += 1) {
        const refused = await open(head('/'));
        await refused.closed;
        expect(refused.received).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 2\r\n[^]*"code":"too_many_connections"/i);
      }
      const metrics = await registry.metrics();
      expect(metrics).toMatch(/^alloy_http_connections 2$/m);
      expect(metrics).toMatch(/^alloy_http_connections_refused_total 2$/m);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ limit: 2, refused: 1, msg: 'connections are refused because HTTP_MAX_CONNECTIONS are open' }),
      ]);
      full[0]!.socket.end();
      await full[0]!.closed;
      await eventually(async () => {
        const third = await open(head('/'));
        await eventually(() => expect(third.received).toContain('done'), { timeoutMs: 500 });
      });
    });

    it.each(['/livez', '/readyz', '/readyz?verbose', '/health', '/metrics'])('answers %s on an additional connection', async (path) => {
      const probe = await open(head(path));
      await probe.closed;
      expect(probe.received).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*done$/i);
      expect(await registry.metrics()).toMatch(/^alloy_http_connections_refused_total 0$/m);
    });

    it('closes an additional connection without a request, so that there is room for probes', async () => {
      const silent = await open();
      await silent.closed;
      expect(silent.received).toBe('');
      expect(await registry.metrics()).toMatch(/^alloy_http_connections_refused_total 1$/m);
    });
  });

  it('immediately closes connections above the reserve for probes', async () => {
    server = createServer();
    reserveForProbes(server, answer, { limit: 1, reserved: 1, silentMs: 300_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const [kept, silent] = [await open(head('/')), await open()];
    await eventually(() => expect(kept.received).toContain('done'));
    const refused = await open(head('/livez'));
    await refused.closed;
    expect([refused.received, silent.socket.destroyed]).toEqual(['', false]);
  });

  it.each([
    ['an answer', head('/')],
    ['an expectation that it does not know', head('/', 'expect: miracles')],
    ['a request without a Host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('gives %s the security headers', async (_what, text) => {
    await listen({ HTTP_IDLE_SECONDS: 0.2 });
    const client = await open(text);
    await client.closed;
    expect(client.received).toContain('x-content-type-options: nosniff\r\n');
    expect(client.received).toContain("content-security-policy: frame-ancestors 'none'\r\n");
    expect(client.received).toContain('cache-control: no-store\r\n');
  });
});
