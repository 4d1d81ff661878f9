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

export interface NatsOptions {
  /** Folder for JetStream's store, the log and a note of the running process. */
  readonly dir: string;
  /** 0 (default): any free one. A server that already runs on this folder is adopted with its own port. */
  readonly port?: number;
  /** Default true. */
  readonly jetstream?: boolean;
  /** Another folder to look for nats-server in. */
  readonly bin?: string;
  readonly log?: string;
  readonly progress?: (line: string) => void;
}

export interface Nats extends Running {
  readonly url: string;
  readonly port: number;
  readonly adopted: boolean;
}

interface Note extends Identity {
  readonly port: number;
}

/** Starts a real nats-server on loopback. Rejects with `EmbeddedError`. */
export async function startNats(options: NatsOptions): Promise<Nats> {
  mkdirSync(options.dir, { recursive: true });
  const file = join(options.dir, 'process.json');
  const give = (running: Running, port: number, adopted: boolean): Nats => ({ ...running, url: `nats://127.0.0.1:${port}`, port, adopted });

  const note = readNote(file);
  if (note && isAlive(note)) return give(adopt(note), note.port, true);
  rmSync(file, { force: true });

  const command = await findNatsServer({ bin: options.bin, progress: options.progress });
  const attempts = options.port ? 1 : 5;
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort());
    try {
      const running = await launch(command, options, port);
      writeFileSync(file, JSON.stringify({ ...running.identity, port } satisfies Note));
      return give(running, port, false);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

function readNote(file: string): Note | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Note) : undefined;
  } catch {
    // A note that was being written when its writer died.
    return undefined;
  }
}

async function launch(command: string, options: NatsOptions, port: number): Promise<Running> {
  const store = options.jetstream === false ? [] : ['-js', '-sd', join(options.dir, 'store')];
  const log = options.log ?? join(options.dir, 'nats.log');
  const running = await spawnDetached({ command, args: ['-a', '127.0.0.1', '-p', String(port), ...store], log, cwd: options.dir });
  const greeting = await until(async () => (running.isAlive() ? await greets(port) : 'gone'), { timeoutMs: 20_000 });
  if (greeting === 'yes' && running.isAlive()) return running;
  await running.stop();
  throw new EmbeddedError('did_not_start', `nats-server did not start on port ${port} (see ${log}): set NATS_SERVER_BIN to another nats-server, or NATS_URL to a running server with JetStream`);
}

/** A NATS server speaks first: `INFO {…}`. */
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
