import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectCluster, type Cluster } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { createPool } from '@alloy/event-store';
import type { Pool } from 'pg';
import type { PreviewedWrite } from '@alloy/release';
import type { PlanAnswer } from '@alloy/release';
import { isDryRun, type Exchange } from '../support/api-proxy';
import { Installation } from '../support/installation';
import { shortPolicy } from '../support/stories';
import { Story } from '../support/story';
import { configMap, deployment, service } from '../support/workload';

const ROOT = join(__dirname, '..', '..');

let installation: Installation;
let cluster: Cluster;
let pool: Pool;
let folder: string;
const exchanges: Exchange[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-plan-'));
  installation = await Installation.start({ projects: { shop: shortPolicy, till: shortPolicy }, apiProxies: ['executor'] });
  installation.api('executor').onExchange = (exchange) => void exchanges.push(exchange);
  pool = createPool(installation.addresses().databaseUrl, { name: 'plan story' });
  // An administrator of both projects, not of all.
  await pool.query("UPDATE token SET scope = 'admin' WHERE sha256 = $1", [installation.tokenSha256]);
  cluster = await connectCluster({ kubeconfig: installation.home.kubeconfig });
});
afterAll(async () => {
  await cluster?.close();
  await pool?.end();
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const story = (project: string): Story => new Story(project, installation.releases.door, cluster, installation.home.kubeconfig);

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const alloy = (project: string, ...argv: readonly string[]): Promise<Ran> => {
  const { url, token } = installation.releases.door;
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const env = { PATH, HOME: folder, ALLOY_URL: url, ALLOY_TOKEN: token, ALLOY_PROJECT: project };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'bin', 'alloy.cjs'), ...argv], { cwd: folder, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
};

/** A follower that reads the same ConfigMap as the workload. */
const worker = (): KubeObject => {
  const { metadata: _metadata, ...rest } = deployment({ replicas: 1, image: 'registry.example.com/shop/web:replaced' });
  const text = JSON.stringify({ ...rest, metadata: { name: 'worker' } }).replaceAll('"app":"web"', '"app":"worker"');
  return JSON.parse(text) as KubeObject;
};
const colourOf = { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } };
const reading = deployment({ container: { env: [colourOf] } });

/** Only the first versions have a ConfigMap that no pod reads. */
const bundle = (colour: string, tag: string): readonly KubeObject[] => [
  reading, service(), worker(), configMap('settings', { colour }), ...(tag === 'v3' ? [] : [configMap('flags', { on: 'yes' })]),
];
function write(name: string, objects: readonly KubeObject[]): string {
  writeFileSync(join(folder, name), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return name;
}

async function planned(project: string, tag: string, ...files: readonly string[]): Promise<PlanAnswer & { readonly code: number }> {
  const { code, out, err } = await alloy(project, 'plan', ...files.flatMap((file) => ['-f', file]), '--image-tag', tag, '-o', 'json');
  if (out === '') throw new Error(err);
  return { ...(JSON.parse(out) as PlanAnswer), code };
}

const lineOfPlanned = ({ from: _from, batch: _batch, ...write }: PreviewedWrite): string => Object.values(write).join(' ');

/** The writes of the plan; those of one batch, which may be made in any order, in the order of `made`. */
function linesOf({ plan }: PlanAnswer, made: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const { writes } of plan!.steps)
    for (const number of new Set(writes.map(({ batch }) => batch))) {
      const batch = writes.filter((write) => write.batch === number).map(lineOfPlanned);
      const seen = made.slice(lines.length, lines.length + batch.length);
      lines.push(...(isSame(seen, batch) ? seen : batch));
    }
  return lines;
}
const isSame = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();

const KINDS: Readonly<Record<string, string>> = { deployments: 'Deployment', services: 'Service', configmaps: 'ConfigMap' };

/** A write of the executor as a plan shows it; undefined: it changes nothing that runs. */
function lineOf({ method, path, asked, status }: Exchange): string | undefined {
  const [, kinds = '', name = '', scale] = /\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/?]+))?(\/scale)?(?:\?|$)/.exec(path) ?? [];
  const kind = KINDS[kinds];
  if (kind === undefined || status >= 300) return undefined;
  if (method === 'POST') return `create ${kind} ${(JSON.parse(asked) as KubeObject).metadata.name}`;
  if (method === 'PUT' && scale) return `scale ${kind} ${name} ${(JSON.parse(asked) as { spec: { replicas: number } }).spec.replicas}`;
  if (method === 'PATCH' && path.includes('force=true')) return `apply ${kind} ${name}`;
  return method === 'DELETE' ? `delete ${kind} ${name}` : undefined;
}

const isWrite = ({ method, path }: Exchange): boolean => method !== 'GET' && !isDryRun(path);
const writesIn = (project: string, since: number): readonly Exchange[] =>
  exchanges.slice(since).filter((one) => isWrite(one) && one.path.includes(`/namespaces/${project}/`) && !/\/events(\?|$)/.test(one.path));
