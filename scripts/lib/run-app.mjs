import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { root } from './root.mjs';
import { stopWithParents } from './stop-with-parents.mjs';

/** Prepares what is missing, then runs the app in this process: one pid to stop or kill. */
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
