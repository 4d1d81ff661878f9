import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentOf, policySchema, type ProjectDocument } from '@alloy/policy';
import { parse, stringify } from 'yaml';
import { alloy } from '../testing/alloy';
import { problem, type Asked } from '../testing/fake-api';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const file = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const stored = documentOf('shop', 7, { production: policySchema.parse({ namespace: 'shop', image: 'registry.example.com/shop/web' }) });
const PATH = '/api/v1/projects/shop/document';
const shop = (more: object = {}) => ({
  ...stored,
  metadata: { name: 'shop' },
  spec: { environments: { production: { namespace: 'shop', ...more } } },
});
const lint = (stdin: string, ...more: string[]) => alloy(['project', 'lint', '-', ...more], {}, { stdin, env: { ALLOY_URL: undefined } });

describe('project init', () => {
  it('writes a valid file with the schema of the configured server for the editor, and never overwrites it', async () => {
    const written = await alloy(['project', 'init', 'shop'], {}, { cwd });
    expect(written).toMatchObject({ code: 0, out: expect.stringContaining('shop.yaml'), asked: [] });
    expect(file('shop.yaml').split('\n')[0]).toBe('# yaml-language-server: $schema=https://alloy.test/schemas/project.v1.json');
    expect(parse(file('shop.yaml'))).toEqual(shop());
    expect(await alloy(['project', 'lint', 'shop.yaml'], {}, { cwd })).toMatchObject({ code: 0, err: 'shop.yaml is valid\n' });
    writeFileSync(join(cwd, 'shop.yaml'), 'mine');
    const again = await alloy(['project', 'init', 'shop'], {}, { cwd });
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('shop.yaml exists') });
    expect(file('shop.yaml')).toBe('mine');
  });

  it('is valid with every key that it has as a comment, each with its default', async () => {
    await alloy(['project', 'init', 'shop'], {}, { cwd });
    const uncommented = file('shop.yaml').replace(/^( +)# (?=[a-zA-Z]+:|  ?(?:-|[a-zA-Z]+:))/gm, '$1');
    const { environments } = (parse(uncommented) as ProjectDocument).spec;
    const defaults = policySchema.parse({});
    expect(policySchema.parse(environments['production'])).toEqual({
      ...defaults, namespace: 'shop', image: 'registry.example.com/shop/web', images: ['registry.example.com/shop/worker'],
      stages: defaults.stages.map(({ weight, duration }) => ({ weight, duration })),
    });
  });

  const deployment = (name: string, ...images: readonly string[]) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: front}\nspec:\n  template:
    metadata: {labels: {app: ${name}}}\n    spec: {containers: [${images.map((image) => `{image: ${image}}`).join()}]}\n`;
  const service = (name: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: front}\nspec: {selector: {app: ${name}}}\n`;
  const write = (name: string, ...documents: readonly string[]) => writeFileSync(join(cwd, name), documents.join('---\n'));
  const init = (...args: readonly string[]) => alloy(['project', 'init', 'shop', ...args], {}, { cwd });

  it('takes the namespace and the image from manifests', async () => {
    write('web.yaml', service('web'), deployment('web', 'localhost:5000/shop/web:v1'));
    expect((await init('--environment', 'staging', '-f', 'web.yaml', '--to', 'p.yaml')).code).toBe(0);
    const staging = { namespace: 'front', image: 'localhost:5000/shop/web' };
    expect(parse(file('p.yaml'))).toMatchObject({ spec: { environments: { staging } } });
  });

  it('takes them from the items of a List, and ignores the namespace of access rules', async () => {
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: leader, namespace: kube-system}\n';
    const items = [service('web'), deployment('web', 'r.example/web:v1')].map((text) => parse(text) as unknown);
    write('web.yaml', role, stringify({ apiVersion: 'v1', kind: 'List', items }));
    expect((await init('-f', 'web.yaml')).code).toBe(0);
    expect(parse(file('shop.yaml'))).toMatchObject(shop({ namespace: 'front', image: 'r.example/web' }));
  });

  it('reads merged keys as a release does', async () => {
    const merged = deployment('web', 'r.example/web:v1').replace('labels: {app: web}', 'labels: {<<: &web {app: web}}');
    write('all.yaml', merged, service('web'), deployment('worker', 'r.example/worker:v1'));
    expect((await init('-f', 'all.yaml')).code).toBe(0);
    expect(file('shop.yaml')).toContain('\n      image: r.example/web\n');
  });

  it('writes one project for a service with the Deployments that follow it, and proposes their images', async () => {
    const pods = '{template: {spec: {containers: [{image: r.example/job:v1}, 1]}}}';
    const job = `apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: ${pods}}}\n`;
    write('all.yaml', deployment('web', 'r.example/web:v1'), service('web'), deployment('worker', 'r.example/worker:v1'), job);
    expect(await init('-f', 'all.yaml')).toMatchObject({ code: 0, err: '' });
    expect(file('shop.yaml')).toContain('\n      image: r.example/web\n');
    expect(file('shop.yaml')).toContain('\n      # images: [r.example/job, r.example/worker]\n');
  });

  it('proposes each image of pods with several, and says that one must be chosen', async () => {
    write('web.yaml', deployment('web', 'r.example/web:v1', 'envoy:1', 'r.example/web:v1'), service('web'));
    const { code, err } = await init('-f', 'web.yaml');
    expect([code, err]).toEqual([0, expect.stringContaining('set `image` in shop.yaml to the one whose tag a release replaces')]);
    expect(file('shop.yaml')).toContain('\n      # image: r.example/web\n      # image: envoy\n');
  });

  it('writes one project for each of several services, all or none, and says what belongs to which', async () => {
    write('cart.yaml', deployment('cart', 'r.example/cart:v1'), service('cart'));
    write('web.yaml', deployment('web', 'r.example/web:v1', 'envoy:1'), service('web'), deployment('worker', 'r.example/worker:v1'));
    write('shop-web.yaml', 'mine');
    expect(await init('-f', 'cart.yaml', 'web.yaml')).toMatchObject({ code: 2, err: expect.stringContaining('shop-web.yaml exists') });
    expect(() => file('shop-cart.yaml')).toThrow('ENOENT');
    const { code, out, err } = await init('-f', 'cart.yaml', 'web.yaml', '--to', 'p.yml');
    expect(code).toBe(0);
    expect(err).toContain('no Service selects the pods of Deployment worker: release it together with one of these projects');
    expect(out).toContain('p-cart.yml: project shop-cart releases Deployment cart with Service cart, from cart.yaml\n');
    expect(parse(file('p-cart.yml'))).toMatchObject({
      metadata: { name: 'shop-cart' }, spec: { environments: { production: { namespace: 'front', image: 'r.example/cart' } } },
    });
    expect((parse(file('p-web.yml')) as ProjectDocument).spec.environments['production']).not.toHaveProperty('image');
  });

  it('says which key to set where several Deployments have no Service', async () => {
    write('all.yaml', deployment('a', 'r.example/a:v1'), deployment('b', 'r.example/b:v1'));
    expect(await init('-f', 'all.yaml')).toMatchObject({ code: 0, err: expect.stringContaining('add `workload`') });
  });

  it.each(['null', '1.0', 'Shop', 'true'])('writes the name %s as a name', async (name) => {
    expect((await alloy(['project', 'init', name, '--to', 'p.yaml', '--environment', '1'], {}, { cwd })).code).toBe(name === '1.0' ? 2 : 0);
    if (name !== '1.0') expect(parse(file('p.yaml'))).toMatchObject({ metadata: { name } });
  });
});

