import { services, type Service } from '@alloy/contracts';
import { createPool } from '@alloy/event-store';
import { freePort, serviceMemoryEnv, serviceNodeFlags, spawnDetached } from '@alloy/embedded';
import type { BootstrapOptions } from '@alloy/ledger';
import type { CrashAt } from '@alloy/service';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { newKey, newToken, openHome, rolePasswords, secretIn, sha256, type Home } from '../../apps/start/src/home';
import { bareEnv, roleOf, serviceEnv } from '../../apps/start/src/service-env';
import { natsUserOf, natsUsers } from '../../libs/transport/src/permissions';
import type { ApiProxy } from './api-proxy';
import { Backends, isBackend, type Backend } from './backends';
import { ClusterApi } from './cluster-api';
import { Guard } from './guard';
import { keepHistory } from './keep-history';
import { keepsLogs } from './keeps-logs';
import type { FaultPoint } from './postgres-proxy';
import { Proxies } from './proxies';
import { Releases } from './releases';
import { Respawned, type Crash } from './respawned';

export interface InstallationOptions {
  /** Projects with their policies, each in the namespace of its name. */
  readonly projects: Readonly<Record<string, NonNullable<BootstrapOptions['policy']>>>;
  /** Of the token of `releases`; default operate. */
  readonly tokenScope?: BootstrapOptions['tokenScope'];
  /** Default 1; with two, each has a separate API proxy. */
  readonly executors?: 1 | 2;
  /**
   * For measurements: Postgres is durable, there is no proxy before it, logs and resyncs have their defaults. Default
   * false.
   */
  readonly undisturbed?: boolean;
  /** Default all five. */
  readonly services?: readonly Service[];
  /** Services with a separate proxy to the API server, see `api`; default the executors, if there are two. */
  readonly apiProxies?: readonly Replica[];
  /** Additional environment variables of every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** An existing API server instead of the playground; the caller creates its namespaces. */
  readonly server?: GivenServer;
  /** The build of migrate and the services; default this tree's. The playground is always this tree's. */
  readonly build?: Build;
  /** Additional settings of Postgres, each `name=value`. */
  readonly postgresSettings?: readonly string[];
}

/** The build of a commit. */
export interface Build {
  /** Folder of `<app>/main.js`. */
  readonly apps: string;
  /** Whether its services log in at nats-server; if not, nats-server accepts any client. */
  readonly natsUsers: boolean;
}

/** Paths of kubeconfigs: of a user with all permissions, and of the two services that access the cluster. */
export interface GivenServer {
  readonly admin: string;
  readonly executor: string;
  readonly watcher: string;
}

export type Replica = Service | 'executor-2';
/** A part of an installation. */
export type Part = Replica | 'playground' | Backend;

const USER = 'demo';
/** The user of nats-server with all permissions. */
const NATS_ADMIN = { name: 'admin', password: 'alloy-test-password' };
const APPS = join(__dirname, '..', '..', 'dist', 'apps');
const OWN_BUILD: Build = { apps: APPS, natsUsers: true };

/**
 * A whole Alloy of built processes with separate folder and ports; each process is started again immediately after it
 * dies.
 */
export class Installation {
  readonly home: Home = openHome(mkdtempSync(join(tmpdir(), 'alloy-faults-')));
  releases!: Releases;
  cluster!: ClusterApi;
  private readonly guard = new Guard();
  private readonly processes = new Map<Replica | 'playground', Respawned>();
  private readonly proxies = new Proxies<Replica>(this.home.root);
  private readonly bare = bareEnv(process.env);
  private readonly token = newToken();
  /** Of the token of `releases`. */
  readonly tokenSha256 = sha256(this.token);
  private readonly backends: Backends;
  private readonly build: Build;
  private pool: Pool | undefined;

  private constructor(private readonly options: InstallationOptions) {
    const { postgres, nats } = this.home;
    this.build = options.build ?? OWN_BUILD;
    const users = this.build.natsUsers ? [...natsUsers(this.natsPasswords()), NATS_ADMIN] : undefined;
    const { undisturbed, postgresSettings: settings } = options;
    this.backends = new Backends({ postgres, nats, volatile: !undisturbed, users, settings, guard: this.guard });
  }

