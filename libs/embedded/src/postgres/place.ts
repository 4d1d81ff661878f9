import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '../process/identity';
import { canReach, postgresAccount, type Account } from './account';

export interface Place {
  readonly data: string;
  readonly account: Account | undefined;
}

const ELSEWHERE = '/var/tmp';

/** Where the data lies: under `dir`, or, where Postgres' user could not get there, in /var/tmp with a note of it in `dir/place`. */
export function choosePlace(dir: string): Place {
  mkdirSync(dir, { recursive: true });
  const home = realpathSync(dir);
  const noted = notedPlace(home);
  const data = noted ?? join(home, 'data');
  const account = postgresAccount(data);
  if (noted !== undefined || canReach(home, account)) return { data, account };
  return { data: newPlace(home, account), account };
}

/** Removes the data, wherever it lies, and the note. */
export function forgetPlace(dir: string): void {
  const noted = existsSync(dir) ? notedPlace(realpathSync(dir)) : undefined;
  if (noted !== undefined) rmSync(noted, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

function notedPlace(home: string): string | undefined {
  const file = join(home, 'place');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function newPlace(home: string, account: Account | undefined): string {
  const prefix = `alloy-${createHash('sha256').update(home).digest('hex').slice(0, 16)}-`;
  // Data of a home that was deleted, and made anew at the same path without its note, is nobody's.
  for (const name of readdirSync(ELSEWHERE).filter((found) => found.startsWith(prefix))) removeUnlessUsed(join(ELSEWHERE, name));
  const data = mkdtempSync(join(ELSEWHERE, prefix));
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
