import { forgetPostgres, startNats, startPostgres, type Nats, type NatsUser, type Postgres } from '@alloy/embedded';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Guard } from './guard';

export interface BackendsOptions {
  /** Folders. */
  readonly postgres: string;
  readonly nats: string;
  /** Postgres gives up durability for speed. */
  readonly volatile: boolean;
  /** Of nats-server. */
  readonly users: readonly NatsUser[];
  readonly guard: Guard;
}

/** The Postgres and the NATS of one installation, which keep their ports however often they are started. */
export class Backends {
  postgres!: Postgres;
  nats!: Nats;

  constructor(private readonly options: BackendsOptions) {}

  async start(): Promise<void> {
    await Promise.all([this.startPostgres(), this.startNats()]);
  }

  /** Postgres' immediate shutdown: no session ends in order, and the log is recovered at the next start. */
  async restartPostgres(): Promise<void> {
    process.kill(this.postgres.pid, 'SIGQUIT');
    await this.postgres.exited;
    this.options.guard.drop(this.postgres.pid);
    await this.startPostgres(this.postgres.port);
  }

  /** Kills nats-server with -9, deletes JetStream's store, and starts it again with nothing in it. */
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

  /** Removes Postgres' data, wherever it lies; when it has stopped. */
  forget(): void {
    forgetPostgres(this.options.postgres);
  }

  private async startPostgres(port = 0): Promise<void> {
    this.postgres = await startPostgres({ dir: this.options.postgres, port, volatile: this.options.volatile });
    this.options.guard.hold(this.postgres.pid);
  }

  private async startNats(port = 0): Promise<void> {
    this.nats = await startNats({ dir: this.options.nats, port, users: this.options.users });
    this.options.guard.hold(this.nats.pid);
  }
}
