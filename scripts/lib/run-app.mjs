import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { root } from './root.mjs';
import { hasLauncher } from './runtime.mjs';

/** Prepares what is missing, then runs the app in this very process: one pid to stop, or to kill. */
export async function runApp(name) {
  installIfNeeded();
  try {
    await buildIfNeeded();
  } catch (error) {
    if (!error.errors) console.error(error);
    process.exit(1);
  }
  stopWithParents();
  await import(pathToFileURL(join(root, 'dist', 'apps', name, 'main.js')).href);
}

// When npm is killed, or the launcher, nobody would be left to press Ctrl-C for. npm runs a shell that runs this process, or its launcher.
function stopWithParents() {
  const generations = (process.env.npm_lifecycle_event ? 2 : 0) + (hasLauncher ? 1 : 0);
  if (generations === 0) return;
  const before = ancestors(generations).join();
  const timer = setInterval(() => {
    if (ancestors(generations).join() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  timer.unref();
}

/** Pids of the parent, its parent, and so on. */
function ancestors(generations) {
  const pids = [process.ppid];
  while (pids.length < generations) pids.push(parentOf(pids[pids.length - 1]));
  return pids;
}

function parentOf(pid) {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8').match(/^PPid:\s+(\d+)/m)?.[1];
  } catch {
    return undefined;
  }
}
