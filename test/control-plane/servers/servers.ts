import { freePort, until } from '@alloy/embedded';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { auditPolicy, kubeconfigOf, newUsers, tokenFile, type User } from './access';
import { ServerProcess } from './server-process';

export interface ServersOptions {
  /** Folder of etcd, kube-apiserver and kube-controller-manager: KUBEBUILDER_ASSETS plus the controller manager. */
  readonly assets: string;
  /** Folder for data, logs, certificates and kubeconfigs; created if needed. */
  readonly dir: string;
}

/** Only these controllers run: no scheduler, no node lifecycle, no default ServiceAccounts. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'endpointslice-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'horizontal-pod-autoscaler-controller',
  'job-controller',
  'disruption-controller',
  'resourcequota-controller',
].join(',');
const READY_MS = 90_000;
const AUDIT_LOG_MIB = 4_096;

/**
 * A real etcd, kube-apiserver (with RBAC and an audit log of each request) and kube-controller-manager on loopback. All
 * end with this process, even if it is killed.
 */
export class Servers {
  private readonly users = newUsers();
  private readonly running = new Map<string, ServerProcess>();
  /** The reason of the first unexpected end of a server. */
  private loss: string | undefined;
  private reportLoss: (why: string) => void = () => undefined;
  /** Resolves with the reason on the first unexpected end of a server; otherwise it never resolves. */
  readonly lost = new Promise<string>((resolve) => (this.reportLoss = resolve));
  private etcdPort = 0;
  private apiPort = 0;

  private constructor(private readonly options: ServersOptions) {}

  /** If the start fails, it leaves no process. */
  static async start(options: ServersOptions): Promise<Servers> {
    const servers = new Servers(options);
    try {
      await servers.up();
      return servers;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  get etcdUrl(): string {
    return `http://127.0.0.1:${this.etcdPort}`;
  }

  /**
   * Path of the audit log: one JSON object per line, level `Metadata`, without requests of the controllers and the test
   * node.
   */
  get auditLog(): string {
    return join(this.options.dir, 'audit.log');
  }

  kubeconfig(user: User): string {
    return join(this.options.dir, `kubeconfig-${user}`);
  }

  /** Kills the API server, like a crash of its machine: all connections end. Idempotent. */
  async killApiServer(): Promise<void> {
    await this.end('kube-apiserver');
  }

  /** Starts the API server on the same port; resolves when it is ready. Idempotent. */
  async startApiServer(): Promise<void> {
    const { dir } = this.options;
    await this.run('kube-apiserver', [
      `--etcd-servers=${this.etcdUrl}`,
      `--secure-port=${this.apiPort}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--cert-dir=${join(dir, 'certs')}`,
      `--token-auth-file=${join(dir, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      `--service-account-key-file=${join(dir, 'sa.key')}`,
      `--service-account-signing-key-file=${join(dir, 'sa.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      '--disable-admission-plugins=ServiceAccount',
      `--audit-policy-file=${join(dir, 'audit-policy.json')}`,
      `--audit-log-path=${this.auditLog}`,
      // Tests read the log by its path, so it must not be rotated.
      `--audit-log-maxsize=${AUDIT_LOG_MIB}`,
    ]);
    const ready = await until(async () => this.loss ?? ((await this.isReady()) && 'yes'), { timeoutMs: READY_MS, everyMs: 100 });
    if (ready !== 'yes')
      throw new Error(ready ?? `kube-apiserver was not ready after ${READY_MS / 1_000} s, see ${this.log('kube-apiserver')}`);
  }

  async stop(): Promise<void> {
    for (const name of ['kube-controller-manager', 'kube-apiserver', 'etcd']) await this.end(name);
  }

  private async up(): Promise<void> {
    const { dir } = this.options;
    mkdirSync(join(dir, 'certs'), { recursive: true });
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeFileSync(join(dir, 'sa.key'), privateKey, { mode: 0o600 });
    writeFileSync(join(dir, 'tokens.csv'), tokenFile(this.users), { mode: 0o600 });
    writeFileSync(join(dir, 'audit-policy.json'), JSON.stringify(auditPolicy));
    [this.etcdPort, this.apiPort] = [await freePort(), await freePort()];
    await this.startEtcd(await freePort());
    await this.startApiServer();
    const certificate = readFileSync(join(dir, 'certs', 'apiserver.crt'));
    for (const { name, token } of this.users)
      writeFileSync(this.kubeconfig(name), kubeconfigOf(`https://127.0.0.1:${this.apiPort}`, token, certificate), { mode: 0o600 });
    await this.run('kube-controller-manager', [
      `--kubeconfig=${this.kubeconfig('controllers')}`,
      `--service-account-private-key-file=${join(dir, 'sa.key')}`,
      '--leader-elect=false',
      `--controllers=${CONTROLLERS}`,
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--secure-port=0',
    ]);
  }

  private async startEtcd(peerPort: number): Promise<void> {
    const peer = `http://127.0.0.1:${peerPort}`;
    await this.run('etcd', [
      '--data-dir',
      join(this.options.dir, 'etcd'),
      '--listen-client-urls',
      this.etcdUrl,
      '--advertise-client-urls',
      this.etcdUrl,
      '--listen-peer-urls',
      peer,
      '--initial-advertise-peer-urls',
      peer,
      '--initial-cluster',
      `default=${peer}`,
    ]);
  }

  private async run(name: string, args: readonly string[]): Promise<void> {
    if (this.running.has(name)) return;
    const { assets, dir } = this.options;
    const onLost = (why: string): void => this.reportLoss((this.loss ??= why));
    this.running.set(name, await ServerProcess.start({ name, command: join(assets, name), args, log: this.log(name), cwd: dir, onLost }));
  }

  private async end(name: string): Promise<void> {
    const one = this.running.get(name);
    this.running.delete(name);
    await one?.kill();
  }

  private log(name: string): string {
    return join(this.options.dir, `${name}.log`);
  }

  /** Does not check the certificate, which the server creates at its first start. */
  private isReady(): Promise<boolean> {
    const authorization = `Bearer ${this.users[0]!.token}`;
    return new Promise((resolve) => {
      request(
        {
          host: '127.0.0.1',
          port: this.apiPort,
          path: '/readyz',
          rejectUnauthorized: false,
          agent: false,
          headers: { authorization },
          timeout: 2_000,
        },
        (response) => resolve(response.resume().statusCode === 200),
      )
        .once('timeout', () => resolve(false))
        .once('error', () => resolve(false))
        .end();
    });
  }
}
