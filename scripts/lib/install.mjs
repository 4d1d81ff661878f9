import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Installs the locked dependencies unless what is installed is what is locked. */
export function installIfNeeded() {
  if (isInstalled()) return;
  console.log('installing the locked dependencies (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`npm ci failed: it needs the network once; supply ${join(root, 'node_modules')}, or a registry that can be reached by npm_config_registry.`);
  process.exit(1);
}

/** npm notes in node_modules what it installed; optional packages of other platforms are missing there. */
function isInstalled() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = packagesOf(note);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, link }]) => path === '' || link || (installed[path] ? installed[path].version === version : optional),
  );
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
