import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const version = '1.32.4';
const cached = join(homedir(), '.cache', 'alloy', `kubectl-${version}`);

/**
 * Path of a real kubectl 1.32: ALLOY_KUBECTL, else the cached build, else the one on PATH if it is 1.32, else built once (some minutes) from the Go module proxy.
 * Rejects with one line that says what to supply.
 */
export async function findKubectl(): Promise<string> {
  const named = process.env['ALLOY_KUBECTL'];
  if (named !== undefined) {
    if (isPinned(named)) return named;
    throw new Error(`ALLOY_KUBECTL=${named} is not a kubectl 1.32`);
  }
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'kubectl'));
  return [cached, ...onPath].find((path) => existsSync(path) && isPinned(path)) ?? build();
}

function isPinned(path: string): boolean {
  try {
    const { clientVersion } = JSON.parse(execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as { clientVersion: { gitVersion: string } };
    return clientVersion.gitVersion.startsWith('v1.32.');
  } catch {
    return false;
  }
}

async function build(): Promise<string> {
  const [major, minor] = version.split('.');
  const stamp = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(stamp).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value ?? ''}`);
  mkdirSync(join(homedir(), '.cache', 'alloy'), { recursive: true });
  // Built beside its place and moved there, so that a cut-off build is never taken for one.
  const fresh = `${cached}.${process.pid}`;
  try {
    await promisify(execFile)('go', ['build', '-trimpath', '-ldflags', `-s -w ${flags.join(' ')}`, '-o', fresh, '.'], { cwd: __dirname });
  } catch (error) {
    throw new Error(`no kubectl ${version}: name one in ALLOY_KUBECTL, or install Go to build it (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`);
  }
  renameSync(fresh, cached);
  return cached;
}
