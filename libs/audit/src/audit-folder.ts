import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { keyIdOf, type SignedCheckpoint } from './checkpoint';

const PUBLIC = '.pub.pem';

/**
 * A folder outside the database with public audit data: checkpoints, one per line, and the public keys. It contains no
 * secrets.
 */
export class AuditFolder {
  private readonly file: string;

  constructor(private readonly folder: string) {
    this.file = join(folder, 'checkpoints.ndjson');
  }

  /** Idempotent. */
  async publish(key: KeyObject): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(join(this.folder, `${keyIdOf(key)}${PUBLIC}`), createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  }

  /** The public keys by id; empty if none was published. */
  async keys(): Promise<ReadonlyMap<string, KeyObject>> {
    const names = (await readdir(this.folder).catch(ifAbsent)) ?? [];
    const keys = await Promise.all(
      names.filter((name) => name.endsWith(PUBLIC)).map(async (name) => createPublicKey(await readFile(join(this.folder, name)))),
    );
    return new Map(keys.map((key) => [keyIdOf(key), key]));
  }

  /** Checkpoints in file order; an incomplete last line, left by a crash, is ignored. */
  async checkpoints(): Promise<readonly SignedCheckpoint[]> {
    const text = (await readFile(this.file, 'utf8').catch(ifAbsent)) ?? '';
    return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter(Boolean).map((line) => JSON.parse(line) as SignedCheckpoint);
  }

  /** Size of the checkpoint file in bytes; changes with each write; 0: there is no file. */
  async size(): Promise<number> {
    return (await stat(this.file).catch(ifAbsent))?.size ?? 0;
  }

  /** Appends checkpoints; resolves once they are on disk. */
  async add(checkpoints: readonly SignedCheckpoint[]): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const handle = await open(this.file, 'a+');
    try {
      await dropIncompleteLine(handle);
      await handle.appendFile(checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(''));
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function dropIncompleteLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
  if (buffer.toString() === '\n') return;
  await handle.truncate((await handle.readFile()).lastIndexOf('\n') + 1);
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
