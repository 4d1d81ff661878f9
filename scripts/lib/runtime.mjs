// Written for any Node from 14.8 on: it runs on the Node of the machine, however old.
import { spawn, spawnSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { constants } from 'os';
import { join } from 'path';
import { installIfNeeded } from './install.mjs';
import { root } from './root.mjs';

// Importing this makes the rest of a script run on a Node that Alloy supports: where the machine's own is older, on the one that npm installs (node_modules/.bin/node), in a process of its own.
// npm puts that one first in the PATH of `npm run` and `npx`, so this process is the only one that runs on an older one, and only where it was started past npm or before the installation.
/** Whether such a process stands between this one and npm. */
export const hasLauncher = process.env.ALLOY_LAUNCHER === String(process.ppid);

const wanted = Number(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.match(/\d+/)[0]);
if (Number(process.versions.node.split('.')[0]) < wanted) {
  installIfNeeded();
  const installed = join(root, 'node_modules', '.bin', 'node');
  const version = versionOf(installed);
  if (!version) {
    console.error(`Alloy needs Node ${wanted} or later; this is ${process.versions.node} (${process.execPath}), and there is no package of Node for ${process.platform} on ${process.arch}: install Node ${wanted}.`);
    process.exit(1);
  }
  console.error(`Node ${version} of node_modules is used: Alloy needs ${wanted} or later, and ${process.execPath} is ${process.versions.node}`);
  process.exit(await run(installed, process.argv.slice(1)));
}

/** undefined where it can't be run. */
function versionOf(node) {
  if (!existsSync(node)) return undefined;
  const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Hands on the signals that end a process, and gives the exit code; 128 + its number after a signal, as shells have it. */
function run(node, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, ALLOY_LAUNCHER: String(process.pid) } });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code === null ? 128 + constants.signals[signal] : code));
  });
}
