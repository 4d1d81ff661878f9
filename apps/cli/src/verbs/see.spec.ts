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
  it.each([['promoted', 0], ['rolledBack', 3], ['failed', 3], ['stuck', 3], ['paused', 5], ['rejected', 6], ['superseded', 6], ['aborted', 6], ['releasing', 0]] as const)('%s ends with %i', async (status, code) => {
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
    expect(await alloy(['status', ID, '--summary', 'no/such/folder.md'], { [`GET /api/v1/releases/${ID}`]: () => canary() }, { cwd: folder })).toMatchObject({ code: 2, err: expect.stringContaining("can't be written") });
  });
});

describe('get', () => {
  it('lists releases page by page, up to the limit', async () => {
    const page = ({ query }: { query: Readonly<Record<string, string>> }) => (query['cursor'] === undefined ? { items: [release({ id: '01B' }), release({ id: '01A' })], nextCursor: 'next' } : { items: [release({ id: '019', imageTag: 'v1' })], nextCursor: null });
    const { code, out, asked } = await alloy(['get', 'releases', '--status', 'promoted,paused'], { 'GET /api/v1/releases': page });
    expect({ code, out }).toEqual({ code: 0, out: [
      'RELEASE   PROJECT   ENVIRONMENT   STATUS      STRATEGY   TAG   AGE',
      '01B       shop      production    requested   auto       v2    2m',
      '01A       shop      production    requested   auto       v2    2m',
      '019       shop      production    requested   auto       v1    2m', ''].join('\n') });
    expect(asked.map(({ query }) => query)).toEqual([{ project: 'shop', status: 'promoted,paused', limit: '20' }, { project: 'shop', status: 'promoted,paused', limit: '20', cursor: 'next' }]);
    expect((await alloy(['get', 'releases', '--limit', '1', '-o', 'name'], { 'GET /api/v1/releases': page })).out).toBe('01B\n');
    expect((await alloy(['get', 'releases', '--limit', '1', '-o', 'yaml'], { 'GET /api/v1/releases': page })).out).toMatch(/^items:\n {2}- id: 01B\n/);
  });

  it('shows no colours but on a terminal that wants them, and nothing of others’ control characters', async () => {
    const routes = { 'GET /api/v1/releases': () => ({ items: [release({ status: 'promoted', imageTag: 'v\u001b[31m' })], nextCursor: null }) };
    expect((await alloy(['get', 'releases'], routes)).out).not.toContain('\u001b');
    expect((await alloy(['get', 'releases'], routes, { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
    const { out } = await alloy(['get', 'releases'], routes, { isTTY: true });
    expect(out).toContain('\u001b[32mpromoted');
    expect(out).not.toContain('v\u001b[31m');
  });

  it('shows what is stable, and ends with 1 where nothing is', async () => {
    const stable = { project: 'shop', environment: 'production', releaseId: null, artifact: 'a', image: 'r/web', imageTag: 'v0', since: '2025-12-31T22:00:00.000Z', restorable: true };
    expect(await alloy(['get', 'stable'], { 'GET /api/v1/projects/shop/stable': () => stable })).toMatchObject({ code: 0, out: expect.stringContaining('(ran before Alloy)   2h') });
    expect(await alloy(['get', 'stable'], { 'GET /api/v1/projects/shop/stable': () => problem(404, 'no_stable_version', 'None yet.') })).toMatchObject({ code: 1, err: 'alloy: None yet. [no_stable_version]\n' });
  });
});

describe('a server that', () => {
  const list = (answer: () => unknown) => alloy(['get', 'releases'], { 'GET /api/v1/releases': answer });

  it('is away: 1, with where it was looked for', async () => {
    const refused: typeof fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8080'), { code: 'ECONNREFUSED' }) });
    };
    const ran = await alloy(['get', 'releases'], {}, { fetch: refused });
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^alloy: no Alloy answers at https:\/\/alloy\.test: connect ECONNREFUSED 127\.0\.0\.1:8080\nIs it running there\?/) });
  });

  it.each([
    [401, 1, 'The token is not good here'],
    [403, 6, 'This token is not for that project. [forbidden_project]'],
    [500, 1, 'It broke. [forbidden_project]'],
  ])('says %i: %i', async (status, code, told) => {
    const { err, ...ran } = await list(() => problem(status, 'forbidden_project', status === 403 ? 'This token is not for that project.' : 'It broke.'));
    expect(ran).toMatchObject({ code, out: '' });
    expect(err).toContain(told);
    expect(err).not.toContain(TOKEN);
  });

  it.each([
    [404, 'unknown_project', {}, 1, '`alloy get projects` lists those that there are.'],
    [404, 'not_found', {}, 1, 'It has no such route: is that the address of Alloy itself, and is that Alloy as new as this command line?'],
    [403, 'forbidden_scope', {}, 6, 'A token with a higher scope is needed: who may administer the project makes one by `alloy token create`.'],
    [409, 'in_flight', { 'retry-after': '10' }, 1, 'Try again in a moment, with the same --idempotency-key.'],
    [429, 'too_many_requests', { 'retry-after': '37' }, 1, 'Try again in 37 s.'],
    [429, 'too_many_requests', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 1, 'Try again in a moment.'],
  ])('says %i %s: what to do', async (status, code, headers, exit, told) => {
    const answer = () => new Response(JSON.stringify({ code, detail: 'No.' }), { status, headers: new Headers(headers as Record<string, string>) });
    expect(await list(answer)).toMatchObject({ code: exit, err: `alloy: No. [${code}]\n${told}\n` });
  });

  it('would get the token by plain http: a warning, once, unless it is this machine', async () => {
    const routes = { 'GET /api/v1/releases': () => ({ items: [release()], nextCursor: null }), [`GET /api/v1/releases/${ID}`]: () => release() };
    const to = (url: string) => alloy(['status', '-o', 'name'], routes, { env: { ALLOY_URL: url } });
    expect(await to('http://alloy.example:8080')).toMatchObject({ code: 0, err: 'warning: the token goes to alloy.example:8080 by plain http, where everybody on the way can read it\n' });
    for (const safe of ['https://alloy.example', 'http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:8080']) expect(await to(safe)).toMatchObject({ code: 0, err: '' });
    for (const other of ['http://127.0.0.1.example', 'http://localhost.example']) expect((await to(other)).err).toContain('warning');
  });

  it('is no Alloy: 1', async () => {
    expect(await list(() => new Response('<html>'))).toMatchObject({ code: 1, err: 'alloy: what answers at https://alloy.test is not Alloy\n' });
    expect(await list(() => new Response('<html>', { status: 502 }))).toMatchObject({ code: 1, err: expect.stringContaining('HTTP 502') });
  });
});
