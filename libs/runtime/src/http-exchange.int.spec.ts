import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLong, openExchange, readBody } from './http-exchange';

let server: Server;
afterEach(() => new Promise<void>((resolve) => {
  server.close(() => resolve());
  server.closeAllConnections();
}));

async function serve(listener: RequestListener): Promise<URL> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`);
}

it('sends the body with its length in bytes, and returns the unread answer', async () => {
  const url = await serve((request, response) => {
    response.setHeader('seen', `${request.method} ${request.headers['content-length']} ${request.headers['x-own']}`);
    request.pipe(response);
  });
  const answer = await openExchange(url, { method: 'POST', body: '{"ü":1}', headers: { 'x-own': 'yes' }, agent: false });
  expect([answer.statusCode, answer.headers.seen, (await readBody(answer)).toString()]).toEqual([200, 'POST 8 yes', '{"ü":1}']);
});

it('rejects if the server is silent for `idleMs`, or if the signal is aborted', async () => {
  const url = await serve(() => undefined);
  await expect(openExchange(url, { idleMs: 20, agent: false })).rejects.toThrow('timed out');
  await expect(openExchange(url, { signal: AbortSignal.timeout(20), agent: false })).rejects.toMatchObject({ name: 'AbortError' });
});

it('cuts or refuses a body that is longer than the limit, and accepts one of exactly that length', async () => {
  const url = await serve((_, response) => response.end('x'.repeat(100)));
  const answer = () => openExchange(url, { agent: false });
  expect(await readBody(await answer(), 100)).toHaveLength(100);
  expect(await readBody(await answer(), 99, 'cut')).toHaveLength(99);
  await expect(readBody(await answer(), 99)).rejects.toThrow(BodyTooLong);
});
