import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alloy } from '../testing/alloy';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const answer = {
  project: 'shop', environment: 'production', imageTag: 'v2', image: 'shop', imageDigest: null, workload: 'web', cluster: 'default',
  namespace: 'shop', policy: 'stored', goes: true, refusals: [], left: [], pruned: [{ kind: 'ConfigMap', name: 'old' }],
  inspection: { exists: true, replicas: 2, ready: 2, owner: 'alloy', hpa: false, refusal: null },
  window: { prospect: 'waits', reasons: [{ code: 'slot_taken', text: 'release R1 of v1 is releasing' }] },
  plan: {
    strategy: 'rollout', router: 'podRatio', replicas: 2, reason: { text: 'rollout requested' }, analysis: null, stable: { imageTag: 'v1' },
    steps: [{
      step: { kind: 'promote', replicas: 2 }, pods: { stable: 2, canary: 0 },
      writes: [{ batch: 1, verb: 'scale', kind: 'Deployment', name: 'web', from: 0, replicas: 2 }],
    }],
  },
};
const project = (name: string, more = ''): string =>
  `apiVersion: alloy.dev/v1\nkind: Project\nmetadata: {name: ${name}}\nspec:\n  environments:\n    production: {namespace: shop${more}}\n`;
const plan = (argv: readonly string[], over: object = {}) =>
  alloy(['plan', '--image-tag', 'v2', ...argv], { 'POST /api/v1/plans': () => ({ ...answer, ...over }) }, { cwd: folder });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

it('prints steps, writes, pods, and what would happen', async () => {
  const { code, out } = await plan(['-f', file('a.yaml', 'kind: Service')]);
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'shop v2 (production): Deployment web in namespace shop of cluster default',
    'runs: 2 of 2 pods ready, to roll back to: v1',
    'strategy: rollout: rollout requested',
    ` 1. promote 2 pods${' '.repeat(26)} stable 2, canary 0`,
    '      scale   Deployment web from 0 to 2',
    'pruned: ConfigMap old',
    'it would wait: release R1 of v1 is releasing',
    'it would go; nothing was written',
    '',
  ]);
});

it('ends with 6 and says what to do if the release would be refused', async () => {
  const refusals = [{ code: 'unreachable', text: 'the cluster is away', whatToDo: 'Try again.' }];
  const { code, out } = await plan(['-f', file('a.yaml', 'kind: Service')], { goes: false, refusals, plan: null });
  expect(code).toBe(6);
  expect(out).toMatch(/refused: the cluster is away \[unreachable\]\n {2}Try again\.\nit would be refused \(1 cause\); nothing was written\n$/);
});

it('takes a project file out of the manifests, also from within a file, and its name as the project', async () => {
  const name = file('all.yaml', `kind: Service\n---\n${project('till')}---\nkind: Deployment\n`);
  const { asked } = await plan(['-f', name]);
  expect(asked[0]!.body).toMatchObject({ project: 'till', document: { metadata: { name: 'till' } } });
  const [manifest = ''] = (asked[0]!.body as { manifests: string[] }).manifests;
  expect(manifest.split('\n').map((line) => line.trimEnd()).filter(Boolean)).toEqual(['kind: Service', '---', '---', 'kind: Deployment']);
  expect(manifest.split('\n').indexOf('kind: Deployment')).toBe(9);
});

it('reports a fault of a project file at its line of the file', async () => {
  const { code, err } = await plan(['-f', file('all.yaml', `kind: Service\n---\n${project('shop', ', namespac: x')}`)]);
  expect(code).toBe(2);
  expect(err).toMatch(/all\.yaml:8:\d+: spec\.environments\.production\.namespac: unknown key; did you mean namespace\?/);
});

it('asks which project if the files have several, and takes the one of --project', async () => {
  const names = ['-f', file('a.yaml', 'kind: Service'), '-f', file('p.yaml', `${project('one')}---\n${project('two')}`)];
  const { code, err } = await plan(names);
  expect([code, err]).toEqual([2, expect.stringContaining('which project? the files have one, two: use --project')]);
  const { asked } = await plan([...names, '--project', 'two']);
  expect(asked[0]!.body).toMatchObject({ project: 'two', document: { metadata: { name: 'two' } } });
});
