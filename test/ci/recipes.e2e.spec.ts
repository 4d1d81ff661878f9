import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer, type LocalIssuer } from '../../apps/ingest/src/testing/local-issuer';
import { version } from '../../package.json';
import { Installation } from '../support/installation';
import { shortPolicy } from '../support/stories';
import { deployment, service } from '../support/workload';
import { circleci, github, gitlab, inputsOf, jenkins, type Recipe } from './recipes';

const GITHUB = { aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main' };
const GITLAB = { aud: 'alloy', project_path: 'acme/till', ref: 'main', ref_type: 'branch', ref_path: 'refs/heads/main' };

let folder: string;
let cli: string;
let issuer: LocalIssuer;
let actions: Server;
let installation: Installation;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-ci-'));
  cli = execFileSync(process.execPath, ['scripts/pack-cli.mjs', folder], { cwd: join(__dirname, '..', '..'), encoding: 'utf8' })
    .trim()
    .split('\n')
    .at(-1)!;
  issuer = await openIssuer();
  actions = await openActions();
  const trust = (provider: 'github' | 'gitlab', repository: string) => [
    { provider, issuer: issuer.url, audience: 'alloy', repository, ref: 'refs/heads/main' },
  ];
  installation = await Installation.start({
    env: { ALLOY_ALLOW_LOOPBACK: 'true' },
    projects: {
      shop: { ...shortPolicy, trust: trust('github', 'acme/shop') },
      till: { ...shortPolicy, trust: trust('gitlab', 'acme/till') },
    },
  });
});
afterAll(async () => {
  await installation?.stop();
  await issuer?.close();
  await new Promise((resolve) => (actions ? actions.close(resolve) : resolve(undefined)));
  rmSync(folder, { recursive: true, force: true });
});

