import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../kubectl/find-kubectl';
import { Kubectl } from '../../kubectl/kubectl';
import { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { controlPlane, withNamespace } from '../support/control-plane';
import { accessTable } from './access';
import { clusterServices } from './manifests';
import { serviceAccounts, type ServiceAccounts } from './service-account';

const GOLDEN = join(__dirname, 'can-i.golden.txt');
const own = withNamespace('rbac');
const other = withNamespace('rbac-other');
const third = withNamespace('rbac-third');

describe('the permissions that deploy/rbac grants on a real API server', () => {
  let api: ClusterApi;
  let accounts: ServiceAccounts;

  beforeAll(async () => {
    api = new ClusterApi(controlPlane().kubeconfig);
    accounts = await serviceAccounts(controlPlane().kubeconfig, [own()]);
  });
  afterAll(() => {
    accounts.remove();
    api.close();
  });

  it('are those of can-i.golden.txt', async () => {
    const tables = clusterServices.flatMap(
      (service) =>
        [
          [`${service}, in a namespace that is Alloy's`, own()],
          [`${service}, in any other namespace`, other()],
          [`${service}, in the whole cluster`, undefined],
        ] as const,
    );
    const found: string[] = [];
    for (const [index, [title, namespace]] of tables.entries()) {
      const lines = await accessTable(api, clusterServices[Math.floor(index / 3)]!, namespace);
      // One line if nothing is allowed.
      found.push(
        `# ${title}`,
        ...(lines.every((line) => line.endsWith(' -')) ? [`nothing (${lines.length} resources asked for)`] : lines),
        '',
      );
    }
    const text = found.join('\n');
    if (process.env['ALLOY_GOLDEN'] === 'write') writeFileSync(GOLDEN, text);
    expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('are granted and revoked with kubectl as in deploy/rbac/README.md', async () => {
    const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
    const kubectl = new Kubectl(await findKubectl(), controlPlane().kubeconfig, home);
    const watcher = new ClusterApi(accounts.watcher);
    const status = async () => (await watcher.send({ path: `/api/v1/namespaces/${third()}/pods` })).status;
    const folder = (name: string): string => join(__dirname, '..', '..', '..', 'deploy', 'rbac', name);
    try {
      await kubectl.output(['apply', '-k', folder('accounts')]);
      await kubectl.output(['apply', '-n', third(), '-k', folder('namespace')]);
      await eventually(async () => expect(await status()).toBe(200));
      await kubectl.output(['delete', '-n', third(), '-k', folder('namespace')]);
      await eventually(async () => expect(await status()).toBe(403));
    } finally {
      watcher.close();
      kubectl.stop();
      rmSync(home, { recursive: true });
    }
  });

  it('include, with the optional ClusterRole, listing workloads in all namespaces, but not Secrets and ConfigMaps', async () => {
    const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
    const kubectl = new Kubectl(await findKubectl(), controlPlane().kubeconfig, home);
    const asked = clusterServices.map((service) => new ClusterApi(accounts[service]));
    const paths = [
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/replicasets',
      '/api/v1/pods',
      '/apis/autoscaling/v2/horizontalpodautoscalers',
      '/api/v1/secrets',
      '/api/v1/configmaps',
    ];
    const statuses = () => Promise.all(asked.map((api) => Promise.all(paths.map(async (path) => (await api.send({ path })).status))));
    const folder = join(__dirname, '..', '..', '..', 'deploy', 'rbac', 'cluster');
    try {
      await kubectl.output(['apply', '-k', folder]);
      await eventually(async () => expect(await statuses()).toEqual(Array(2).fill([200, 200, 200, 200, 403, 403])));
      await kubectl.output(['delete', '-k', folder]);
      await eventually(async () => expect(await statuses()).toEqual(Array(2).fill(Array(6).fill(403))));
    } finally {
      for (const api of asked) api.close();
      kubectl.stop();
      rmSync(home, { recursive: true });
    }
  });

  it('apply to the tokens of the two accounts, in their own namespace only', async () => {
    for (const service of clusterServices) {
      const asked = new ClusterApi(accounts[service]);
      const pods = (namespace: string) => asked.send({ path: `/api/v1/namespaces/${namespace}/pods` });
      expect([(await pods(own())).status, (await pods(other())).status]).toEqual([200, 403]);
      asked.close();
    }
  });
});
