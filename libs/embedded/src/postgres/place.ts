import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from '../embedded-error';
import { canReach, postgresAccount, type Account } from './account';

export interface Place {
  readonly data: string;
  readonly account: Account | undefined;
}

/** Where the data lies: under `dir`, or, where Postgres' user could not get there, in /var/tmp with a note of it in `dir/place`. */
export function choosePlace(dir: string): Place {
  mkdirSync(dir, { recursive: true });
  const home = realpathSync(dir);
  const noted = notedPlace(home);
  const wanted = noted ?? join(home, 'data');
  const account = postgresAccount(wanted);
  if (noted === undefined && canReach(home, account)) return { data: wanted, account };
  const data = noted ?? `/var/tmp/alloy-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  writeFileSync(join(home, 'place'), `${data}\n`, { mode: 0o600 });
  claim(data, account);
  return { data, account };
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

// /var/tmp is everybody's: a folder that somebody else put there is not taken.
function claim(data: string, account: Account | undefined): void {
  try {
    mkdirSync(data, { mode: 0o700 });
    if (account) chownSync(data, account.uid, account.gid);
  } catch (error) {
    const found = lstatSync(data, { throwIfNoEntry: false });
    const own = found?.isDirectory() && found.uid === (account?.uid ?? process.getuid?.());
    if (!own) throw new EmbeddedError('did_not_start', `${data} cannot be used for Postgres' data (${(error as Error).message}): remove it, or set DATABASE_URL or ALLOY_HOME`);
  }
}
