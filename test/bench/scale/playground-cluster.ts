import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../../control-plane/servers/server-process';
import { eventually } from '../../support/eventually';
import type { GivenServer } from '../../support/installation';
import { BareKube } from '../bare-kube';
import { AuditLog } from './audit-log';
import type { Access, ClusterUnderTest } from './cluster-under-test';
import { auditLogIn, kubeconfigIn, PODS_PATH, type HollowPlaygroundOptions } from './hollow-playground-options';
import { inParallel } from './in-parallel';

const SERVICES = ['executor', 'watcher'] as const;
const PROGRAM = join(__dirname, 'hollow-playground.js');
const CONNECTIONS = 8;
const STARTED_MS = 30_000;

/** The playground with a hollow node, in a separate process. */
export class PlaygroundCluster implements ClusterUnderTest {
  readonly audit: AuditLog;
  private readonly kube: BareKube;

  private constructor(
    private readonly dir: string,
    private readonly process: ServerProcess,
    readonly lost: Promise<string>,
  ) {
    const admin = kubeconfigIn(dir, 'admin');
    const {
      clusters: [{ cluster }],
    } = JSON.parse(readFileSync(admin, 'utf8')) as { clusters: [{ cluster: { server: string } }] };
    this.kube = new BareKube(cluster.server, admin);
    this.audit = new AuditLog(auditLogIn(dir));
  }

  /** If the start fails, it leaves no process and no file. */
  static async start(access: Access): Promise<PlaygroundCluster> {
    const dir = mkdtempSync(join(tmpdir(), 'alloy-scale-'));
    const users = [
      { name: 'admin', token: newToken() },
      ...SERVICES.map((name) => ({ name: accountOf(name), token: newToken(), namespaced: access === 'namespaces' })),
    ];
    const options: HollowPlaygroundOptions = { dir, users };
    let report: (why: string) => void = () => undefined;
    const lost = new Promise<string>((resolve) => (report = resolve));
    let process: ServerProcess | undefined;
    try {
      const args = [PROGRAM, JSON.stringify(options)];
      process = await ServerProcess.start({
        name: 'playground',
        command: globalThis.process.execPath,
        args,
        cwd: dir,
        log: join(dir, 'playground.log'),
        onLost: report,
      });
      await Promise.race([started(dir), lost.then((why) => Promise.reject(new Error(why)))]);
      return new PlaygroundCluster(dir, process, lost);
    } catch (error) {
      await process?.kill();
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  get given(): GivenServer {
    const [executor, watcher] = SERVICES.map((service) => kubeconfigIn(this.dir, accountOf(service)));
    return { admin: kubeconfigIn(this.dir, 'admin'), executor: executor!, watcher: watcher! };
  }

  async createNamespaces(names: readonly string[]): Promise<void> {
    await inParallel(CONNECTIONS, names, (name) =>
      this.kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    );
  }

  async waiting(): Promise<number> {
    return (await this.kube.get<{ readonly waiting: number }>(PODS_PATH)).waiting;
  }

  async makeReady(): Promise<void> {
    await this.kube.post(PODS_PATH);
  }

  async stop(): Promise<void> {
    this.kube.close();
    await this.process.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const newToken = (): string => randomBytes(24).toString('hex');

/** The name of the account in the audit log of a real API server. */
const accountOf = (service: (typeof SERVICES)[number]): string => `system:serviceaccount:alloy:alloy-${service}`;

/** The playground writes the kubeconfigs last: once they exist, it has started. */
const started = (dir: string): Promise<void> =>
  eventually(
    () => {
      if (!existsSync(kubeconfigIn(dir, accountOf('watcher')))) throw new Error('the playground has not started');
    },
    { timeoutMs: STARTED_MS, everyMs: 50 },
  );
