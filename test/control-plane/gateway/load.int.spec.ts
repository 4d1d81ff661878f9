import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Load } from './load';

describe('a constant load', () => {
  let server: Server;
  let port: number;
  let received: number;
  /** Answers a request by its number, from 1. */
  let answer: (number: number, ...exchange: Parameters<RequestListener>) => void;
  beforeEach(async () => {
    received = 0;
    answer = (_, request, response) => void response.setHeader('x-version', String(request.headers.host)).end();
    server = createServer((...exchange) => answer(++received, ...exchange));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it('counts every request once, and the requests of a part separately', async () => {
    const load = Load.start(port, { host: 'v1' });
    const [first, second] = [await load.next(20), await load.next(30)];
    expect([first, second]).toMatchObject([
      { requests: 20, byVersion: { v1: 20 }, failed: [] },
      { requests: 30, byVersion: { v1: 30 }, failed: [] },
    ]);
    const { requests, line } = await load.stop();
    expect(requests).toBe(received);
    expect(line).toBe(`0 failed of ${received} requests`);
  });

  it('reports requests without a good response, and does not repeat them', async () => {
    const good = answer;
    answer = (number, request, response) => {
      if (number % 5 === 0) return void request.socket.destroy();
      if (number % 7 === 0) return void response.writeHead(503).end('no healthy upstream');
      good(number, request, response);
    };
    const load = Load.start(port, { host: 'v1' });
    await load.next(70);
    const { requests, failed } = await load.stop();
    const numbers = Array.from({ length: received }, (_, index) => index + 1);
    expect(requests).toBe(received);
    expect(failed.filter(({ cause }) => cause === 'ECONNRESET')).toHaveLength(numbers.filter((number) => number % 5 === 0).length);
    expect(failed.filter(({ cause }) => cause === 'status 503: no healthy upstream')).toHaveLength(
      numbers.filter((number) => number % 5 !== 0 && number % 7 === 0).length,
    );
  });

  it('does not wait for responses before it sends further requests', async () => {
    const waiting: (() => void)[] = [];
    answer = (_, request, response) => void waiting.push(() => response.setHeader('x-version', 'v1').end());
    const load = Load.start(port, { host: 'v1' });
    while (waiting.length < 10) await new Promise((resolve) => setImmediate(resolve));
    expect(load.report().requests).toBe(0);
    answer = (_, request, response) => void response.setHeader('x-version', 'v1').end();
    for (const respond of waiting) respond();
    expect(await load.stop()).toMatchObject({ failed: [] });
  });

  it.each([0, 501, NaN])('refuses a rate of %d per second', (rps) => {
    expect(() => Load.start(port, { host: 'v1', rps })).toThrow('at most 500 requests per second');
  });
});
