import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive, type Identity } from '../../libs/embedded/src/process/identity';

/** Prefix of the folders of the suite's runs, in the folder for temporary files. */
export const PREFIX = 'alloy-control-plane-';

interface Owner extends Identity {
  /** The pid namespace of the owner's pid. */
  readonly namespace: string;
}

const ownerFileIn = (dir: string): string => join(dir, 'owner.json');
const namespace = (): string => (process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '');

/** Records the process as the owner of the folder; `removeAbandoned` keeps the folder while that process lives. */
export function claim(dir: string, pid: number): void {
  writeFileSync(ownerFileIn(dir), JSON.stringify({ ...identityOf(pid)!, namespace: namespace() } satisfies Owner));
}

/** Removes the owner, so that no other run deletes the folder; returns the folder. */
export function disown(dir: string): string {
  rmSync(ownerFileIn(dir), { force: true });
  return dir;
}

/**
 * Removes the folders of killed runs. Keeps folders without an owner, and folders whose owner is in another pid
 * namespace.
 */
export function removeAbandoned(parent = tmpdir()): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const dir = join(parent, name);
    if (!existsSync(ownerFileIn(dir))) continue;
    const owner = JSON.parse(readFileSync(ownerFileIn(dir), 'utf8')) as Owner;
    if (owner.namespace === namespace() && !isAlive(owner)) rmSync(dir, { recursive: true, force: true });
  }
}
