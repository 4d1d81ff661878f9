import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface NamedKey {
  readonly id: string;
  readonly wrapped: Buffer;
}

/** A file of the keystore that is not a spare key. */
export interface KeyFile {
  /** The id of its key; null: the file is incomplete. */
  readonly id: string | null;
  readonly file: string;
  /** Ms since 1970. */
  readonly writtenAt: number;
}

/**
 * The wrapped data keys, outside the database and its backups: a folder with one file (mode 0600) per release, and
 * spare keys under separate names until a release claims them.
 */
export interface Keystore {
  /** Undefined: the key does not exist, or was shredded. */
  get(id: string): Promise<Buffer | undefined>;
  /** Stores the key unless one exists; returns the stored one. It is on disk when this resolves. */
  keep(releaseId: string, key: Buffer): Promise<Buffer>;
  /** Stores spare keys under unused ids. They are on disk when this resolves; none of them is stored if it rejects. */
  keepSpares(keys: readonly NamedKey[]): Promise<void>;
  /** Spare keys of all processes, including killed ones. */
  spares(): Promise<readonly NamedKey[]>;
  /**
   * Claims a spare key for a release. False: another process has claimed or discarded it. Exactly one of several
   * concurrent claims succeeds.
   */
  claim(id: string): Promise<boolean>;
  /** Removes unclaimed spare keys. Idempotent. */
  discard(ids: readonly string[]): Promise<void>;
  /** Overwrites the key and removes it; this is on disk when it resolves. Idempotent. */
  destroy(id: string): Promise<void>;
  /** All files that are not spare keys. */
  files(): Promise<readonly KeyFile[]>;
  /** Removes files that `files` listed. Idempotent. */
  remove(files: readonly KeyFile[]): Promise<void>;
}

const KEY = '.key';
const SPARE = '.spare';
const HALF_WRITTEN = '.tmp';

export function folderKeystore(folder: string): Keystore {
  const file = (id: string) => join(folder, `${safe(id)}${KEY}`);
  const spareFile = (id: string) => join(folder, `${safe(id)}${SPARE}`);
  const names = () => readdir(folder).catch((error: NodeJS.ErrnoException) => ifAbsent(error) ?? []);
  const read = (path: string) => readFile(path).catch(ifAbsent);
  // After a crash of the machine lost a claim, the key still has its spare name.
  const get = async (id: string) => (await read(file(id))) ?? read(spareFile(id));
  const write = (path: string, key: Buffer) =>
    writeDurably(path, key).catch(async (error: unknown) => {
      ifAbsent(error as NodeJS.ErrnoException);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(path, key);
    });
  return {
    get,
    async keep(releaseId, key) {
      const temporary = `${file(releaseId)}.${randomBytes(6).toString('hex')}${HALF_WRITTEN}`;
      await write(temporary, key);
      // A link, not a rename: of two writers the first one wins, and both read the stored key.
      const isFirst = await link(temporary, file(releaseId)).then(() => true, ifPresent).finally(() => unlink(temporary));
      await sync(folder);
      return isFirst ? key : readFile(file(releaseId));
    },
    async keepSpares(keys) {
      const paths = keys.map(({ id }) => spareFile(id));
      // Concurrently, so that the disk syncs them together.
      const writes = keys.map(({ wrapped }, i) => write(paths[i]!, wrapped));
      // Files that are still being written could not be removed.
      await Promise.allSettled(writes);
      try {
        await Promise.all(writes);
        await sync(folder);
      } catch (error) {
        await Promise.allSettled(paths.map((path) => unlink(path)));
        throw error;
      }
    },
    async spares() {
      const ids = idsOf(await names(), SPARE);
      const keys = await Promise.all(ids.map(async (id) => ({ id, wrapped: await read(spareFile(id)) })));
      return keys.flatMap(({ id, wrapped }) => (wrapped === undefined ? [] : [{ id, wrapped }]));
    },
    claim: (id) => rename(spareFile(id), file(id)).then(() => true, (error: NodeJS.ErrnoException) => ifAbsent(error) ?? false),
    async discard(ids) {
      await Promise.all(ids.map((id) => unlink(spareFile(id)).catch(ifAbsent)));
    },
    async destroy(id) {
      for (const path of [file(id), spareFile(id)]) {
        if ((await read(path)) === undefined) continue;
        await overwrite(path);
        await unlink(path);
        await sync(folder);
      }
    },
    async files() {
      const found = (await names()).filter((name) => name.endsWith(KEY) || name.endsWith(HALF_WRITTEN));
      const stats = await Promise.all(found.map((name) => stat(join(folder, name)).catch(ifAbsent)));
      return found.flatMap((name, i) => (stats[i] ? [{ id: idsOf([name], KEY)[0] ?? null, file: name, writtenAt: stats[i].mtimeMs }] : []));
    },
    async remove(files) {
      await Promise.all(files.map(({ file: name }) => unlink(join(folder, name)).catch(ifAbsent)));
    },
  };
}

const idsOf = (names: readonly string[], suffix: string): readonly string[] =>
  names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));

function safe(releaseId: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(releaseId)) throw new RangeError('not a valid name of a key file');
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
