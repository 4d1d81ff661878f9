import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive, type Identity } from '../../libs/embedded/src/process/identity';

/** Of the folders of the suite's runs, in the folder for temporary ones. */
export const PREFIX = 'alloy-control-plane-';

interface Owner extends Identity {
  /** Where its pid means something. */
  readonly namespace: string;
}

const noteIn = (dir: string): string => join(dir, 'owner.json');
const namespace = (): string => (process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '');

/** From now on the folder is kept for as long as that process lives. */
export function claim(dir: string, pid: number): void {
  writeFileSync(noteIn(dir), JSON.stringify({ ...identityOf(pid)!, namespace: namespace() } satisfies Owner));
}

/** Nobody's any more, and never removed by others; gives the folder. */
export function letGo(dir: string): string {
  rmSync(noteIn(dir), { force: true });
  return dir;
}

/** Removes what runs left that were killed. What nobody has claimed is left alone, and so is what belongs to somebody who can't be seen from here. */
export function removeLeft(parent = tmpdir()): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const dir = join(parent, name);
    if (!existsSync(noteIn(dir))) continue;
    const owner = JSON.parse(readFileSync(noteIn(dir), 'utf8')) as Owner;
    if (owner.namespace === namespace() && !isAlive(owner)) rmSync(dir, { recursive: true, force: true });
  }
}
