import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessRule } from '@alloy/policy';
import { parseAllDocuments } from 'yaml';
import { alloy } from '../testing/alloy';

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly AccessRule[];
}

const rolesIn = (text: string): readonly Role[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Role).filter(({ kind }) => kind === 'Role');
/** `verb resource group` for each permission. */
const permissions = (roles: readonly Role[]): readonly string[] =>
  [...new Set(roles.flatMap(({ rules }) => rules).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${group}`))),
  ))].sort();
const project = (policy: object) => ({ 'GET /api/v1/projects/shop': () => ({ id: 'shop', policies: { production: policy } }) });
const printed = async (argv: readonly string[], policy?: object, options?: Parameters<typeof alloy>[2]) => {
  const { code, out, err } = await alloy(['project', 'rbac', ...argv], policy && project(policy), options);
  expect(code).toBe(0);
  return { all: permissions(rolesIn(out)), out, err };
};

it('prints, for the default policy, the permissions of the Roles in deploy/rbac, and their binding', async () => {
  const folder = join(__dirname, '../../../../deploy/rbac/namespace');
  const deployed = ['executor.yaml', 'executor-kinds.yaml'].flatMap((file) => rolesIn(readFileSync(join(folder, file), 'utf8')));
  const { all, out } = await printed([]);
  expect(all).toEqual(permissions(deployed));
  expect(out).toContain('kind: RoleBinding');
});

it('needs no server without a project', async () => {
  const { all } = await printed([], undefined, { env: { ALLOY_URL: '' } });
  expect(all).toContain('get namespaces ');
});

it('prints the permissions for the kinds of a policy', async () => {
  const { all, err } = await printed(['shop'], { kinds: ['Service', 'Widget.example.com', 'Proxy.example.com', 'Gateway.example.com'] });
  expect(all).toEqual(expect.arrayContaining([
    'create services ', 'patch widgets example.com', 'get proxies example.com', 'get gateways example.com',
  ]));
  expect(all.filter((one) => /statefulsets|ingresses|delete pods/.test(one))).toEqual([]);
  expect(err).toContain('the resource of Widget.example.com is guessed: compare it with kubectl api-resources');
});

it('prints the permission to delete exactly the kinds that a release may delete, and with prune: none only those that it replaces', async () => {
  const deleted = async (policy: object) =>
    (await printed(['shop'], policy)).all.filter((one) => one.startsWith('delete')).map((one) => one.split(' ')[1]).sort();
  const always = ['configmaps', 'deployments', 'jobs', 'pods', 'secrets'];
  expect(await deleted({ prune: 'alloy' })).toEqual([
    ...always, 'cronjobs', 'daemonsets', 'horizontalpodautoscalers', 'ingresses', 'networkpolicies', 'poddisruptionbudgets',
    'serviceaccounts',
  ].sort());
  expect(await deleted({ prune: 'none' })).toEqual(always);
});

describe('with manifests', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'alloy-rbac-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('prints only the permissions for their kinds, and none for access rules and webhooks whatever they contain', async () => {
    writeFileSync(join(folder, 'all.yaml'), [
      'apiVersion: apps/v1\nkind: StatefulSet',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: admissionregistration.k8s.io/v1\n  kind: MutatingWebhookConfiguration\n'
        + '- apiVersion: batch/v1\n  kind: Job',
      'apiVersion: example.com/v1\nkind: Widget',
    ].join('\n---\n'));
    const { all } = await printed(['-f', 'all.yaml'], undefined, { cwd: folder });
    expect(all).toEqual(expect.arrayContaining(['patch statefulsets apps', 'delete pods ', 'delete jobs batch']));
    expect(all.filter((one) => /\*|rbac|role|webhook|widgets|ingresses|namespaces/.test(one))).toEqual(['get namespaces ']);
  });
});

it('refuses an environment that the project does not have', async () =>
  expect(await alloy(['project', 'rbac', 'shop', '--environment', 'nowhere'], project({}))).toMatchObject({
    code: 2, err: expect.stringContaining('the project has no environment nowhere'),
  }));

it.each<[string, string, object]>([
  ['the router gatewayApi', 'gateway-api', { traffic: { router: 'gatewayApi' } }],
  ['the router istio', 'istio', { traffic: { router: 'istio' } }],
  ['the router nginxIngress', 'nginx-ingress', { traffic: { router: 'nginxIngress' } }],
  ['the router traefik', 'traefik', { traffic: { router: 'traefik' } }],
  ['the router smi', 'smi', { traffic: { router: 'smi' } }],
  ['the strategy blueGreen', 'blue-green', { strategy: 'blueGreen' }],
  ['a policy with settings for blueGreen', 'blue-green', { blueGreen: { scaleDownDelaySeconds: 5 } }],
])('prints for %s also the permissions of deploy/rbac/%s', async (_what, folder, policy) => {
  const roles = ['executor', 'watcher'].flatMap((service) =>
    rolesIn(readFileSync(join(__dirname, `../../../../deploy/rbac/${folder}/${service}-${folder}.yaml`), 'utf8')));
  const more = permissions(roles);
  const { all, out } = await printed(['shop'], { kinds: ['Service'], ...policy });
  const without = await printed(['shop'], { kinds: ['Service'] });
  expect(all.filter((one) => !without.all.includes(one))).toEqual(more.filter((one) => !without.all.includes(one)));
  expect(all).toEqual(expect.arrayContaining([...more]));
  expect(without.all).not.toContain('delete services ');
  const watcher = (text: string) => rolesIn(text).find(({ metadata: { name } }) => name === 'alloy-watcher-traffic');
  expect(permissions([watcher(out)!])).toEqual(permissions(roles.slice(1)));
  expect(watcher(without.out)).toBeUndefined();
});
