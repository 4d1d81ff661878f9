import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../embedded-error';
import { freePort } from '../process/free-port';
import { commandOf, identityOf, type Identity } from '../process/identity';
import { adopt, type Running } from '../process/running';
import { spawnDetached } from '../process/spawn-detached';
import { until } from '../process/until';
import { findBinaries, type Binaries } from './binaries';
import { chooseDataFolder, type DataFolder } from './data-folder';

export { removeDataFolder as forgetPostgres } from './data-folder';

export interface PostgresOptions {
  /** Folder for the password, the log, and the data if Postgres' user can access it. */
  readonly dir: string;
  /** 0 (default): any free port. A server that already runs on this data is adopted with its port. */
  readonly port?: number;
  /** Folder of initdb and postgres; default ALLOY_POSTGRES_BIN, then the npm package. */
  readonly bin?: string;
  /** Trades durability for speed: for tests only. Default false. */
  readonly volatile?: boolean;
  /** Default 120. */
  readonly maxConnections?: number;
  /** More settings, each `name=value`; of a server that is adopted they are ignored. */
  readonly settings?: readonly string[];
  readonly log?: string;
  /** Called with the pid as soon as the server's process exists, before it is ready. */
  readonly onPid?: (pid: number) => void;
}

export interface Postgres extends Running {
  /** Owner's URL, with its password, to the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly adopted: boolean;
}

const OWNER = 'alloy';
// A killed server keeps what it committed; only a crash of the machine loses it.
const FAST = ['fsync=off', 'full_page_writes=off'];
// SIGINT is Postgres' fast shutdown: sessions are ended, data is flushed.
const STOP = { signal: 'SIGINT', graceMs: 20_000 } as const;

const STARTED_WITHIN_MS = 60_000;
const RECOVERED_WITHIN_MS = 600_000;

/** Starts Postgres on loopback; initdb creates missing data. Rejects with `EmbeddedError`. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const folder = chooseDataFolder(options.dir);
  const password = passwordOf(options.dir);
  const give = (running: Running, port: number, adopted: boolean): Postgres => ({
    ...running,
    url: `postgresql://${OWNER}:${password}@127.0.0.1:${port}/postgres`,
    port,
    adopted,
  });

  const left = serverOn(folder.data);
  if (left) {
    const running = adopt(left.identity, STOP);
    if ((await untilReady(running, folder.data)) === 'yes') return give(running, left.port, true);
    await running.stop();
  }

  const binaries = findBinaries(folder.account, options.bin);
  if (!existsSync(join(folder.data, 'PG_VERSION'))) await initialise(binaries, folder, options, password);
  const attempts = options.port ? 1 : 5;
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort());
    try {
      return give(await launch(binaries, folder, options, port), port, false);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

function passwordOf(dir: string): string {
  const file = join(dir, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function initialise(binaries: Binaries, { data, account }: DataFolder, options: PostgresOptions, password: string): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const file = join(data, '..', `.alloy-initdb-${randomBytes(8).toString('hex')}`);
  writeFileSync(file, password, { mode: 0o600, flag: 'wx' });
  try {
    if (account) for (const path of [data, file]) chownSync(path, account.uid, account.gid);
    const args = [
      '-D', data, '-U', OWNER,
      `--pwfile=${file}`,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--no-locale',
      ...(options.volatile ? ['--no-sync'] : []),
    ];
    await promisify(execFile)(binaries.initdb, args, { cwd: data, env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' }, ...account });
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    throw new EmbeddedError(
      'did_not_start',
      `initdb failed (${(stderr || message).trim().split('\n').pop()}): set ALLOY_POSTGRES_BIN to another Postgres, or DATABASE_URL to a running server`,
    );
  } finally {
    rmSync(file, { force: true });
  }
}

async function launch(binaries: Binaries, { data, account }: DataFolder, options: PostgresOptions, port: number): Promise<Running> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    `max_connections=${options.maxConnections ?? 120}`,
    'shared_buffers=64MB',
    'jit=off',
    'timezone=UTC',
    'log_checkpoints=off',
    ...(options.volatile ? FAST : []),
    ...(options.settings ?? []),
  ];
  const log = options.log ?? join(options.dir, 'postgres.log');
  const running = await spawnDetached({
    command: binaries.postgres,
    args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    log,
    cwd: data,
    env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' },
    account,
    onPid: options.onPid,
    ...STOP,
  });
  const ready = await untilReady(running, data);
  if (ready === 'yes') return running;
  await running.stop();
  throw new EmbeddedError(
    'did_not_start',
    `Postgres did not start on port ${port} (see ${log}): set ALLOY_POSTGRES_BIN to another Postgres, or DATABASE_URL to a running server`,
  );
}

/** Crash recovery takes as long as needed: only a server that has not started to recover by then is given up. */
async function untilReady(running: Running, data: string): Promise<'yes' | 'gone' | undefined> {
  const state = await until(() => (running.isAlive() ? serverOn(data) && 'started' : 'gone'), { timeoutMs: STARTED_WITHIN_MS });
  if (state !== 'started') return state;
  return until(() => (running.isAlive() ? serverOn(data)?.ready && 'yes' : 'gone'), { timeoutMs: RECOVERED_WITHIN_MS });
}

/** The server that runs on this data, by its pid file; removes the pid file of a dead server. */
function serverOn(data: string): { identity: Identity; port: number; ready: boolean } | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const identity = identityOf(Number(lines[0]));
  if (identity && commandOf(identity.pid).includes(data)) return { identity, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  if (lines.length > 3) rmSync(file, { force: true });
  return undefined;
}