  /** Leaves nothing behind if it fails. */
  static async start(options: InstallationOptions): Promise<Installation> {
    const installation = new Installation(options);
    try {
      await installation.up();
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** Sends the signal immediately; the process is started again after its end. */
  kill(replica: Replica, signal: NodeJS.Signals = 'SIGKILL'): void {
    this.processes.get(replica)!.kill(signal);
  }

  /**
   * Sends the signal immediately, and does not start the process again. Returns its exit code, null if a signal ended
   * it.
   */
  end(replica: Replica, signal: NodeJS.Signals): Promise<number | null> {
    return this.processes.get(replica)!.end(signal);
  }

  /**
   * Restarts the service so that it kills itself at that crash point, once; afterwards it is started again without it.
   * Resolves when the armed process has been started. `signal` ends the running process; default SIGTERM.
   */
  crashAt(replica: Replica, at: CrashAt, signal: NodeJS.Signals = 'SIGTERM'): Promise<Crash> {
    return this.processes.get(replica)!.crashAt(at, signal);
  }

  /** Starts an ended process; resolves when it is ready. */
  async startAgain(replica: Replica): Promise<void> {
    await this.processes.get(replica)!.start();
  }

  /** Resolves when the service is ready. */
  async ready(replica: Replica): Promise<void> {
    await this.processes.get(replica)!.ready();
  }

  /** How often each of the services was started. */
  starts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.processes].map(([name, { starts }]) => [name, starts]));
  }

  /** The current pid of the process; `playground` also has one. */
  pid(name: Replica | 'playground'): number {
    return this.processes.get(name)!.pid;
  }

  /** With the owner of the database, and with NATS' admin. */
  addresses(): { readonly databaseUrl: string; readonly natsUrl: string } {
    const natsUrl = Object.assign(new URL(this.backends.nats.url), { username: NATS_ADMIN.name, password: NATS_ADMIN.password }).href;
    return { databaseUrl: this.backends.postgres.url, natsUrl };
  }

  /** The page of its metrics, in Prometheus' text format. */
  metrics(replica: Replica): Promise<string> {
    return this.processes.get(replica)!.metrics();
  }

  /** Triggers from JetStream that the service has handled since its start. */
  async handledTriggers(replica: Replica): Promise<number> {
    const metrics = await this.metrics(replica);
    return Number(/^alloy_messages_total\{outcome="done"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  }

  /**
   * Calls `strike` once, at that point of an append of `writer`, whose connection is cut there; resolves afterwards.
   */
  strikeAt(writer: Service, point: FaultPoint, strike: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.proxies.database(writer).arm(point, () => {
        strike();
        resolve();
      });
    });
  }

  /**
   * Calls `strike` once, at that point of an append of `replica`, without any other effect. Returns a function to
   * cancel it.
   */
  noticeAt(replica: Replica, point: FaultPoint, strike: () => void): () => void {
    return this.proxies.database(replica).notice(point, strike);
  }

  /** Stops all its processes; waits for a process that is just being started. Returns once all are stopped. */
  freeze(name: Part): Promise<void> {
    return isBackend(name) ? this.backends.freeze(name) : this.processes.get(name)!.freeze();
  }

  thaw(name: Part): void {
    if (isBackend(name)) this.backends.thaw(name);
    else this.processes.get(name)!.kill('SIGCONT');
  }

  /** Kills Postgres with all its sessions, or nats-server, with -9, and starts it again on its data. */
  restart(name: Backend): Promise<void> {
    return this.backends.restart(name);
  }

  /** The proxy between that executor or watcher and the API server. */
  api(replica: Replica): ApiProxy {
    return this.proxies.api(replica);
  }

  /** Postgres' immediate shutdown: no session ends in order, and Postgres recovers at the next start. */
  restartPostgres(): Promise<void> {
    return this.backends.restartPostgres();
  }

  /** Kills nats-server with -9, deletes JetStream's store, and starts it again without data. */
  wipeNats(): Promise<void> {
    return this.backends.wipeNats();
  }

  async stop(): Promise<void> {
    if (this.pool) await keepHistory(this.pool).catch((error: unknown) => process.stderr.write(`no history was kept: ${String(error)}\n`));
    await Promise.all([...this.processes.values()].map((one) => one.stop()));
    await this.pool?.end();
    this.cluster?.close();
    await this.proxies.close();
    await this.backends.stop();
    this.guard.release();
    this.backends.forget();
    if (keepsLogs()) process.stderr.write(`logs: ${this.home.logs}\n`);
    else rmSync(this.home.root, { recursive: true, force: true });
  }

  private async up(): Promise<void> {
    for (const { apps } of [this.build, OWN_BUILD]) {
      if (!existsSync(join(apps, 'ingest', 'main.js'))) throw new Error(`${apps} has no build: run npm run build`);
    }
    for (const folder of [this.home.logs, this.home.keystore]) mkdirSync(folder, { recursive: true });
    secretIn(this.home.masterKey, newKey);
    secretIn(this.home.secretsKey, newKey);
    const passwords = rolePasswords(this.home.passwords, services.map(roleOf));
    await all([this.backends.start(), this.options.server ? undefined : this.startPlayground()]);
    const { projects, executors = 1, server, tokenScope = 'operate' } = this.options;
    this.cluster = server ? new ClusterApi(server.admin) : new ClusterApi(this.home.kubeconfig, { plain: true });
    for (const [project, policy] of Object.entries(projects)) {
      const owner = { user: USER, tokenSha256: this.tokenSha256, tokenScope };
      await this.migrate(passwords, { ...owner, project, policy: { ...policy, namespace: project } });
      if (!server) await this.cluster.createNamespace(project);
    }
    const chosen = this.options.services ?? services;
    const replicas: readonly Replica[] = executors === 2 ? [...chosen, 'executor-2'] : chosen;
    const ports = new Map(await Promise.all(replicas.map(async (replica) => [replica, await freePort()] as const)));
    await all(replicas.map((replica) => this.startService(replica, ports.get(replica)!, passwords)));
    this.pool = createPool(this.backends.postgres.url, { name: 'observer' });
    this.releases = new Releases(this.pool, { url: `http://127.0.0.1:${ports.get('ingest') ?? 0}`, user: USER, token: this.token });
  }

  private natsPasswords(): Readonly<Record<string, string>> {
    return rolePasswords(this.home.natsPasswords, services.map(natsUserOf));
  }

  private async startPlayground(): Promise<void> {
    const port = await freePort();
    const env = {
      ...this.bare,
      HOST: '127.0.0.1',
      PORT: String(port),
      PLAYGROUND_HOME: this.home.playground,
      PLAYGROUND_KUBECONFIG: this.home.kubeconfig,
    };
    await this.run('playground', join(APPS, 'playground', 'main.js'), env, `http://127.0.0.1:${port}`);
  }

  private async migrate(passwords: Readonly<Record<string, string>>, project: Omit<BootstrapOptions, 'databaseUrl'>): Promise<void> {
    const log = join(this.home.logs, 'migrate.log');
    const env = {
      ...this.bare,
      DATABASE_URL: this.backends.postgres.url,
      ALLOY_ROLE_PASSWORDS: JSON.stringify(passwords),
      ALLOY_BOOTSTRAP: JSON.stringify(project),
    };
    const args = [join(this.build.apps, 'migrate', 'main.js')];
    const running = await spawnDetached({ command: process.execPath, args, log, env, onPid: (pid) => this.guard.hold(pid) });
    const code = await running.exited;
    this.guard.drop(running.pid);
    if (code !== 0) throw new Error(`migrate failed, see ${log}`);
  }

  private async startService(replica: Replica, port: number, passwords: Readonly<Record<string, string>>): Promise<void> {
    const service = replica === 'executor-2' ? 'executor' : replica;
    const { undisturbed = false, env: more = {}, executors, apiProxies = executors === 2 ? ['executor', 'executor-2'] : [] } = this.options;
    const direct =
      (service === 'executor' || service === 'watcher') && this.options.server ? this.options.server[service] : this.home.kubeconfig;
    const kubeconfig = apiProxies.includes(replica) ? await this.proxies.beforeApi(replica, direct, this.cluster.url) : direct;
    const shared = {
      HOST: '127.0.0.1', RATE_LIMIT_PER_ADDRESS: '0', RATE_LIMIT_PER_TOKEN: '0',
      ...(undisturbed ? {} : { LOG_LEVEL: 'debug', SWEEP_SECONDS: '1' }),
      ...more,
    };
    const { postgres, nats } = this.backends;
    const databaseUrl = undisturbed ? postgres.url : await this.proxies.beforeDatabase(replica, postgres.url);
    const natsPasswords = this.build.natsUsers ? this.natsPasswords() : undefined;
    const addresses = { databaseUrl, natsUrl: nats.url, natsPasswords, kubeconfig };
    const options = { home: this.home.root, appPort: 0, fresh: false, shared };
    const env = { ...this.bare, ...serviceEnv(service, { options, home: this.home, addresses, passwords, port }) };
    await this.run(replica, join(this.build.apps, service, 'main.js'), env, `http://127.0.0.1:${port}`);
  }

  private async run(
    name: Replica | 'playground',
    main: string,
    env: Readonly<Record<string, string | undefined>>,
    url: string,
  ): Promise<void> {
    // As npm start and the image start them; an older build is started without flags.
    const memory = this.build.apps === APPS ? { flags: serviceNodeFlags, env: { ...serviceMemoryEnv, ...env } } : { env };
    const one = new Respawned({ main, log: join(this.home.logs, `${name}.log`), ...memory, url, guard: this.guard });
    this.processes.set(name, one);
    await one.start();
  }
}

/** Rejects if one of them does, after all have settled, so that none is left starting. */
async function all(works: readonly unknown[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}
