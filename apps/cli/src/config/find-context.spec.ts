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
/** Server, token and project that `get releases` uses. */
const asks = async (options: { env?: Record<string, string | undefined>; cwd?: string; argv?: string[] } = {}) => {
  const { code, err, asked } = await alloy(['get', 'releases', ...(options.argv ?? [])], routes, {
    home,
    cwd: options.cwd ?? home,
    env: { ...NONE, ...options.env },
  });
  return { code, err, token: asked[0]?.headers.get('authorization')?.slice(7), project: asked[0]?.query['project'] };
};
const configFile = (): string => join(home, '.config/alloy/config.yaml');
const configure = (): void =>
  writeConfig(configFile(), {
    currentContext: 'prod',
    contexts: {
      prod: { url: 'https://prod.test', token: 'prod-token', project: 'shop' },
      other: { url: 'https://other.test/alloy/', token: 'other-token' },
    },
  });

describe('the context', () => {
  it('is taken from the environment', async () => {
    configure();
    expect(await asks({ env: { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: TOKEN, ALLOY_PROJECT: 'theirs' } })).toMatchObject({
      code: 0, token: TOKEN, project: 'theirs',
    });
  });

  it('is the current context of the config file, or the named one', async () => {
    configure();
    expect(await asks()).toMatchObject({ code: 0, token: 'prod-token', project: 'shop' });
    expect(await asks({ argv: ['--context', 'other'] })).toMatchObject({ code: 0, token: 'other-token', project: undefined });
    expect(await asks({ argv: ['--context', 'other'], env: { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: TOKEN } })).toMatchObject({
      token: 'other-token',
    });
    expect(await asks({ argv: ['--context', 'constructor'] })).toMatchObject({
      code: 2,
      err: expect.stringContaining('no context constructor'),
    });
  });

  it('is not read from a config that other users may read', async () => {
    configure();
    chmodSync(configFile(), 0o640);
    const { code, err, token } = await asks();
    expect({ code, token }).toEqual({ code: 2, token: undefined });
    expect(err).toContain('is open to others: it is not read');
    expect(err).toContain(`chmod 600 ${configFile()}`);
    expect(err).not.toContain('prod-token');
  });

  it.each([
    ['no YAML', 'a: [', 'not valid YAML'],
    ['no config', 'contexts: {prod: {url: 1, token: secret-token}}', 'contexts.prod.url'],
    ['an alias', 'a: &a x\ncontexts: *a', 'not valid YAML'],
  ])('is not read from %s, of which nothing is output', async (_what, text, output) => {
    mkdirSync(join(home, '.config/alloy'), { recursive: true });
    writeFileSync(configFile(), text, { mode: 0o600 });
    const { code, err } = await asks();
    expect(code).toBe(2);
    expect(err).toContain(output);
    expect(err).not.toContain('secret-token');
  });

  it.each([
    ['a URL without a token', { ALLOY_URL: 'https://alloy.test' }, 'ALLOY_TOKEN is not'],
    ['an invalid URL', { ALLOY_URL: 'alloy', ALLOY_TOKEN: TOKEN }, 'not an http or https URL'],
    ['a URL of files', { ALLOY_URL: 'file:///etc', ALLOY_TOKEN: TOKEN }, 'not an http or https URL'],
    ['a URL with a password', { ALLOY_URL: 'https://a:b@alloy.test', ALLOY_TOKEN: TOKEN }, 'user or password'],
    ['a token of two lines', { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: `${TOKEN}\nx-admin: 1` }, 'not one word'],
  ])('is refused for %s', async (_what, env, output) => {
    const { code, err } = await asks({ env });
    expect(code).toBe(2);
    expect(err).toContain(output);
    expect(err).not.toContain(TOKEN);
  });
});

describe('a running npm start', () => {
  const start = (card: object = {}, token = join(home, '.alloy', 'token')): void => {
    mkdirSync(join(home, '.alloy'), { recursive: true });
    writeFileSync(join(home, '.alloy', 'token'), 'home-token\n', { mode: 0o600 });
    writeFileSync(
      join(home, '.alloy', 'alloy.json'),
      JSON.stringify({ url: 'http://127.0.0.1:8080', project: 'shop', token, pid: process.pid, ...card }),
    );
  };

  it('is found in the working folder, above it, and in ALLOY_HOME', async () => {
    start();
    mkdirSync(join(home, 'a/b'), { recursive: true });
    expect(await asks()).toMatchObject({ code: 0, token: 'home-token', project: 'shop' });
    expect(await asks({ cwd: join(home, 'a/b') })).toMatchObject({ token: 'home-token' });
    expect(await asks({ cwd: '/', env: { ALLOY_HOME: join(home, '.alloy') } })).toMatchObject({ token: 'home-token' });
    expect(await asks({ env: { ALLOY_HOME: join(home, 'elsewhere') } })).toMatchObject({ code: 2 });
  });

  it('is not found after it has ended', async () => {
    start({ pid: 2 ** 22 + 1 });
    expect(await asks()).toMatchObject({ code: 2, err: expect.stringContaining('no Alloy server is configured') });
  });

  it('cannot be imitated to redirect a token or another file', async () => {
    start({ url: 'https://evil.test' });
    expect(await asks()).toMatchObject({ code: 2, token: undefined });
    const secret = join(home, 'secret');
    writeFileSync(secret, 'another-secret');
    start({}, secret);
    expect(await asks()).toMatchObject({ code: 2, token: undefined });
  });
});

describe('login', () => {
  it('stores a context readable for its owner only, and uses it', async () => {
    configure();
    const { code, out, asked } = await alloy(['login', '--url', 'https://alloy.test/', '--name', 'here', '--project', 'shop'], routes, {
      home,
      stdin: `${TOKEN}\n`,
      env: NONE,
    });
    expect({ code, output: out }).toEqual({ code: 0, output: expect.stringContaining('context here (https://alloy.test)') });
    expect(out).not.toContain(TOKEN);
    expect(asked[0]!.headers.get('authorization')).toBe(`Bearer ${TOKEN}`);
    expect(statSync(configFile()).mode & 0o777).toBe(0o600);
    expect(await asks()).toMatchObject({ token: TOKEN, project: 'shop' });
    expect(await asks({ argv: ['--context', 'prod'] })).toMatchObject({ token: 'prod-token' });
  });

  it('prints the stored context without the token in the requested format', async () => {
    const login = (form: string) =>
      alloy(['login', '--url', 'https://alloy.test/', '--name', 'here', '-o', form], routes, { home, stdin: TOKEN, env: NONE });
    const [json, name, wide] = [await login('json'), await login('name'), await login('wide')];
    expect(JSON.parse(json.out)).toEqual({ name: 'here', url: 'https://alloy.test', project: null, environment: null, path: configFile() });
    expect(name.out).toBe('here\n');
    expect(wide.out).toMatch(/^CONTEXT +URL +PROJECT +ENVIRONMENT +PATH\nhere +https:\/\/alloy\.test +- +- +\//);
  });

  it('reads the token from a terminal, and does not store an invalid one', async () => {
    const bad = { 'GET /api/v1/releases': () => new Response(null, { status: 401 }) };
    const { code, err } = await alloy(['login', '--url', 'https://alloy.test'], bad, { home, isTTY: true, hidden: TOKEN, env: NONE });
    expect(code).toBe(1);
    expect(err).toContain('The token is not valid for this server');
    expect(err).not.toContain(TOKEN);
    expect(await asks()).toMatchObject({ code: 2 });
  });
});
