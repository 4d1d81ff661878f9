import type { KubeObject } from '@alloy/contracts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { mayDo } from './access';
import { ACCOUNTS, accountOf, clusterServices, rbacObjects, type ClusterService } from './manifests';

/**
 * Paths of the kubeconfigs of the two services, which have the permissions of deploy/rbac in the given namespaces, and
 * none elsewhere.
 */
export interface ServiceAccounts extends Readonly<Record<ClusterService, string>> {
  /** Deletes the files; the accounts stay, for other specs. */
  remove(): void;
}

/**
 * Applies deploy/rbac for the namespaces, which must exist, waits until the API server applies it, and requests a token
 * for each account. `admin`: kubeconfig of a user with all permissions. Idempotent.
 */
export async function serviceAccounts(admin: string, namespaces: readonly string[]): Promise<ServiceAccounts> {
  const api = new ClusterApi(admin);
  const folder = mkdtempSync(join(tmpdir(), 'alloy-accounts-'));
  try {
    await ensure(api, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ACCOUNTS } });
    for (const object of rbacObjects('accounts')) await ensure(api, object);
    for (const namespace of namespaces)
      for (const object of rbacObjects('namespace')) await ensure(api, { ...object, metadata: { ...object.metadata, namespace } });
    await Promise.all(namespaces.flatMap((namespace) => clusterServices.map((service) => hasAccess(api, service, namespace))));
    const [executor, watcher] = await Promise.all(clusterServices.map((service) => kubeconfigOf(api, admin, service, folder)));
    return { executor: executor!, watcher: watcher!, remove: () => rmSync(folder, { recursive: true }) };
  } finally {
    api.close();
  }
}

/**
 * The API server watches its own Roles, and may not know a new one yet. An access review asks for the service, so that
 * no request of the service itself is refused.
 */
const hasAccess = (api: ClusterApi, service: ClusterService, namespace: string): Promise<void> =>
  eventually(async () => {
    if (!(await mayDo(api, service, { verb: 'list', resource: 'pods', group: '', namespace })))
      throw new Error(`the ${service} has no access to ${namespace} yet`);
  });

async function kubeconfigOf(api: ClusterApi, admin: string, service: ClusterService, folder: string): Promise<string> {
  const path = `/api/v1/namespaces/${ACCOUNTS}/serviceaccounts/${accountOf(service)}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3_600 } };
  const { status } = await api.json<{ readonly status: { readonly token: string } }>({ method: 'POST', path, body });
  const config = parse(readFileSync(admin, 'utf8')) as { readonly users: readonly [{ readonly name: string }] };
  const file = join(folder, service);
  writeFileSync(file, stringify({ ...config, users: [{ name: config.users[0].name, user: { token: status.token } }] }), { mode: 0o600 });
  return file;
}

/** Plurals of the kinds in deploy/rbac. */
const collections: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};
const CREATED = 201;
const EXISTS = 409;

async function ensure(api: ClusterApi, object: KubeObject): Promise<void> {
  const {
    apiVersion,
    kind,
    metadata: { name, namespace },
  } = object;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${collections[kind]}`;
  const { status, body } = await api.send({ method: 'POST', path, body: object });
  if (status !== CREATED && status !== EXISTS) throw new Error(`${kind} ${name} was answered ${status}: ${body}`);
}
