import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alloy, TOKEN } from '../testing/alloy';
import { writeConfig } from './config-file';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const NONE = { ALLOY_URL: undefined, ALLOY_TOKEN: undefined, ALLOY_PROJECT: undefined };
const none = () => ({ items: [], nextCursor: null });
const routes = { 'GET /api/v1/releases': none, 'GET /alloy/api/v1/releases': none };
/** To whom `get releases` speaks, and with which token; and for which project. */
const asks = async (options: { env?: Record<string, string | undefined>; cwd?: string; argv?: string[] } = {}) => {
  const { code, err, asked } = await alloy(['get', 'releases', ...(options.argv ?? [])], routes, { home, cwd: options.cwd ?? home, env: { ...NONE, ...options.env } });
  return { code, err, token: asked[0]?.headers.get('authorization')?.slice(7), project: asked[0]?.query['project'] };
};
const configFile = (): string => join(home, '.config/alloy/config.yaml');
const configure = (): void => writeConfig(configFile(), { currentContext: 'prod', contexts: { prod: { url: 'https://prod.test', token: 'prod-token', project: 'shop' }, other: { url: 'https://other.test/alloy/', token: 'other-token' } } });

describe('which Alloy is meant', () => {
  it('is what the environment says', async () => {
    configure();
    expect(await asks({ env: { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: TOKEN, ALLOY_PROJECT: 'theirs' } })).toMatchObject({ code: 0, token: TOKEN, project: 'theirs' });
  });

  it('is the current context of the config file, or the one that is named', async () => {
    configure();
    expect(await asks()).toMatchObject({ code: 0, token: 'prod-token', project: 'shop' });
    expect(await asks({ argv: ['--context', 'other'] })).toMatchObject({ code: 0, token: 'other-token', project: undefined });
    expect(await asks({ argv: ['--context', 'other'], env: { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: TOKEN } })).toMatchObject({ token: 'other-token' });
    expect(await asks({ argv: ['--context', 'constructor'] })).toMatchObject({ code: 2, err: expect.stringContaining('no context constructor') });
  });

  it('is not read from a config that others may read', async () => {
    configure();
    chmodSync(configFile(), 0o640);
    const { code, err, token } = await asks();
    expect({ code, token }).toEqual({ code: 2, token: undefined });
    expect(err).toContain('is open to others: it is not read');
    expect(err).toContain(`chmod 600 ${configFile()}`);
    expect(err).not.toContain('prod-token');
  });

  it.each([['no YAML', 'a: [', 'not YAML'], ['no config', 'contexts: {prod: {url: 1, token: secret-token}}', 'contexts.prod.url'], ['an alias', 'a: &a x\ncontexts: *a', 'not YAML']])('is not read from %s, of which nothing is told', async (_what, text, told) => {
    mkdirSync(join(home, '.config/alloy'), { recursive: true });
    writeFileSync(configFile(), text, { mode: 0o600 });
    const { code, err } = await asks();
    expect(code).toBe(2);
    expect(err).toContain(told);
    expect(err).not.toContain('secret-token');
  });

  it.each([
    ['a URL without a token', { ALLOY_URL: 'https://alloy.test' }, 'ALLOY_TOKEN is not'],
    ['what is no URL', { ALLOY_URL: 'alloy', ALLOY_TOKEN: TOKEN }, 'not an http or https URL'],
    ['a URL of files', { ALLOY_URL: 'file:///etc', ALLOY_TOKEN: TOKEN }, 'not an http or https URL'],
    ['a URL with a password', { ALLOY_URL: 'https://a:b@alloy.test', ALLOY_TOKEN: TOKEN }, 'user or password'],
    ['a token of two lines', { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: `${TOKEN}\nx-admin: 1` }, 'not one word'],
  ])('is not known by %s', async (_what, env, told) => {
    const { code, err } = await asks({ env });
    expect(code).toBe(2);
    expect(err).toContain(told);
    expect(err).not.toContain(TOKEN);
  });
});

