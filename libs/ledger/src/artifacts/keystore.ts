import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface NamedKey {
  readonly id: string;
  readonly wrapped: Buffer;
}

/** Where wrapped data keys lie, outside the database and its backups: a folder with one file (0600) per release. */
export interface Keystore {
  /** Undefined: no such key, or shredded. */
  get(releaseId: string): Promise<Buffer | undefined>;
  /** Keeps the key unless there is one already; gives the one that is kept. It is on disk when this resolves. */
  keep(releaseId: string, key: Buffer): Promise<Buffer>;
  /** Keeps keys under names that nobody has used. They are on disk when this resolves; none of them is there if it rejects. */
  keepNew(keys: readonly NamedKey[]): Promise<void>;
  /** Removes keys that nothing was sealed with. Idempotent. */
  discard(ids: readonly string[]): Promise<void>;
  /** Overwrites the key and removes it; that is on disk when this resolves. Idempotent. */
  destroy(releaseId: string): Promise<void>;
}

export function folderKeystore(folder: string): Keystore {
  const file = (releaseId: string) => join(folder, `${safe(releaseId)}.key`);
  const get = (releaseId: string) => readFile(file(releaseId)).catch(ifAbsent);
  const write = (path: string, key: Buffer) =>
    writeDurably(path, key).catch(async (error: unknown) => {
      ifAbsent(error as NodeJS.ErrnoException);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(path, key);
    });
  return {
    get,
    async keep(releaseId, key) {
      const temporary = `${file(releaseId)}.${randomBytes(6).toString('hex')}.tmp`;
      await write(temporary, key);
      // A link, not a rename: of two writers the first one wins, and both learn which key that is.
      const isFirst = await link(temporary, file(releaseId)).then(() => true, ifPresent).finally(() => unlink(temporary));
      await sync(folder);
      return isFirst ? key : readFile(file(releaseId));
    },
    async keepNew(keys) {
      const paths = keys.map(({ id }) => file(id));
      // At once: the disk syncs them together.
      const writes = keys.map(({ wrapped }, i) => write(paths[i]!, wrapped));
      // Whatever is still being written could not be removed.
      await Promise.allSettled(writes);
      try {
        await Promise.all(writes);
        await sync(folder);
      } catch (error) {
        await Promise.allSettled(paths.map((path) => unlink(path)));
        throw error;
      }
    },
    async discard(ids) {
      await Promise.all(ids.map((id) => unlink(file(id)).catch(ifAbsent)));
    },
    async destroy(releaseId) {
      if ((await get(releaseId)) === undefined) return;
      await overwrite(file(releaseId));
      await unlink(file(releaseId));
      await sync(folder);
    },
  };
}

function safe(releaseId: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(releaseId)) throw new RangeError('not a name for a key file');
  return releaseId;
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

function ifPresent(error: NodeJS.ErrnoException): false {
  if (error.code === 'EEXIST') return false;
  throw error;
}

async function writeDurably(path: string, content: Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function overwrite(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    await handle.write(randomBytes(size), 0, size, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
