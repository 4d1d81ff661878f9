import { securityHeaders } from '@alloy/service';
import { startTestIngest, TOKEN, type TestIngest } from '../testing/test-ingest';
import { sendBytes } from '../testing/raw-http';
import { routesOf } from '../testing/routes';

let ingest: TestIngest;
let hasty: TestIngest;
beforeAll(async () => {
  [ingest, hasty] = await Promise.all([startTestIngest(), startTestIngest({ HTTP_HEADER_SECONDS: '0.2' })]);
});
afterAll(() => Promise.all([ingest?.close(), hasty?.close()]));

const headersOf = async (path: string, init?: RequestInit): Promise<Record<string, string | null>> => {
  const answer = await fetch(`http://127.0.0.1:${ingest.port}${path}`, init);
  await answer.body?.cancel();
  return Object.fromEntries(Object.keys(securityHeaders).map((name) => [name, answer.headers.get(name)]));
};
const CALLERS: readonly Readonly<Record<string, string>>[] = [{}, { authorization: `Bearer ${TOKEN}` }];
const DOCS = { ...securityHeaders, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" };

describe('the security headers', () => {
  it('are in the response of every route, with and without a token', async () => {
    for (const { method, path } of routesOf(ingest.app)) {
      for (const headers of CALLERS) {
        const found = await headersOf(path.replaceAll(/:\w+/g, 'nowhere'), { method, headers });
        expect([method, path, found]).toEqual([method, path, path === '/docs' ? DOCS : securityHeaders]);
      }
    }
  });

  it('prevent caching of a created token', async () => {
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ scope: 'read', projects: ['shop'] }),
    };
    expect(await headersOf('/api/v1/tokens', init)).toEqual(securityHeaders);
  });

  it.each([
    ['the live feed', '/api/v1/events', { accept: 'text/event-stream' }],
    ['an unknown path', '/nowhere', {}],
    ['a malformed path', '/nowhere%ff', {}],
    ['a path that is too long', `/api/v1/releases/${'x'.repeat(500)}`, {}],
    ['NUL', '/%00', {}],
  ])('are in the answer of %s', async (_what, path, headers) => {
    expect(await headersOf(path, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } })).toEqual(securityHeaders);
  });

  it.each([
    ['a request that is not HTTP', 'NONSENSE\r\n\r\n', 400],
    ['headers that do not arrive', 'GET / HTTP/1.1\r\n', 408],
    ['headers that are too large', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('are in the answer to %s', async (_what, text, status) => {
    const answer = await sendBytes(hasty.port, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const [name, value] of Object.entries(securityHeaders)) expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
  });
});