/** A server that issues ID tokens to a job, like that of GitHub Actions. */
async function openActions(): Promise<Server> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://actions');
    if (request.headers.authorization !== 'Bearer opens') return void response.writeHead(401).end();
    void issuer.sign({ ...GITHUB, aud: searchParams.get('audience')! }).then((value) => response.end(JSON.stringify({ value })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Ran {
  readonly code: number;
  readonly printed: string;
  /** undefined: the job wrote no summary. */
  file(name: string): string | undefined;
}

/**
 * Runs the recipe as the CI does: with its shell, in a fresh checkout, with the recipe's variables and the CI's own.
 */
async function run({ shell, env }: Recipe, own: Readonly<Record<string, string>>, strict = ['-eo', 'pipefail']): Promise<Ran> {
  const checkout = mkdtempSync(join(folder, 'job-'));
  mkdirSync(join(checkout, 'k8s'));
  for (const object of [deployment(), service()]) writeFileSync(join(checkout, 'k8s', `${object.kind}.yaml`), JSON.stringify(object));
  const all = {
    PATH: process.env['PATH'],
    HOME: checkout,
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    ...env,
    ALLOY_URL: installation.releases.door.url,
    ...own,
  };
  return new Promise((resolve) => {
    execFile('bash', ['--noprofile', '--norc', ...strict, '-c', shell], { cwd: checkout, env: all }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      const file = (name: string) => (existsSync(join(checkout, name)) ? readFileSync(join(checkout, name), 'utf8') : undefined);
      resolve({ code, printed: stdout + stderr, file });
    });
  });
}

/** Expects this exit code of the job; a failure prints the job's log. */
const expectCode = ({ code, printed }: Ran, expected: number): void => expect(`${code}\n${printed}`).toMatch(new RegExp(`^${expected}\n`));

const tokens = () => ({ ALLOY_TOKEN: installation.releases.door.token });
const byToken = (project: string, tag: string, own: Readonly<Record<string, string>> = {}) => ({
  ...tokens(),
  PACKAGE: cli,
  ALLOY_PROJECT: project,
  IMAGE_TAG: tag,
  ...own,
});

const onGithub = (tag: string) => {
  const { port } = actions.address() as AddressInfo;
  return run(github({ url: 'https://alloy.example.com', project: 'shop', 'image-tag': tag, package: cli }), {
    GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'release', GITHUB_SHA: 'abc123', GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'step-summary',
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?v=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'opens',
  });
};

const onGitlab = async (tag: string) => {
  const recipe = gitlab({ url: 'https://alloy.example.com', project: 'till', 'image-tag': tag, package: cli });
  return run(recipe, {
    CI_COMMIT_SHA: 'abc123',
    CI_JOB_ID: `${tag}-1`,
    ALLOY_TOKEN: await issuer.sign({ ...GITLAB, aud: recipe.audience }),
  });
};

it('the recipes install the CLI from the source that the user names, because the public registry has another package of that name', async () => {
  const inputs = { url: 'u', project: 'p', 'image-tag': 't' };
  expect(() => gitlab(inputs)).toThrow('the input package is missing');
  for (const recipe of [github(inputs), jenkins(), circleci(), gitlab({ ...inputs, package: '' })]) {
    const without = await run(recipe, { ...tokens(), PACKAGE: '', GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'step-summary' });
    expect(without.code).not.toBe(0);
    expect(without.printed).toMatch(/^\S+ line \d+: PACKAGE: set it to the package of the CLI in your registry; .* another package\n$/);
  }
  expect([jenkins(), circleci()].map(({ env }) => env['PACKAGE'])).toEqual(
    Array.from({ length: 2 }, () => `@your-organization/alloy@${version}`),
  );
});

it.each([
  ['github', 'GitHub'],
  ['gitlab', 'GitLab'],
] as const)('each input of %s has a description and is listed with its default in deploy/ci/README.md', (ci, name) => {
  const documented = readFileSync(join(__dirname, '..', '..', 'deploy', 'ci', 'README.md'), 'utf8');
  const rows = [...documented.matchAll(/^\| `([\w-]+)` \| (both|GitHub|GitLab) \| (?:(on GitLab )?`([^`]*)`)? ?\| /gm)]
    .filter(([, , of]) => of === 'both' || of === name)
    .map(([, input, , onGitlab, value]) => [input!, onGitlab && ci === 'github' ? undefined : value] as const);
  const inputs = Object.entries(inputsOf(ci));
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(inputs.map(([input, described]) => [input, described.default || undefined])));
  for (const [input, { description }] of inputs)
    expect({ input, description }).toEqual({ input, description: expect.stringMatching(/\w.*\.$/) });
});

it('a promoted release: the job succeeds, and its summary shows the stages with their verdicts and a link', async () => {
  const first = await run(jenkins(), byToken('shop', 'v1', { GIT_COMMIT: 'abc123', BUILD_TAG: 'jenkins-shop-1' }), []);
  expectCode(first, 0);
  expect(first.file('alloy-summary.md')).toMatch(/^## shop v1 → production: promoted after \d+ s\n/);

  const second = await onGithub('v2');
  expectCode(second, 0);
  const [, id] = /^release=(\S+)$/m.exec(second.file('output')!)!;
  expect(second.file('step-summary')).toMatch(/^\| 1 \| 50 % \| pass \| error rate .*\|$/m);
  expect(second.file('step-summary')).toContain(`](${installation.releases.door.url}/api/v1/releases/${id})`);
  expect(second.file('step-summary')).toContain('requested by github:acme/shop');
});

it('a release that is rolled back: the job exits with 3, and its summary gives the reason', async () => {
  expectCode(await onGitlab('v1'), 0);
  const bad = await onGitlab('v2-errors-60');
  expectCode(bad, 3);
  expect(bad.file('alloy-summary.md')).toMatch(/^## till v2-errors-60 → production: rolled back after \d+ s\n/);
  expect(bad.file('alloy-summary.md')).toMatch(/^\| 1 \| 50 % \| fail \| error rate .*\|$/m);
});

it('the job exits with 4 if the release is not finished within its time limit, and with 6 if the release is refused', async () => {
  const circle = (tag: string, job: string, own: Readonly<Record<string, string>> = {}) =>
    run(circleci(), byToken('till', tag, { CIRCLE_SHA1: 'abc123', CIRCLE_WORKFLOW_JOB_ID: job, ...own }));
  const late = await circle('v3-slow', 'job-1', { TIMEOUT: '1s' });
  expectCode(late, 4);
  expect(late.file('alloy-summary.md')).toMatch(/^## till v3-slow → production: (?!promoted)/);
  const refused = await circle('latest', 'job-2');
  expectCode(refused, 6);
  expect(refused.printed).toContain('latest');
});

it('without a token the job fails with an error that says what to do', async () => {
  const without = await run(jenkins(), { ...byToken('shop', 'v9', { GIT_COMMIT: 'abc123', BUILD_TAG: 'x' }), ALLOY_TOKEN: '' }, []);
  expect(without.code).toBe(2);
  expect(without.printed).toContain('ALLOY_TOKEN');
});
