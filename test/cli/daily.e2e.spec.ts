import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Installation } from '../support/installation';
import { heldPolicy, shortPolicy } from '../support/stories';
import { commandsOf } from '../support/guide';
import { comparable, normaliser, play, rewrite, stepsOf } from '../support/transcript';

const ROOT = join(__dirname, '..', '..');
const GUIDE = 'a-release-by-cli';

let installation: Installation;
let bin: string;
beforeAll(async () => {
  bin = mkdtempSync(join(tmpdir(), 'alloy-bin-'));
  for (const name of ['alloy', 'kubectl-alloy']) symlinkSync(join(ROOT, 'bin', 'alloy.cjs'), join(bin, name));
  installation = await Installation.start({
    projects: { shop: shortPolicy, oven: shortPolicy, till: { ...heldPolicy, whenBusy: 'reject' } },
  });
});
afterAll(async () => {
  await installation?.stop();
  rmSync(bin, { recursive: true, force: true });
});

const env = (project: string): Record<string, string> => ({
  PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}`,
  HOME: bin,
  ALLOY_URL: installation.releases.door.url,
  ALLOY_TOKEN: installation.releases.door.token,
  ALLOY_PROJECT: project,
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const alloy = (project: string, ...argv: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile('alloy', argv, { cwd: ROOT, env: env(project) }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
const deploy = (project: string, tag: string, ...more: string[]): Promise<Ran> =>
  alloy(project, 'deploy', '-f', 'examples/shop/k8s', '--image-tag', tag, '--commit', 'abc123', ...more);
const exitOf = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on('exit', resolve));

it('a release by CLI prints what the guide shows', async () => {
  const normalise = normaliser();
  const steps = stepsOf(GUIDE);
  const printed: string[] = [];
  for (const { commands } of steps) printed.push(normalise(await play(commands, env('shop'))));
  if (process.env['ALLOY_WRITE_GUIDES']) rewrite(GUIDE, printed);
  // ALLOY_WRITE_GUIDES=1 rewrites the guide's outputs; the comparison leaves out what differs from run to run.
  else expect(printed.map(comparable)).toEqual(steps.map((step) => comparable(step.printed)));
  expect(printed.join()).not.toContain(installation.releases.door.token);
}, 600_000);

it('the guide’s pipeline releases once even if it runs several times', async () => {
  const run = (): Promise<string> => play(commandsOf('cli', 'In a pipeline').join('\n'), { ...env('oven'), BUILD: 'b1f0c2a' });
  const id = await run();
  expect(id).toMatch(/^01[0-9A-Z]{24}\n$/);
  expect(await run()).toBe(id);
});

it('bash completes verbs, their options and their arguments', async () => {
  const complete = (...words: string[]): Promise<string> =>
    play(
      `source <(alloy completion bash); COMP_WORDS=(alloy ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _alloy; echo "\${COMPREPLY[*]}"`,
      env('shop'),
    );
  expect(await complete('dep')).toBe('deploy\n');
  expect(await complete('get', 're')).toBe('releases release\n');
  expect(await complete('get', 'releases', '--st')).toBe('--status\n');
  expect(await complete('deploy', '--strategy', '')).toBe('auto rollout canary blueGreen\n');
  expect(await complete('deploy', '-f', 'examples/shop/rel')).toBe('examples/shop/release.sh\n');
});

describe('the exit code', () => {
  it('is 0, 4, 5, 6 or 3 by the outcome of the release, and 130 after Ctrl-C', async () => {
    expect((await deploy('till', 'v1', '--wait', '--timeout', '150s')).code).toBe(0);
    expect((await alloy('till', 'window')).code).toBe(0);

    const late = await deploy('till', 'v2', '--wait', '--timeout', '1s');
    expect(late).toMatchObject({ code: 4, err: expect.stringContaining('after 1 s; it continues without this command') });
    const [, id = ''] = /release (\S+) of till v2/.exec(late.err)!;
    const closed = await alloy('till', 'window');
    expect(closed).toMatchObject({ code: 6, out: expect.stringContaining('a release would be rejected') });

    const watching = spawn('alloy', ['watch'], { cwd: ROOT, env: env('till'), stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = exitOf(watching);
    await new Promise((resolve) => watching.stdout.once('data', resolve));
    watching.kill('SIGINT');
    expect(await exit).toBe(130);

    expect(await deploy('till', 'v3', '--wait')).toMatchObject({ code: 6, out: expect.stringContaining('is rejected') });

    await installation.releases.event(id, 'TrafficShifted');
    expect(await alloy('till', 'pause', '--reason', 'to inspect it')).toMatchObject({ code: 0 });
    expect(await alloy('till', 'get', 'releases', '--status', 'releasing,paused', '-o', 'name')).toMatchObject({ out: `${id}\n` });
    expect(await alloy('till', 'status', id, '--wait', '--timeout', '150s')).toMatchObject({
      code: 5,
      out: expect.stringContaining('is paused'),
    });
    expect(await alloy('till', 'resume')).toMatchObject({ code: 0 });
    expect(await alloy('till', 'abort', '--reason', 'enough')).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect(await alloy('till', 'status', id, '--wait', '--timeout', '150s', '-o', 'json')).toMatchObject({
      code: 3,
      out: expect.stringContaining('"status": "rolledBack"'),
    });
  });

  it('is 1 for a wrong token or an unreachable server, and 2 for a missing file; no error prints the token', async () => {
    const { url, token } = installation.releases.door;
    const run = (more: Record<string, string>, ...argv: string[]): Promise<Ran> => new Promise((resolve) => {
      execFile('alloy', argv, { cwd: ROOT, env: { ...env('shop'), ...more } }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
    const wrong = await run({ ALLOY_TOKEN: 'alloy_not-this-one' }, 'get', 'releases');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('The token is not valid for this server') });
    const away = await run({ ALLOY_URL: url.replace(/:\d+$/, ':1') }, 'get', 'releases');
    expect(away).toMatchObject({ code: 1, out: '', err: expect.stringContaining('no Alloy answers at') });
    const missing = await run({}, 'deploy', '-f', 'nowhere.yaml', '--image-tag', 'v1', '--commit', 'a');
    expect(missing).toMatchObject({ code: 2, out: '', err: 'alloy: nowhere.yaml: there is no such file\n' });
    for (const { out, err } of [wrong, away, missing]) expect(out + err).not.toMatch(new RegExp(`${token}|not-this-one`));
  });

  it('is 0 if the reader of the output closes the pipe, also when run as a plugin of kubectl', async () => {
    expect(await play('kubectl-alloy events | head -n 1 | wc -l; echo "${PIPESTATUS[*]}"', env('shop'))).toBe('1\n0 0 0\n');
  });
});
