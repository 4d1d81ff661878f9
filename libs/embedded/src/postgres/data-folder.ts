import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '../process/identity';
import { canReach, postgresAccount, type Account } from './account';

export interface DataFolder {
  readonly data: string;
  readonly account: Account | undefined;
}

const FALLBACK = '/var/tmp';

/**
 * The folder of the data: under `dir`, or, if Postgres' user cannot access that, in /var/tmp, recorded in the file
 * `dir/place`.
 */
export function chooseDataFolder(dir: string): DataFolder {
  mkdirSync(dir, { recursive: true });
  const home = realpathSync(dir);
  const recorded = recordedFolder(home);
  const data = recorded ?? join(home, 'data');
  const account = postgresAccount(data);
  if (recorded !== undefined || canReach(home, account)) return { data, account };
  return { data: newFolder(home, account), account };
}

/** Removes the data and the record of its folder. */
export function removeDataFolder(dir: string): void {
  const recorded = existsSync(dir) ? recordedFolder(realpathSync(dir)) : undefined;
  if (recorded !== undefined) rmSync(recorded, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

function recordedFolder(home: string): string | undefined {
  const file = join(home, 'place');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function newFolder(home: string, account: Account | undefined): string {
  const prefix = `alloy-${createHash('sha256').update(home).digest('hex').slice(0, 16)}-`;
  // Data of an earlier home at the same path, deleted together with its record, is unused.
  for (const name of readdirSync(FALLBACK).filter((found) => found.startsWith(prefix))) removeUnlessUsed(join(FALLBACK, name));
  const data = mkdtempSync(join(FALLBACK, prefix));
  if (account) chownSync(data, account.uid, account.gid);
  writeFileSync(join(home, 'place'), `${data}\n`, { mode: 0o600 });
  return data;
}

function removeUnlessUsed(data: string): void {
  const pidFile = join(data, 'postmaster.pid');
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0;
  if (pid > 0 && commandOf(pid).includes(data)) return;
  rmSync(data, { recursive: true, force: true });
}
