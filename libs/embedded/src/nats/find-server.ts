import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { EmbeddedError } from '../embedded-error';
import { currentMethods, fetchServer, NATS_VERSION, olderMethods } from './fetch-server';
import { isAtLeast, serverVersion } from './server-version';

/**
 * Older servers silently ignore message TTLs (2.11) and atomic batches (2.12): they are used only if no newer one can
 * be fetched.
 */
const RECENT = [2, 12] as const;
const OLDEST = [2, 9] as const;
const ELSE = 'set NATS_SERVER_BIN to a nats-server program, or NATS_URL to a running server with JetStream';

export interface FindOptions {
  /** Additional folder to search. */
  readonly bin?: string | undefined;
  readonly progress?: ((line: string) => void) | undefined;
  /** Default: those of `fetchServer`. */
  readonly methods?: { readonly current: typeof currentMethods; readonly older: typeof olderMethods };
}

interface Found {
  readonly path: string;
  readonly version: string;
}

/**
 * Path of a nats-server: NATS_SERVER_BIN, else a recent one on PATH, in `bin` or in the user's cache, else one fetched
 * into that cache, else an older one. Rejects with `EmbeddedError`.
 */
export async function findNatsServer({
  bin,
  progress = () => undefined,
  methods = { current: currentMethods, older: olderMethods },
}: FindOptions = {}): Promise<string> {
  const named = process.env['NATS_SERVER_BIN'];
  if (named !== undefined) return checkNamed(named);
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'alloy', 'bin');
  const target = join(cache, `nats-server-${NATS_VERSION}`);
  const older = join(cache, 'nats-server');
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin', ...(bin ? [bin] : [])].filter(Boolean);
  const found = await usable([...new Set(folders.map((folder) => join(folder, 'nats-server'))), target, older]);
  const recent = found.find(({ version }) => isAtLeast(version, RECENT));
  if (recent) return recent.path;

  progress(`fetching nats-server ${NATS_VERSION} (once)`);
  const failures = await fetchServer(target, methods.current);
  if (!failures) return target;
  const [old] = found;
  if (old) {
    progress(`using nats-server ${old.version} at ${old.path}, because ${NATS_VERSION} could not be fetched (${failures.join('; ')})`);
    return old.path;
  }
  const more = await fetchServer(older, methods.older);
  if (!more) return older;
  throw new EmbeddedError('binary_missing', `no nats-server found or fetched (${[...failures, ...more].join('; ')}): ${ELSE}`);
}

async function checkNamed(path: string): Promise<string> {
  if (!isExecutable(path)) throw new EmbeddedError('binary_missing', `NATS_SERVER_BIN names ${path}, which is not a program`);
  const version = await serverVersion(path);
  if (version === undefined) throw new EmbeddedError('binary_missing', `NATS_SERVER_BIN names ${path}, which is not a nats-server`);
  if (!isAtLeast(version, OLDEST))
    throw new EmbeddedError('binary_missing', `NATS_SERVER_BIN names nats-server ${version}; Alloy needs ${OLDEST.join('.')} or newer`);
  return path;
}

/** The programs that run and are not too old, in the given order. */
async function usable(paths: readonly string[]): Promise<readonly Found[]> {
  const versions = await Promise.all(
    paths.map(async (path) => ({ path, version: isExecutable(path) ? await serverVersion(path) : undefined })),
  );
  return versions.filter((one): one is Found => one.version !== undefined && isAtLeast(one.version, OLDEST));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
