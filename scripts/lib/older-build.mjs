import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'alloy', 'builds');

/**
 * The folder of `<app>/main.js` of an older commit of this repository. The first call checks it out into a temporary
 * folder, installs its own locked packages, and builds it by its own script; later calls find the bundles in the cache.
 * The bundles need no packages.
 */
export function olderBuild(commit) {
  const apps = join(cache, commit, 'apps');
  if (existsSync(apps)) return apps;
  const known = spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root });
  if (known.status !== 0)
    throw new Error(`commit ${commit} is not in this clone: git fetch --unshallow, or choose another commit with --older`);
  console.log(`building ${commit}, once`);
  const dir = mkdtempSync(join(tmpdir(), 'alloy-older-'));
  try {
    execFileSync('tar', ['-x', '-C', dir], { input: execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 }) });
    run(dir, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    run(dir, process.execPath, [join('scripts', 'build.mjs')]);
    keep(join(dir, 'dist', 'apps'), commit);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return apps;
}

function run(cwd, command, args) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in a checkout of the older commit, see above`);
}

/** Whole or not at all: another run may look for it. */
function keep(built, commit) {
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, '.fresh-'));
  for (const app of readdirSync(built)) cpSync(join(built, app, 'main.js'), join(fresh, 'apps', app, 'main.js'));
  try {
    renameSync(fresh, join(cache, commit));
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(join(cache, commit))) throw error;
  }
}
