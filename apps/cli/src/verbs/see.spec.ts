import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alloy, TOKEN } from '../testing/alloy';
import { problem } from '../testing/fake-api';
import { canary, ID, release } from '../testing/releases';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('status', () => {
  it.each([
    ['promoted', 0],
    ['rolledBack', 3],
    ['failed', 3],
    ['stuck', 3],
    ['paused', 5],
    ['rejected', 6],
    ['superseded', 6],
    ['aborted', 6],
    ['releasing', 0],
  ] as const)('%s ends with %i', async (status, code) => {
    const reason = { code: 'error_rate' as const, rule: 'r', text: 'too many errors', evidence: {} };
    const ran = await alloy(['status', ID], { [`GET /api/v1/releases/${ID}`]: () => release({ status, reason }) });
    expect(ran).toMatchObject({ code, out: `release ${ID} of shop v2 (production) is ${status}: too many errors [error_rate]\n` });
  });

  it('appends a summary', async () => {
    writeFileSync(join(folder, 'summary.md'), '# before\n');
    await alloy(['status', ID, '--summary', 'summary.md'], { [`GET /api/v1/releases/${ID}`]: () => canary() }, { cwd: folder });
    const text = readFileSync(join(folder, 'summary.md'), 'utf8');
    expect(text).toMatch(/^# before\n## shop/);
    expect(text).toContain(`https://alloy.test/api/v1/releases/${ID}`);
    expect(
      await alloy(['status', ID, '--summary', 'no/such/folder.md'], { [`GET /api/v1/releases/${ID}`]: () => canary() }, { cwd: folder }),
    ).toMatchObject({ code: 2, err: expect.stringContaining("can't be written") });
  });
});

describe('get', () => {
  it('lists releases page by page, up to the limit', async () => {
    const page = ({ query }: { query: Readonly<Record<string, string>> }) =>
      query['cursor'] === undefined
        ? { items: [release({ id: '01B' }), release({ id: '01A' })], nextCursor: 'next' }
        : { items: [release({ id: '019', imageTag: 'v1' })], nextCursor: null };
    const { code, out, asked } = await alloy(['get', 'releases', '--status', 'promoted,paused'], { 'GET /api/v1/releases': page });
    expect({ code, out }).toEqual({ code: 0, out: [
      'RELEASE   PROJECT   ENVIRONMENT   STATUS      STRATEGY   TAG   AGE',
      '01B       shop      production    requested   auto       v2    2m',
      '01A       shop      production    requested   auto       v2    2m',
      '019       shop      production    requested   auto       v1    2m', ''].join('\n') });
    expect(asked.map(({ query }) => query)).toEqual([
      { project: 'shop', status: 'promoted,paused', limit: '20' },
      { project: 'shop', status: 'promoted,paused', limit: '20', cursor: 'next' },
    ]);
    expect((await alloy(['get', 'releases', '--limit', '1', '-o', 'name'], { 'GET /api/v1/releases': page })).out).toBe('01B\n');
    expect((await alloy(['get', 'releases', '--limit', '1', '-o', 'yaml'], { 'GET /api/v1/releases': page })).out).toMatch(
      /^items:\n {2}- id: 01B\n/,
    );
  });

  it('uses colours only on a colour terminal, and escapes control characters', async () => {
    const routes = {
      'GET /api/v1/releases': () => ({ items: [release({ status: 'promoted', imageTag: 'v\u001b[31m' })], nextCursor: null }),
    };
    expect((await alloy(['get', 'releases'], routes)).out).not.toContain('\u001b');
    expect((await alloy(['get', 'releases'], routes, { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
    const { out } = await alloy(['get', 'releases'], routes, { isTTY: true });
    expect(out).toContain('\u001b[32mpromoted');
    expect(out).not.toContain('v\u001b[31m');
  });

  const drift = {
    since: '2025-12-31T23:00:00.000Z', manager: 'kubectl-rollout', onDrift: 'adopt', next: 'the next release adopts it',
    live: { release: 'R1', image: 'r/web:v1', differences: [] },
  };
  const drifted = {
    project: 'shop', environment: 'production', releaseId: 'R2', artifact: 'a', image: 'r/web', imageTag: 'v2',
    since: '2025-12-31T22:00:00.000Z', judged: true, restorable: true, drift,
  };
  const newest = () => ({ items: [release({ status: 'promoted' })], nextCursor: null });
  const ended = () => {
    const promoted = release({ status: 'promoted' });
    return { ...promoted, times: { ...promoted.times, endedAt: '2025-12-31T22:00:00.000Z' } };
  };

  it('shows the newest release of the project if it names none', async () => {
    const { code, out, asked } = await alloy(['get', 'release', '--project', 'blog', '-o', 'name'], {
      'GET /api/v1/releases': newest, [`GET /api/v1/releases/${ID}`]: ended,
    });
    expect({ code, out, project: asked[0]!.query['project'] }).toEqual({ code: 0, out: `${ID}\n`, project: 'blog' });
  });

  it('says in the status and in the stable version what runs instead of it, since when, and what the next release does', async () => {
    const routes = {
      'GET /api/v1/releases': newest, [`GET /api/v1/releases/${ID}`]: ended,
      'GET /api/v1/projects/shop/stable': () => drifted,
    };
    const text = 'r/web:v1 runs, since 2025-12-31T23:00:00.000Z, changed by kubectl-rollout';
    expect(await alloy(['status'], routes)).toMatchObject({
      code: 0, err: `the stable version v2 does not run: ${text}; the next release adopts it\n`,
    });
    expect((await alloy(['get', 'stable'], routes)).out).toContain(`not: ${text}`);
  });

  it('says nothing about a stable version in the status if none is recorded, or it runs', async () => {
    const routes = { 'GET /api/v1/releases': newest, [`GET /api/v1/releases/${ID}`]: ended };
    const none = () => problem(404, 'no_stable_version', 'None yet.');
    for (const stable of [none, () => ({ ...drifted, drift: null })])
      expect(await alloy(['status'], { ...routes, 'GET /api/v1/projects/shop/stable': stable })).toMatchObject({ code: 0, err: '' });
  });

  it('shows the stable version, and ends with 1 if there is none', async () => {
    const stable = {
      project: 'shop', environment: 'production', releaseId: null, artifact: 'a', image: 'r/web', imageTag: 'v0',
      since: '2025-12-31T22:00:00.000Z', judged: false, restorable: true,
    };
    expect(await alloy(['get', 'stable'], { 'GET /api/v1/projects/shop/stable': () => stable })).toMatchObject({
      code: 0,
      out: expect.stringContaining('(ran before Alloy)   not judged   2h'),
    });
    expect(
      await alloy(['get', 'stable'], { 'GET /api/v1/projects/shop/stable': () => problem(404, 'no_stable_version', 'None yet.') }),
    ).toMatchObject({ code: 1, err: 'alloy: None yet. [no_stable_version]\n' });
  });
});

describe('a server that', () => {
  const list = (answer: () => unknown) => alloy(['get', 'releases'], { 'GET /api/v1/releases': answer });

  it('is unavailable: 1, with its address', async () => {
    const refused: typeof fetch = async () => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8080'), { code: 'ECONNREFUSED' }),
      });
    };
    const ran = await alloy(['get', 'releases'], {}, { fetch: refused });
    expect(ran).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^alloy: no Alloy answers at https:\/\/alloy\.test: connect ECONNREFUSED 127\.0\.0\.1:8080\nCheck that it runs there/,
      ),
    });
  });

  it.each([
    [401, 1, 'The token is not valid for this server'],
    [403, 6, 'This token is not valid for this project. [forbidden_project]'],
    [500, 1, 'It broke. [forbidden_project]'],
  ])('answers %i: %i', async (status, code, output) => {
    const { err, ...ran } = await list(() =>
      problem(status, 'forbidden_project', status === 403 ? 'This token is not valid for this project.' : 'It broke.'),
    );
    expect(ran).toMatchObject({ code, out: '' });
    expect(err).toContain(output);
    expect(err).not.toContain(TOKEN);
  });

  it.each([
    [404, 'unknown_project', {}, 1, '`alloy get projects` lists all projects.'],
    [
      404,
      'not_found',
      {},
      1,
      'The server has no such route. Check that the address is that of Alloy, and that the server is not older than this command line.',
    ],
    [
      403,
      'forbidden_scope',
      {},
      6,
      'This needs a token with a higher scope; an administrator of the project can create one with `alloy token create`.',
    ],
    [409, 'in_flight', { 'retry-after': '10' }, 1, 'Retry in a moment with the same --idempotency-key.'],
    [429, 'too_many_requests', { 'retry-after': '37' }, 1, 'Retry in 37 s.'],
    [429, 'too_many_requests', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 1, 'Retry in a moment.'],
  ])('answers %i %s: a hint', async (status, code, headers, exit, output) => {
    const answer = () =>
      new Response(JSON.stringify({ code, detail: 'No.' }), { status, headers: new Headers(headers as Record<string, string>) });
    expect(await list(answer)).toMatchObject({ code: exit, err: `alloy: No. [${code}]\n${output}\n` });
  });

  it('uses plain http: one warning, unless it is this machine', async () => {
    const routes = {
      'GET /api/v1/releases': () => ({ items: [release()], nextCursor: null }),
      [`GET /api/v1/releases/${ID}`]: () => release(),
    };
    const to = (url: string) => alloy(['status', '-o', 'name'], routes, { env: { ALLOY_URL: url } });
    expect(await to('http://alloy.example:8080')).toMatchObject({
      code: 0,
      err: 'warning: the token is sent to alloy.example:8080 unencrypted (http)\n',
    });
    for (const safe of ['https://alloy.example', 'http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:8080'])
      expect(await to(safe)).toMatchObject({ code: 0, err: '' });
    for (const other of ['http://127.0.0.1.example', 'http://localhost.example']) expect((await to(other)).err).toContain('warning');
  });

  it('is not Alloy: 1', async () => {
    expect(await list(() => new Response('<html>'))).toMatchObject({
      code: 1,
      err: 'alloy: the server at https://alloy.test is not Alloy\n',
    });
    expect(await list(() => new Response('<html>', { status: 502 }))).toMatchObject({ code: 1, err: expect.stringContaining('HTTP 502') });
  });
});
