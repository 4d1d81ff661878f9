import type { KubeObject } from '@alloy/contracts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNTS, accountOf, clusterServices, rbacObjects, type ClusterService } from '../../control-plane/rbac/manifests';
import { Servers } from '../../control-plane/servers/servers';
import type { GivenServer } from '../../support/installation';
import { BareKube } from '../bare-kube';
import { AuditLog } from './audit-log';
import type { Access, ClusterUnderTest } from './cluster-under-test';
import { HollowNode } from './hollow-node';
import { inParallel } from './in-parallel';

export interface RealClusterOptions {
  /** Folder of kube-apiserver, kube-controller-manager and etcd. */
  readonly assets: string;
  readonly access: Access;
}

/** Relative to dist/bench, where this code runs. */
const RBAC = join(__dirname, '..', '..', 'deploy', 'rbac');
const GROUP = 'rbac.authorization.k8s.io';
const CONNECTIONS = 8;

/** A real API server with its controllers on loopback, a hollow node, and the accounts of executor and watcher. */
export class RealCluster implements ClusterUnderTest {
  readonly audit: AuditLog;
  private readonly kube: BareKube;

  private constructor(
    private readonly dir: string,
    private readonly access: Access,
    private readonly servers: Servers,
    private readonly node: HollowNode,
  ) {
    const admin = servers.kubeconfig('admin');
    const {
      clusters: [{ cluster }],
    } = JSON.parse(readFileSync(admin, 'utf8')) as { clusters: [{ cluster: { server: string } }] };
    this.kube = new BareKube(cluster.server, admin);
    this.audit = new AuditLog(servers.auditLog);
  }

  /** If the start fails, it leaves no process and no file. */
  static async start({ assets, access }: RealClusterOptions): Promise<RealCluster> {
    const dir = mkdtempSync(join(tmpdir(), 'alloy-scale-'));
    let servers: Servers | undefined;
    try {
      servers = await Servers.start({ assets, dir });
      const server = new RealCluster(dir, access, servers, await HollowNode.start(servers.kubeconfig('test-node')));
      await server.createAccounts();
      return server;
    } catch (error) {
      await servers?.stop();
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  get lost(): Promise<string> {
    return this.servers.lost;
  }

  get given(): GivenServer {
    return { admin: this.servers.kubeconfig('admin'), executor: this.accountFile('executor'), watcher: this.accountFile('watcher') };
  }

  async createNamespaces(names: readonly string[]): Promise<void> {
    await inParallel(CONNECTIONS, names, async (name) => {
      await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      if (this.access === 'namespaces')
        for (const object of rbacObjects('namespace', RBAC))
          await this.create({ ...object, metadata: { ...object.metadata, namespace: name } });
    });
  }

  async waiting(): Promise<number> {
    return this.node.waiting;
  }

  makeReady(): Promise<void> {
    return this.node.makeReady();
  }

  async stop(): Promise<void> {
    await this.node.stop();
    this.kube.close();
    await this.servers.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private async createAccounts(): Promise<void> {
    await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ACCOUNTS } });
    for (const account of rbacObjects('accounts', RBAC).filter(({ kind }) => kind === 'ServiceAccount')) await this.create(account);
    if (this.access === 'cluster') for (const object of rbacObjects('namespace', RBAC)) await this.create(clusterWide(object));
    for (const service of clusterServices) await this.writeKubeconfig(service);
  }

  private async writeKubeconfig(service: ClusterService): Promise<void> {
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: '' },
      spec: { expirationSeconds: 7_200 },
    };
    const { status } = (await this.kube.create(`/api/v1/namespaces/${ACCOUNTS}/serviceaccounts/${accountOf(service)}/token`, body)) as {
      readonly status: { readonly token: string };
    };
    const config = JSON.parse(readFileSync(this.servers.kubeconfig('admin'), 'utf8')) as {
      readonly users: readonly [{ readonly name: string }];
    };
    writeFileSync(
      this.accountFile(service),
      JSON.stringify({ ...config, users: [{ name: config.users[0].name, user: { token: status.token } }] }),
      { mode: 0o600 },
    );
  }

  private accountFile(service: ClusterService): string {
    return join(this.dir, `kubeconfig-${service}`);
  }

  private create(object: KubeObject): Promise<unknown> {
    const {
      apiVersion,
      kind,
      metadata: { namespace },
    } = object;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return this.kube.create(`${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${kind.toLowerCase()}s`, object);
  }
}

/** A Role or RoleBinding of deploy/rbac as a ClusterRole or ClusterRoleBinding. */
function clusterWide(object: KubeObject): KubeObject {
  const { roleRef, kind } = object as KubeObject & { readonly roleRef?: object };
  return { ...object, kind: `Cluster${kind}`, ...(roleRef && { roleRef: { ...roleRef, apiGroup: GROUP, kind: 'ClusterRole' } }) };
}
