import { forgetPostgres, startNats, startPostgres, type Nats, type NatsUser, type Postgres } from '@alloy/embedded';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Guard } from './guard';

export interface BackendsOptions {
  /** Folders. */
  readonly postgres: string;
  readonly nats: string;
  /** Postgres without durability, for speed. */
  readonly volatile: boolean;
  /** Users of nats-server; undefined: any client has all permissions. */
  readonly users: readonly NatsUser[] | undefined;
  /** Additional settings of Postgres, each `name=value`. */
  readonly settings?: readonly string[] | undefined;
  readonly guard: Guard;
}

export type Backend = 'postgres' | 'nats';
export const isBackend = (name: string): name is Backend => name === 'postgres' || name === 'nats';

/** The Postgres and the NATS of one installation, which keep their ports over restarts. */
export class Backends {
  postgres!: Postgres;
  nats!: Nats;

  constructor(private readonly options: BackendsOptions) {}

  async start(): Promise<void> {
    // Rejects after both have settled, so that neither is left starting.
    const failed = (await Promise.allSettled([this.startPostgres(), this.startNats()])).find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  /** Postgres' immediate shutdown: no session ends in order, and the log is recovered at the next start. */
  async restartPostgres(): Promise<void> {
    process.kill(this.postgres.pid, 'SIGQUIT');
    await this.postgres.exited;
    this.options.guard.drop(this.postgres.pid);
    await this.startPostgres(this.postgres.port);
  }

  /** Stops the server and, for Postgres, each of its sessions. */
  async freeze(name: Backend): Promise<void> {
    const { pid } = this[name];
    // First, so that it starts no more children than are listed then.
    signal(pid, 'SIGSTOP');
    for (const child of childrenOf(pid)) signal(child, 'SIGSTOP');
  }

  thaw(name: Backend): void {
    const { pid } = this[name];
    for (const each of [...childrenOf(pid), pid]) signal(each, 'SIGCONT');
  }

  /** Kills with -9 the processes that `freeze` would stop, and starts the server again on its data. */
  async restart(name: Backend): Promise<void> {
    const { pid, port, exited } = this[name];
    signal(pid, 'SIGSTOP');
    for (const each of [...childrenOf(pid), pid]) signal(each, 'SIGKILL');
    await exited;
    this.options.guard.drop(pid);
    await (name === 'postgres' ? this.startPostgres(port) : this.startNats(port));
  }

  /** Kills nats-server with -9, deletes JetStream's store, and starts it again without data. */
  async wipeNats(): Promise<void> {
    process.kill(this.nats.pid, 'SIGKILL');
    await this.nats.exited;
    this.options.guard.drop(this.nats.pid);
    rmSync(join(this.options.nats, 'store'), { recursive: true });
    await this.startNats(this.nats.port);
  }

  async stop(): Promise<void> {
    await Promise.all([this.nats?.stop(), this.postgres?.stop()]);
  }

  /** Removes Postgres' data after it has stopped. */
  forget(): void {
    forgetPostgres(this.options.postgres);
  }

  private async startPostgres(port = 0): Promise<void> {
    const { postgres: dir, volatile, settings, guard } = this.options;
    this.postgres = await startPostgres({ dir, port, volatile, settings, onPid: (pid) => guard.hold(pid) });
  }

  private async startNats(port = 0): Promise<void> {
    const { nats: dir, users, guard } = this.options;
    this.nats = await startNats({ dir, port, users, onPid: (pid) => guard.hold(pid) });
  }
}

function childrenOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  return rows.filter(([, parent]) => parent === pid).map(([child]) => child!);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // The session has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
