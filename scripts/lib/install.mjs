import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const nodeLink = join(root, 'node_modules', '.bin', 'node');

/** Installs the locked dependencies unless they are installed. */
export function installIfNeeded() {
  if (isInstalled()) return;
  console.log('installing the locked dependencies (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status === 0) return removeForeignNode();
  console.error(
    `npm ci failed: it needs the network once; supply ${join(root, 'node_modules')}, or a registry that can be reached by npm_config_registry.`,
  );
  process.exit(1);
}

/** The Node that npm installed with the packages; undefined: none that runs on this machine. */
export function installedNode() {
  if (!existsSync(nodeLink)) return undefined;
  const { status, stdout } = spawnSync(nodeLink, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return status === 0 ? { path: nodeLink, version: stdout.trim() } : undefined;
}

/**
 * npm selects the package of Node by platform and processor, not by C library. One that cannot run here would precede
 * the machine's Node in the PATH of `npm run`.
 */
function removeForeignNode() {
  if (!installedNode()) rmSync(nodeLink, { force: true });
}

/** Compares the lock file with npm's record in node_modules; optional packages of other platforms are missing there. */
function isInstalled() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = packagesOf(note);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, link }]) => path === '' || link || (installed[path] ? installed[path].version === version : optional),
  );
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
