import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { EmbeddedError } from '../embedded-error';
import { freePort } from '../process/free-port';
import { isAlive, type Identity } from '../process/identity';
import { adopt, type Running } from '../process/running';
import { spawnDetached } from '../process/spawn-detached';
import { until } from '../process/until';
import { findNatsServer } from './find-server';

export interface NatsUser {
  readonly name: string;
  readonly password: string;
  /** Subjects, with NATS wildcards; undefined: all. */
  readonly permissions?: { readonly publish: readonly string[]; readonly subscribe: readonly string[] } | undefined;
}

export interface NatsOptions {
  /** Folder for JetStream's store, the log and the record of the running process. */
  readonly dir: string;
  /** 0 (default): any free port. A server that already runs on this folder is adopted with its port. */
  readonly port?: number;
  /** Default true. */
  readonly jetstream?: boolean;
  /**
   * Users and their permissions. Default: anonymous access without restrictions. A running server with other users is
   * restarted.
   */
  readonly users?: readonly NatsUser[];
  /** Additional folder to search for nats-server. */
  readonly bin?: string;
  readonly log?: string;
  /** Called with the pid as soon as the server's process exists, before it is ready. */
  readonly onPid?: (pid: number) => void;
  readonly progress?: (line: string) => void;
}

export interface Nats extends Running {
  readonly url: string;
  readonly port: number;
  readonly adopted: boolean;
}

interface Note extends Identity {
  readonly port: number;
  /** Digest of the users. */
  readonly users?: string;
}

/** Starts a nats-server on loopback. Rejects with `EmbeddedError`. */
export async function startNats(options: NatsOptions): Promise<Nats> {
  mkdirSync(options.dir, { recursive: true });
  const file = join(options.dir, 'process.json');
  const give = (running: Running, port: number, adopted: boolean): Nats => ({ ...running, url: `nats://127.0.0.1:${port}`, port, adopted });

  const note = readNote(file);
  const users = digestOf(options.users);
  const running = note && isAlive(note);
  if (running && note.users === users) return give(adopt(note), note.port, true);
  if (running) await adopt(note).stop();
  rmSync(file, { force: true });

  const command = await findNatsServer({ bin: options.bin, progress: options.progress });
  // Keeps the port, so that clients of the server with other users reconnect.
  const before = running && !options.port ? note.port : 0;
  const attempts = options.port ? 1 : 5;
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (attempt === 1 && before) || (await freePort());
    try {
      const running = await launch(command, options, port);
      writeFileSync(file, JSON.stringify({ ...running.identity, port, ...(users === undefined ? {} : { users }) } satisfies Note));
      return give(running, port, false);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

const digestOf = (users: readonly NatsUser[] | undefined): string | undefined =>
  users && createHash('sha256').update(JSON.stringify(users)).digest('hex');

/** The server's configuration, which contains passwords. */
function writeConfig(dir: string, users: readonly NatsUser[]): string {
  const file = join(dir, 'nats.conf');
  const of = ({ name, password, permissions }: NatsUser) => ({
    user: name,
    password,
    ...(permissions ? { permissions: { publish: { allow: permissions.publish }, subscribe: { allow: permissions.subscribe } } } : {}),
  });
  rmSync(file, { force: true });
  // The NATS configuration format accepts JSON.
  writeFileSync(file, JSON.stringify({ authorization: { users: users.map(of) } }), { mode: 0o600 });
  return file;
}

function readNote(file: string): Note | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Note) : undefined;
  } catch {
    // The record is incomplete: its writer died while writing.
    return undefined;
  }
}

async function launch(command: string, options: NatsOptions, port: number): Promise<Running> {
  const store = options.jetstream === false ? [] : ['-js', '-sd', join(options.dir, 'store')];
  const config = options.users ? ['-c', writeConfig(options.dir, options.users)] : [];
  const log = options.log ?? join(options.dir, 'nats.log');
  const running = await spawnDetached({
    command,
    args: ['-a', '127.0.0.1', '-p', String(port), ...store, ...config],
    log,
    cwd: options.dir,
    onPid: options.onPid,
  });
  const greeting = await until(async () => (running.isAlive() ? await greets(port) : 'gone'), { timeoutMs: 20_000 });
  if (greeting === 'yes' && running.isAlive()) return running;
  await running.stop();
  throw new EmbeddedError(
    'did_not_start',
    `nats-server did not start on port ${port} (see ${log}): set NATS_SERVER_BIN to another nats-server, or NATS_URL to a running server with JetStream`,
  );
}

/** A NATS server sends the first message: `INFO {…}`. */
function greets(port: number): Promise<'yes' | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: 'yes' | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(undefined));
    socket.once('error', () => end(undefined));
    socket.once('data', (chunk) => end(chunk.toString().startsWith('INFO') ? 'yes' : undefined));
  });
}