describe('project lint', () => {
  it.each([
    ['an unknown key', { namspace: 'shop' }, /^stdin:8:7: spec\.environments\.production\.namspace: .*did you mean namespace\?\n$/],
    ['a key of another place', { analysis: { weight: 1 } }, /^stdin:9:9: spec\.environments\.production\.analysis\.weight: unknown key\n$/],
    ['a rule', { stages: [{ weight: 9, duration: 1 }, { weight: 1, duration: 1 }] }, /^stdin:9:9: .*weights must not decrease/],
    ['a rule inside a list', { stages: [{ weight: 9, duration: 5, deadline: 1 }] }, /^stdin:9:11: .*\.stages\.0: deadline must not be shorter/],
    ['a missing key', { stages: [{ weight: 9 }] }, /^stdin:9:11: .*\.stages\.0\.duration: this key is required/],
    ['an unknown key of one alternative', { maxRestarts: { startin: 1 } }, /^stdin:9:9: .*\.maxRestarts\.startin: .*did you mean starting\?/],
    ['a wrong type in one alternative', { maxRestarts: { starting: 'many' } }, /^stdin:9:\d+: .*\.starting: a value of type number is/],
    ['a value of no alternative', { maxRestarts: 3 }, /^stdin:8:20: .*\.maxRestarts: This must be `none`, or an object with/],
    ['a duration with a unit', { progressDeadline: '10m' }, /^stdin:8:25: .*: a number of seconds is required here, such as 60\n$/],
    ['half a pod', { steps: [{ setCanaryScale: { replicas: 1.5 } }] }, /: a whole number is required here\n/],
    ['a number below its bound', { progressDeadline: 0 }, /^stdin:8:25: .*: this must be at least 1\n$/],
    ['a number above its bound', { stages: [{ weight: 101, duration: 1 }] }, /weight: this must be at most 100\n$/],
    ['a number at its excluded bound', { stages: [{ weight: 0, duration: 1 }] }, /weight: this must be more than 0\n$/],
    ['an empty list', { stages: [] }, /stages: this must have at least 1 item\n$/],
    ['a wrong type', { progressDeadline: 'long' }, /^stdin:8:25: .*a value of type number is required here/],
  ])('reports the place of %s', async (_, more, output) => {
    const { namespace: _namespace, ...others } = { namespace: 'shop', ...more };
    const text = stringify({ ...shop(), spec: { environments: { production: others } } });
    expect(await lint(text)).toMatchObject({ code: 2, out: expect.stringMatching(output) });
  });

  it('reports every fault, in the order of the text, and faults of YAML', async () => {
    const { out } = await lint('apiVersion: alloy.dev/v2\nkind: Project\nmetadata: {nam: shop}\nspec: {environments: {Prod: {}}}\n');
    expect(out.split('\n').map((line) => line.replace(/: .*/, ''))).toEqual(['stdin:1:13', 'stdin:3:11', 'stdin:3:12', 'stdin:4:23', '']);
    expect((await lint('kind: Project\nkind: Project\n')).out).toMatch(/^stdin:2:1: Map keys must be unique/);
    expect((await lint('spec:\n\tenvironments: {}\n')).out).toMatch(/^stdin:2:1: Tabs/);
  });
});

