import { linkSync, renameSync, rmSync } from 'node:fs';
import { identityOf, isAlive, type Identity } from '@alloy/embedded';
import { readJson, writeJson } from './json-file';
import { StartError } from './start-error';

/**
 * Prevents a second supervisor on the same home; takes over the lock of a killed supervisor. Returns the function that
 * releases it.
 */
export function takeLock(file: string): () => void {
  const mine = `${file}.mine-${process.pid}`;
  writeJson(mine, identityOf(process.pid));
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      if (claim(mine, file)) return () => rmSync(file, { force: true });
      const holder = readJson<Identity>(file);
      if (holder && isAlive(holder))
        throw new StartError(`another npm start (pid ${holder.pid}) already uses this home: stop it, or set ALLOY_HOME to another folder`);
      removeStale(file, holder);
    }
    throw new StartError(`${file} cannot be locked: remove it, or set ALLOY_HOME to another folder`);
  } finally {
    rmSync(mine, { force: true });
  }
}

// A link appears atomically with its content, and only if the name is unused.
function claim(mine: string, file: string): boolean {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(file: string, stale: Identity | undefined): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readJson<Identity>(aside);
  // Another supervisor may have locked it between reading and moving: restore its lock.
  if (moved && moved.pid !== stale?.pid && isAlive(moved)) claim(aside, file);
  rmSync(aside, { force: true });
}
