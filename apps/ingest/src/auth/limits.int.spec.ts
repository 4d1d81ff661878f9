import { body } from '../testing/deploy-body';
import { startTestIngest, OTHER_TOKEN, TOKEN, type TestIngest } from '../testing/test-ingest';
import { sendBytes } from '../testing/raw-http';

let ingest: TestIngest;
afterEach(() => ingest?.close());

const look = (token: string | null, project = 'shop') =>
  fetch(`http://127.0.0.1:${ingest.port}/api/v1/projects/${project}/history`, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });

async function expectTooMany(answer: Response): Promise<void> {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([429, 'application/problem+json; charset=utf-8']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ code: 'too_many_requests' });
}

describe('a flood', () => {
  it('with one token is refused with Retry-After, and other tokens are served', async () => {
    ingest = await startTestIngest({ RATE_LIMIT_PER_TOKEN: '3' });
    for (let i = 0; i < 3; i += 1) expect((await look(TOKEN)).status).toBe(200);
    await expectTooMany(await look(TOKEN));
    await expectTooMany(
      await fetch(`http://127.0.0.1:${ingest.port}/api/webhook/deploy`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify(body()),
      }),
    );
    expect((await look(OTHER_TOKEN, 'theirs')).status).toBe(200);
    expect(await ingest.asOwner('SELECT FROM event')).toEqual([]);
  });

  it('from one address is refused before its token is checked, and probes are served', async () => {
    ingest = await startTestIngest({ RATE_LIMIT_PER_ADDRESS: '3' });
    for (let i = 0; i < 3; i += 1) expect((await look(null)).status).toBe(401);
    await expectTooMany(await look(null));
    await expectTooMany(await look(TOKEN));
    for (let i = 0; i < 5; i += 1) expect((await ingest.call('/health', { token: null })).status).toBe(200);
  });

  it('is served if the limit is 0 (no limit)', async () => {
    ingest = await startTestIngest({ RATE_LIMIT_PER_ADDRESS: '0', RATE_LIMIT_PER_TOKEN: '0' });
    for (let i = 0; i < 5; i += 1) expect((await look(TOKEN)).status).toBe(200);
  });
});

describe('behind a proxy', () => {
  const from = (address: string, more: Readonly<Record<string, string>> = {}) =>
    ingest.call('/api/v1/projects/shop/history', { token: null, headers: { 'x-forwarded-for': address, ...more } });

  it('counts and records the address that a trusted proxy reports', async () => {
    ingest = await startTestIngest({ RATE_LIMIT_PER_ADDRESS: '2', ALLOY_TRUST_PROXY: '127.0.0.0/8, ::1' });
    for (let i = 0; i < 2; i += 1) expect((await from('192.0.2.1')).status).toBe(401);
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.2')).status).toBe(401);
    // The client's own header, before the proxy adds the address, has no effect.
    expect((await from('192.0.2.9, 192.0.2.1')).status).toBe(429);
    const seen = ingest.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ audit }) => audit === 'refused')
      .map(({ address }) => address);
    expect(seen).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.2']);
  });

  it('returns the release’s URL with the scheme and host of the proxy', async () => {
    ingest = await startTestIngest({ ALLOY_TRUST_PROXY: '127.0.0.1' });
    const answer = await ingest.call('/api/webhook/deploy', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
      body: JSON.stringify(body()),
    });
    expect(answer.json.status_url).toMatch(/^https:/);
  });

  it('ignores the headers of an untrusted proxy', async () => {
    ingest = await startTestIngest({ RATE_LIMIT_PER_ADDRESS: '2', ALLOY_TRUST_PROXY: '192.0.2.7' });
    for (const address of ['192.0.2.1', '192.0.2.2']) expect((await from(address)).status).toBe(401);
    expect((await from('192.0.2.3')).status).toBe(429);
    expect(ingest.lines.join('')).not.toContain('192.0.2.');
  });
});

const send = (text: string): Promise<string> => sendBytes(ingest.port, text);
const head = (...lines: readonly string[]): string =>
  [
    'POST /api/webhook/deploy HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n');

describe('a body', () => {
  it('with an announced length above the limit is refused before it is sent', async () => {
    ingest = await startTestIngest();
    const answer = await send(head('Content-Length: 9000000', 'Connection: close'));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"too_large"');
  });

  it('that is incomplete is answered with 408', async () => {
    ingest = await startTestIngest({ HTTP_REQUEST_SECONDS: '0.3' });
    const answer = await send(`${head('Content-Length: 1000')}{"user_id":`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"timed_out"');
  });

  it('after a head that is not HTTP is answered with 400', async () => {
    ingest = await startTestIngest();
    const answer = await send('NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"bad_request"');
  });
});

describe('a refusal', () => {
  it('logs a line with account, address and route, and without secrets', async () => {
    ingest = await startTestIngest();
    await look('a-token-that-unknown-has');
    await look(OTHER_TOKEN);
    const lines = ingest.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ audit }) => audit === 'refused');
    const where = { method: 'GET', route: '/api/v1/projects/:id/history', address: '127.0.0.1' };
    expect(lines).toMatchObject([{ ...where, status: 401, account: null }, { ...where, status: 403, account: 'other' }]);
    expect(JSON.stringify(ingest.lines)).not.toContain('a-token-that-unknown-has');
  });
});