describe('project apply', () => {
  const differences = [
    { environment: 'production', path: 'analysis.maxErrorRate', before: 0.01, after: 0.02 },
    { environment: 'production', path: 'webhookSecret', after: 'hook' },
    { environment: 'production', path: 'stages', before: [{ weight: 5 }, { weight: 9 }], after: [{ weight: 9 }, { weight: 10 }] },
  ];
  const apply = (answer: object, ...more: string[]) =>
    alloy(['project', 'apply', '-f', '-', ...more], { [`PUT ${PATH}`]: () => answer }, { stdin: stringify(shop({ whenBusy: 'queue' })) });

  it('sends the document as written, with the reason, and prints what changed', async () => {
    const { code, out, asked } = await apply({ document: stored, created: false, dryRun: false, differences }, '--reason', 'noisy');
    expect(asked[0]!.body).toEqual({ document: shop({ whenBusy: 'queue' }), dryRun: false, reason: 'noisy' });
    expect({ code, lines: out.split('\n') }).toEqual({
      code: 0,
      lines: [
        'production:',
        '  - analysis.maxErrorRate: 0.01',
        '  + analysis.maxErrorRate: 0.02',
        '  + webhookSecret: hook',
        '    stages:',
        '  -   - {"weight":5}',
        '      - {"weight":9}',
        '  +   - {"weight":10}',
        'changed production of shop, version 7',
        '',
      ],
    });
  });

  it('says that it would change something, that it created the project, and that there is nothing to change', async () => {
    const dry = await apply({ document: stored, created: false, dryRun: true, differences }, '--dry-run');
    expect(dry.asked[0]!.body).toMatchObject({ dryRun: true });
    expect(dry.out).toContain('production of shop would change; nothing was written\n');
    expect((await apply({ document: stored, created: true, dryRun: false, differences })).out).toContain('created shop, version 7\n');
    const same = await apply({ document: stored, created: false, dryRun: false, differences: [] });
    expect(same.out).toBe('nothing to change: shop is at version 7\n');
  });

  it('sends nothing if the file has faults, and exits with 6 if another client has changed the project', async () => {
    const bad = await alloy(['project', 'apply', '-f', '-'], {}, { stdin: 'kind: Project\nsepc: {}\n' });
    expect(bad).toMatchObject({ code: 2, asked: [], err: expect.stringContaining('stdin:2:1: sepc: unknown key; did you mean spec?') });
    const late = await apply(problem(409, 'version_conflict', 'The project has changed since.'));
    expect(late).toMatchObject({ code: 6, err: expect.stringContaining('version_conflict') });
  });
});

it.each([[], ['-o', 'yaml'], ['-o', 'json']])('project get %j prints what project apply takes, unchanged', async (...format) => {
  const sent: Asked[] = [];
  const routes = {
    [`GET ${PATH}`]: () => stored,
    [`PUT ${PATH}`]: (asked: Asked) => (sent.push(asked), { document: stored, created: false, dryRun: false, differences: [] }),
  };
  const { out } = await alloy(['project', 'get', 'shop', ...format], routes);
  expect(await lint(out)).toMatchObject({ code: 0 });
  await alloy(['project', 'apply', '-f', '-'], routes, { stdin: out });
  expect(sent[0]!.body.document).toEqual(stored);
});