const writtenIn = (project: string, since: number): readonly string[] => writesIn(project, since).flatMap((one) => lineOf(one) ?? []);

const eventCount = async (): Promise<number> =>
  Number((await pool.query<{ count: string }>('SELECT count(*) FROM event')).rows[0]!.count);

async function deployed(tag: string, file: string): Promise<void> {
  const { code, err } = await alloy('shop', 'deploy', '-f', file, '--image-tag', tag, '--commit', 'abc123', '--wait');
  expect([code, err]).toEqual([0, expect.any(String)]);
}

it('alloy plan shows the writes that the release then makes, in order, and writes nothing itself', async () => {
  for (const [tag, colour, strategy] of [['v1', 'blue', 'rollout'], ['v2', 'green', 'canary'], ['v3', 'green', 'canary']] as const) {
    const file = write(`${tag}.yaml`, bundle(colour, tag));
    const [before, events] = [exchanges.length, await eventCount()];
    const plan = await planned('shop', tag, file);
    expect(plan).toMatchObject({ code: 0, goes: true, refusals: [], policy: 'stored', plan: { strategy } });
    expect(plan.pruned.filter(({ name }) => name === 'flags')).toEqual(tag === 'v3' ? [{ kind: 'ConfigMap', name: 'flags' }] : []);
    expect(exchanges.slice(before).some(({ path }) => isDryRun(path))).toBe(true);
    expect(writesIn('shop', before)).toEqual([]);
    expect(await eventCount()).toBe(events);
    const since = exchanges.length;
    await deployed(tag, file);
    const made = writtenIn('shop', since);
    expect(made).toEqual(linesOf(plan, made));
    const last = plan.plan!.steps.at(-1)!;
    expect(last.pods).toEqual({ stable: 2, canary: 0 });
  }
}, 300_000);

it('alloy plan names all refusals with what to do, and ends with 6', async () => {
  const container = { readinesProbe: { httpGet: { path: '/', port: 'http' } } };
  const bad = write('bad.yaml', [deployment({ container }), { ...service(), spec: { ...(service()['spec'] as object), nonsense: 1 } }]);
  const plan = await planned('till', 'v1', bad);
  expect(plan).toMatchObject({ code: 6, goes: false, plan: null });
  expect(plan.refusals.map(({ code }) => code)).toEqual(['invalid_object', 'invalid_object']);
  expect(plan.refusals.map(({ text }) => text).join()).toMatch(/readinesProbe.*nonsense/s);
  const text = await alloy('till', 'plan', '-f', bad, '--image-tag', 'v1');
  expect(text.out).toMatch(/refused: .*readinesProbe.* \[invalid_object\]\n {2}Correct the object in the manifests\./);
  expect(text.out).toMatch(/it would be refused \(2 causes\); nothing was written\n$/);
}, 120_000);

it('alloy plan uses a project file in place of the stored policy, and does not store it', async () => {
  const file = write('shop.yaml', [deployment(), service()]);
  writeFileSync(
    join(folder, 'project.yaml'),
    'apiVersion: alloy.dev/v1\nkind: Project\nmetadata: {name: shop}\nspec:\n  environments:\n    production:\n' +
      '      namespace: shop\n      stages: [{weight: 20, duration: 7}, {weight: 60, duration: 9}]\n      analysis: {mode: health}\n',
  );
  const before = await alloy('shop', 'project', 'get', 'shop', '-o', 'yaml');
  const plan = await planned('shop', 'v9', 'project.yaml', file);
  expect(plan.policy).toBe('given');
  const stages = plan.plan!.steps.flatMap(({ step }) => (step.kind === 'analyse' ? [[step.weight, step.duration]] : []));
  expect(stages).toEqual([[20, 7], [60, 9]]);
  expect((await planned('shop', 'v9', file)).plan!.steps.filter(({ step }) => step.kind === 'analyse')).toHaveLength(1);
  expect((await alloy('shop', 'project', 'get', 'shop', '-o', 'yaml')).out).toBe(before.out);
  const given = readFileSync(join(folder, 'project.yaml'), 'utf8');
  writeFileSync(join(folder, 'platform.yaml'), given.replace('namespace: shop', 'namespace: till'));
  const { code, err } = await alloy('shop', 'plan', '-f', 'platform.yaml', '-f', file, '--image-tag', 'v9');
  expect(err).toMatch(/Only an administrator of all projects may change namespace\. \[forbidden_project\]/);
  expect(code).toBe(6);
}, 120_000);

it('alloy plan answers for a paused Deployment as the release would', async () => {
  const file = write('paused.yaml', [deployment(), service()]);
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  await cluster.patch(web, 'merge', { spec: { paused: true } }, 'kubectl');
  const plan = await planned('shop', 'v9', file);
  expect(plan.refusals).toMatchObject([{ code: 'workload_paused', whatToDo: 'Resume the Deployment with kubectl rollout resume.' }]);
  const { reason } = await story('shop').release('v9');
  expect(reason).toMatchObject({ code: 'workload_paused', text: plan.refusals[0]!.text });
}, 120_000);
