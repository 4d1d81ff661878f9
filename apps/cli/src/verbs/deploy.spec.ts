import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alloy } from '../testing/alloy';
import { problem } from '../testing/fake-api';
import { accepted, ID } from '../testing/releases';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const k8s = (): string => {
  mkdirSync(join(folder, 'k8s/deeper'), { recursive: true });
  writeFileSync(join(folder, 'k8s/b.yaml'), 'kind: Service');
  writeFileSync(join(folder, 'k8s/a.yml'), 'kind: Deployment');
  writeFileSync(join(folder, 'k8s/README.md'), 'no manifest');
  writeFileSync(join(folder, 'k8s/deeper/c.yaml'), 'kind: Secret');
  return 'k8s';
};

describe('deploy', () => {
  const routes = { 'POST /api/v1/releases': () => accepted };
  const deploy = (argv: readonly string[], options: Parameters<typeof alloy>[2] = {}) =>
    alloy(['deploy', '--image-tag', 'v2', ...argv], routes, { cwd: folder, ...options });

  it('sends the manifests of a folder, and prints the release', async () => {
    const { code, out, asked } = await deploy([
      '-f',
      k8s(),
      '--commit',
      'abc',
      '--reason',
      'prices',
      '--idempotency-key',
      'k1',
      '--strategy',
      'canary',
      '--environment',
      'staging',
    ]);
    expect(code).toBe(0);
    expect(out).toBe(`release ${ID} of shop v2 (production) was accepted\nalloy watch ${ID} shows its progress\n`);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.body).toEqual({
      project: 'shop', environment: 'staging', imageTag: 'v2', commitSha: 'abc', strategy: 'canary',
      manifests: ['kind: Deployment', 'kind: Service'],
      reason: 'prices',
    });
    expect(asked[0]!.headers.get('idempotency-key')).toBe('k1');
  });

  it('is an emergency only if that is asked for', async () => {
    const { asked } = await deploy(['-f', k8s(), '--commit', 'abc', '--emergency', '--reason', 'checkout is down']);
    expect(asked[0]!.body).toMatchObject({ emergency: true, reason: 'checkout is down' });
  });

  it('overrides a hold only if that is asked for', async () => {
    const { asked } = await deploy(['-f', k8s(), '--commit', 'abc', '--override-hold', '--reason', 'the fix']);
    expect(asked[0]!.body).toMatchObject({ overrideHold: true, reason: 'the fix' });
  });

  it('lists on stderr what the release leaves to others', async () => {
    const left = [{ apiVersion: 'v1', kind: 'Namespace', name: 'shop', why: 'Alloy never writes cluster-scoped objects.' }];
    const found = await alloy(
      ['deploy', '--image-tag', 'v2', '-f', k8s(), '--commit', 'abc', '-o', 'name'],
      { 'POST /api/v1/releases': () => ({ ...accepted, left }) },
      { cwd: folder },
    );
    expect(found).toMatchObject({
      code: 0, out: `${ID}\n`, err: 'left to others: Namespace shop: Alloy never writes cluster-scoped objects.\n',
    });
  });

  it('prints only the id for programs', async () => {
    expect(await deploy(['-f', k8s(), '--commit', 'abc', '-o', 'name'])).toMatchObject({ code: 0, out: `${ID}\n`, err: '' });
    expect(JSON.parse((await deploy(['-f', k8s(), '--commit', 'abc', '-o', 'json'])).out)).toEqual(accepted);
  });

  it('reads stdin, and the commit of the CI or of the repository', async () => {
    const piped = await deploy(['-f', '-'], { stdin: 'kind: Deployment', env: { GITHUB_SHA: 'of-the-ci' } });
    expect(piped.asked[0]!.body).toMatchObject({ manifests: ['kind: Deployment'], commitSha: 'of-the-ci' });
    const local = await deploy(['-f', '-'], {
      stdin: 'kind: Deployment',
      capture: async (command, args) => (`${command} ${args.join(' ')}` === 'git rev-parse HEAD' ? 'of-git\n' : undefined),
    });
    expect(local.asked[0]!.body).toMatchObject({ commitSha: 'of-git' });
  });

  it.each<[string, string[], Parameters<typeof alloy>[2], string]>([
    ['a file that is missing', ['-f', 'nothing.yaml', '--commit', 'a'], {}, 'nothing.yaml: there is no such file'],
    ['a folder without manifests', ['-f', '.', '--commit', 'a'], {}, '.: the folder contains no .yaml, .yml or .json file'],
    ['an empty stdin', ['-f', '-', '--commit', 'a'], {}, '-: no manifests found'],
    ['a terminal for stdin', ['-f', '-', '--commit', 'a'], { isTTY: true }, '- reads piped input'],
    ['stdin twice', ['-f', '-', '-', '--commit', 'a'], { stdin: 'a: 1' }, '- may be given only once'],
    ['no commit', ['-f', '-'], { stdin: 'a: 1' }, 'the commit is unknown'],
    ['no project', ['-f', '-', '--commit', 'a'], { stdin: 'a: 1', env: { ALLOY_PROJECT: undefined } }, 'no project given'],
    ['no manifests at all', ['--commit', 'a'], {}, "required option '-f, --filename <path...>' not specified"],
    ['an unknown strategy', ['-f', '-', '--strategy', 'hope'], { stdin: 'a: 1' }, 'It must be auto, rollout, canary, blueGreen,'],
    ['an invalid duration', ['-f', '-', '--wait', '--timeout', 'soon'], { stdin: 'a: 1' }, 'a duration such as'],
  ])('ends with 2 for %s, without a request', async (_what, argv, options, output) => {
    const { code, err, asked } = await deploy(argv, options);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toContain(output);
  });

  it('ends with 2 for a binary file', async () => {
    writeFileSync(join(folder, 'x.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await deploy(['-f', 'x.yaml', '--commit', 'a'])).toMatchObject({
      code: 2,
      asked: [],
      err: 'alloy: x.yaml is not text in UTF-8\n',
    });
  });

  it('prints a refusal with all of its details', async () => {
    const errors = [
      { code: 'missing_selector', detail: 'A Deployment needs a selector.', pointer: '/manifests/0/spec' },
      { code: 'bad_name', detail: 'No\u001b[31m name.', pointer: '/manifests/1' },
    ];
    const { code, err } = await alloy(
      ['deploy', '-f', '-', '--image-tag', 'v2', '--commit', 'a'],
      {
        'POST /api/v1/releases': () =>
          problem(422, 'missing_selector', 'A Deployment needs a selector.', { pointer: '/manifests/0/spec', errors }),
      },
      { stdin: 'a: 1' },
    );
    expect(code).toBe(6);
    expect(err).toBe(
      'alloy: A Deployment needs a selector. [missing_selector] at /manifests/0/spec (stdin)\n  No\\u001b[31m name. [bad_name] at /manifests/1\n',
    );
  });

  it('prints file, line, column and the line with a caret', async () => {
    const tab = {
      code: 'bad_yaml', detail: 'Line 2, column 1: a tab.', pointer: '/manifests/1/0', line: 2, column: 1,
      excerpt: '2 | →a: …\n  | ^',
    };
    const other = { ...tab, line: 9, column: 4, excerpt: '9 | …\u001b\n  |   ^' };
    const { err } = await deploy(['-f', k8s(), '--commit', 'a'], {
      fetch: async () => problem(422, tab.code, tab.detail, { ...tab, errors: [tab, other] }),
    });
    expect(err).toBe(
      'alloy: Line 2, column 1: a tab. [bad_yaml] at /manifests/1/0 (k8s/b.yaml:2:1)\n    2 | →a: …\n      | ^\n' +
        '  Line 2, column 1: a tab. [bad_yaml] at /manifests/1/0 (k8s/b.yaml:9:4)\n    9 | …\\u001b\n      |   ^\n',
    );
  });

  it('repeats a broken request with the same key', async () => {
    const keys: unknown[] = [];
    const breaks: typeof fetch = async (_url, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      if (keys.length === 1)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
      return Response.json(accepted);
    };
    expect(await deploy(['-f', '-', '--commit', 'a'], { stdin: 'a: 1', fetch: breaks })).toMatchObject({ code: 0 });
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
  });

  it('repeats only broken requests, until their result is known', async () => {
    const broken = (): never => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
    };
    const early = (): Response =>
      new Response(JSON.stringify({ code: 'in_flight', detail: 'Still being done.' }), { status: 409, headers: { 'retry-after': '10' } });
    const unavailable = (): Response => problem(503, 'unavailable', 'Not yet.');
    const play = async (...answers: (() => Response)[]) => {
      const slept: number[] = [];
      const sleep = async (ms: number) => void slept.push(ms);
      const ran = await deploy(['-f', '-', '--commit', 'a'], {
        stdin: 'a: 1',
        sleep,
        fetch: async () => answers[Math.min(slept.length, answers.length - 1)]!(),
      });
      return { code: ran.code, slept };
    };
    expect(await play(broken, early, unavailable, () => Response.json(accepted))).toEqual({ code: 0, slept: [1_000, 10_000, 1_000] });
    expect(await play(broken, () => problem(422, 'bad_name', 'No.'))).toEqual({ code: 6, slept: [1_000] });
    expect(await play(unavailable)).toEqual({ code: 1, slept: [] });
    expect(await play(broken)).toEqual({ code: 1, slept: Array.from({ length: 30 }, () => 1_000) });
  });
});
