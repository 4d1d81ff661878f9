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

// When npm is killed, nobody would be left to press Ctrl-C for.
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}
