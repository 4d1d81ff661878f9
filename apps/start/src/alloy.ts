import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { services, type Service } from '@alloy/contracts';
import type { Running } from '@alloy/embedded';
import { natsUserOf, natsUsers } from '@alloy/transport/permissions';
import { finalBlock } from './final-block';
import { forget, newKey, newToken, openHome, rolePasswords, secretIn, sha256, type Home } from './home';
import { natsPart, postgresPart } from './infrastructure-parts';
import { writeJson } from './json-file';
import { takeLock } from './lock';
import { migrate } from './migrate';
import { nodePart, readinessAt } from './node-part';
import type { Options } from './options';
import { playgroundPart } from './playground-part';
import { servicePorts } from './ports';
import { ProcessRecord } from './process-record';
import { bareEnv, roleOf, serviceEnv, type Addresses } from './service-env';
import type { StartError } from './start-error';
import { Supervisor } from './supervisor';

const USER = 'demo';
const PROJECT = 'shop';
/** Order in which parts are stopped. */
const RANKS = [services, ['playground'], ['nats'], ['postgres']] as const;

export interface AlloyDeps {
  /** Path of the repository, with dist/apps and examples. */
  readonly repository: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** Called once if a part keeps dying; stop then. */
  readonly giveUp: (error: StartError) => void;
}

/** A complete Alloy on one machine: servers, a playground cluster if none is given, and the five services. */
export class Alloy {
  private readonly home: Home;
  private readonly record: ProcessRecord;
  private readonly supervisor: Supervisor;
  private readonly unlock: () => void;
  private readonly apps: string;
  private readonly shop: string;
  private readonly bare: Record<string, string | undefined>;

  /** Locks the home. Throws `StartError` if another supervisor uses it. */
  constructor(
    private readonly options: Options,
    private readonly deps: AlloyDeps,
  ) {
    this.home = openHome(options.home);
    this.unlock = takeLock(this.home.lock);
    this.record = new ProcessRecord(this.home.processes);
    this.supervisor = new Supervisor(this.record, deps.say, deps.giveUp);
    this.apps = join(deps.repository, 'dist', 'apps');
    this.shop = join(deps.repository, 'examples', 'shop');
    this.bare = bareEnv(deps.env);
  }

  /** Starts everything and returns the final block. Rejects with one line for users if a part cannot be started. */
  async start(): Promise<string> {
    const started = performance.now();
    await this.takeOver();
    const ports = await servicePorts(this.options.appPort);
    const secrets = this.openSecrets();
    const addresses = await this.startInfrastructure();
    await this.supervisor.track(
      migrate({
        apps: this.apps,
        log: join(this.home.logs, 'migrate.log'),
        env: this.bare,
        databaseUrl: addresses.databaseUrl,
        passwords: secrets.passwords,
        bootstrap: {
          user: USER,
          project: PROJECT,
          policy: this.policy(),
          tokenSha256: sha256(secrets.token),
          tokenScope: 'admin',
          tokenProjects: ['*'],
        },
        onSpawn: (running) => this.record.set('migrate', running.identity),
      }),
    );
    this.record.delete('migrate');
    this.deps.say('tables are up to date');
    await Promise.all(services.map((service) => this.startService(service, ports[service], addresses, secrets.passwords)));
    const url = `http://127.0.0.1:${ports.ingest}`;
    writeJson(this.home.card, {
      url, user: USER, project: PROJECT, token: this.home.token, kubeconfig: addresses.kubeconfig, ports,
      pid: process.pid,
    });
    const seconds = (performance.now() - started) / 1000;
    return finalBlock({
      home: this.home, url, kubeconfig: addresses.kubeconfig, user: USER, project: PROJECT, shop: this.shop,
      cwd: this.deps.cwd, seconds,
    });
  }

  /** Stops services first and Postgres last; then unlocks the home. */
  async stop(): Promise<void> {
    rmSync(this.home.card, { force: true });
    await this.supervisor.stop(RANKS);
    this.unlock();
  }

  private async takeOver(): Promise<void> {
    const { fresh, databaseUrl, natsUrl } = this.options;
    const keep = fresh ? [] : [...(databaseUrl ? [] : ['postgres']), ...(natsUrl ? [] : ['nats'])];
    const left = await this.record.stopLeftovers(keep);
    if (left.length > 0) this.deps.say(`stopped processes left by an earlier start: ${left.join(', ')}`);
    if (fresh) {
      forget(this.home);
      this.deps.say(`deleted the data in ${this.home.root}`);
    }
    for (const folder of [this.home.logs, this.home.keystore]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  private openSecrets(): { readonly passwords: Readonly<Record<string, string>>; readonly token: string } {
    if (!this.options.masterKey) secretIn(this.home.masterKey, newKey);
    secretIn(this.home.secretsKey, newKey);
    return { passwords: rolePasswords(this.home.passwords, services.map(roleOf)), token: secretIn(this.home.token, newToken) };
  }

  private async startInfrastructure(): Promise<Addresses> {
    const natsPasswords = this.options.natsUrl ? undefined : rolePasswords(this.home.natsPasswords, services.map(natsUserOf));
    const users = natsPasswords ? natsUsers(natsPasswords) : [];
    const [databaseUrl, natsUrl, kubeconfig] = await Promise.all([
      this.options.databaseUrl ?? this.server('postgres', (started) => postgresPart(this.home, started)),
      this.options.natsUrl ?? this.server('nats', (started) => natsPart(this.home, users, this.deps.say, started)),
      this.options.cluster ?? this.startPlayground(),
    ]);
    return { databaseUrl, natsUrl, natsPasswords, kubeconfig };
  }

  private async server<S extends Running & { url: string; adopted: boolean }>(
    name: string,
    part: (started: (server: S) => void) => Parameters<Supervisor['up']>[0],
  ): Promise<string> {
    const found: S[] = [];
    await this.supervisor.up(part((server) => void found.push(server)));
    const { adopted, url } = found[0]!;
    this.deps.say(`${name} ${adopted ? 'was still running' : 'is running'}`);
    return url;
  }

  private async startPlayground(): Promise<string> {
    await this.supervisor.up(await playgroundPart(this.home, this.apps, this.bare));
    this.deps.say('playground is running');
    return this.home.kubeconfig;
  }

  private async startService(
    service: Service, port: number, addresses: Addresses,
    passwords: Readonly<Record<string, string>>,
  ): Promise<void> {
    const env = { ...this.bare, ...serviceEnv(service, { options: this.options, home: this.home, addresses, passwords, port }) };
    const readiness = () => readinessAt(`http://127.0.0.1:${port}/readyz`);
    const onWaiting = (servers: readonly string[]): void => this.deps.say(`${service} waits for ${servers.join(' and ')}`);
    await this.supervisor.up(nodePart({ name: service, apps: this.apps, logs: this.home.logs, env, readiness, onWaiting }));
    this.deps.say(`${service} is ready on ${port}`);
  }

  private policy(): unknown {
    return JSON.parse(readFileSync(join(this.shop, 'policy.json'), 'utf8'));
  }
}
