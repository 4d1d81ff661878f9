import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { root } from './root.mjs';

/** Prepares what is missing, then runs the app in this very process: one pid to stop, or to kill. */
export async function runApp(name) {
  installIfNeeded();
  try {
    await buildIfNeeded();
  } catch (error) {
    if (!error.errors) console.error(error);
    process.exit(1);
  }
  stopWithNpm();
  await import(pathToFileURL(join(root, 'dist', 'apps', name, 'main.js')).href);
}

// When npm is killed, nobody would be left to press Ctrl-C for. npm runs a shell that runs this process.
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  timer.unref();
}

function parentOf(pid) {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8').match(/^PPid:\s+(\d+)/m)?.[1];
  } catch {
    return undefined;
  }
}