describe('a running npm start', () => {
  const start = (card: object = {}, token = join(home, '.alloy', 'token')): void => {
    mkdirSync(join(home, '.alloy'), { recursive: true });
    writeFileSync(join(home, '.alloy', 'token'), 'home-token\n', { mode: 0o600 });
    writeFileSync(join(home, '.alloy', 'alloy.json'), JSON.stringify({ url: 'http://127.0.0.1:8080', project: 'shop', token, pid: process.pid, ...card }));
  };

  it('is found in the working folder, above it, and where ALLOY_HOME says', async () => {
    start();
    mkdirSync(join(home, 'a/b'), { recursive: true });
    expect(await asks()).toMatchObject({ code: 0, token: 'home-token', project: 'shop' });
    expect(await asks({ cwd: join(home, 'a/b') })).toMatchObject({ token: 'home-token' });
    expect(await asks({ cwd: '/', env: { ALLOY_HOME: join(home, '.alloy') } })).toMatchObject({ token: 'home-token' });
    expect(await asks({ env: { ALLOY_HOME: join(home, 'elsewhere') } })).toMatchObject({ code: 2 });
  });

  it('is no more once it has ended', async () => {
    start({ pid: 2 ** 22 + 1 });
    expect(await asks()).toMatchObject({ code: 2, err: expect.stringContaining('it is not known where Alloy is') });
  });

  it('can’t be imitated to get a token, or another file, sent elsewhere', async () => {
    start({ url: 'https://evil.test' });
    expect(await asks()).toMatchObject({ code: 2, token: undefined });
    const secret = join(home, 'secret');
    writeFileSync(secret, 'another-secret');
    start({}, secret);
    expect(await asks()).toMatchObject({ code: 2, token: undefined });
  });
});

describe('login', () => {
  it('keeps a context that only its owner may read, and uses it', async () => {
    configure();
    const { code, out, asked } = await alloy(['login', '--url', 'https://alloy.test/', '--name', 'here', '--project', 'shop'], routes, { home, stdin: `${TOKEN}\n`, env: NONE });
    expect({ code, told: out }).toEqual({ code: 0, told: expect.stringContaining('context here (https://alloy.test)') });
    expect(out).not.toContain(TOKEN);
    expect(asked[0]!.headers.get('authorization')).toBe(`Bearer ${TOKEN}`);
    expect(statSync(configFile()).mode & 0o777).toBe(0o600);
    expect(await asks()).toMatchObject({ token: TOKEN, project: 'shop' });
    expect(await asks({ argv: ['--context', 'prod'] })).toMatchObject({ token: 'prod-token' });
  });

  it('says what it keeps in the form that was asked for, but for the token', async () => {
    const login = (form: string) => alloy(['login', '--url', 'https://alloy.test/', '--name', 'here', '-o', form], routes, { home, stdin: TOKEN, env: NONE });
    const [json, name, wide] = [await login('json'), await login('name'), await login('wide')];
    expect(JSON.parse(json.out)).toEqual({ name: 'here', url: 'https://alloy.test', project: null, environment: null, path: configFile() });
    expect(name.out).toBe('here\n');
    expect(wide.out).toMatch(/^CONTEXT +URL +PROJECT +ENVIRONMENT +PATH\nhere +https:\/\/alloy\.test +- +- +\//);
  });

  it('asks for the token on a terminal, and keeps none that is not good', async () => {
    const bad = { 'GET /api/v1/releases': () => new Response(null, { status: 401 }) };
    const { code, err } = await alloy(['login', '--url', 'https://alloy.test'], bad, { home, isTTY: true, hidden: TOKEN, env: NONE });
    expect(code).toBe(1);
    expect(err).toContain('The token is not good here');
    expect(err).not.toContain(TOKEN);
    expect(await asks()).toMatchObject({ code: 2 });
  });
});
