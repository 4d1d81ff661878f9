import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { EmbeddedError } from '../embedded-error';
import { fetchServer } from './fetch-server';

/** Path of a nats-server: NATS_SERVER_BIN, PATH, `<bin>`, the user's cache, else fetched once into that cache. Rejects with `EmbeddedError`. */
export async function findNatsServer(bin?: string, progress: (line: string) => void = () => undefined): Promise<string> {
  const named = process.env['NATS_SERVER_BIN'];
  if (named !== undefined) {
    if (isExecutable(named)) return named;
    throw new EmbeddedError('binary_missing', `NATS_SERVER_BIN names ${named}, which is no program`);
  }
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'alloy', 'bin');
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin', ...(bin ? [bin] : []), cache];
  const found = folders.filter(Boolean).map((folder) => join(folder, 'nats-server')).find(isExecutable);
  if (found) return found;

  progress('fetching nats-server (once)');
  const target = join(cache, 'nats-server');
  const failures = await fetchServer(target);
  if (!failures) return target;
  throw new EmbeddedError('binary_missing', `no nats-server found or fetched (${failures.join('; ')}): set NATS_SERVER_BIN to a nats-server program, or NATS_URL to a running server with JetStream`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return existsSync(file);
  } catch {
    return false;
  }
}
