#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// `npx alloy` in a clone, and `kubectl alloy`: runs the bundle; the first call builds it.
const root = join(__dirname, '..');
const bundle = join(root, 'dist', 'apps', 'cli', 'main.js');

async function build() {
  await import('../scripts/lib/runtime.mjs');
  const { installIfNeeded } = await import('../scripts/lib/install.mjs');
  const { buildIfNeeded } = await import('../scripts/lib/build.mjs');
  const { log } = console;
  // stdout is reserved for the verb's output, because a pipeline may read it.
  console.log = console.error;
  installIfNeeded();
  await buildIfNeeded(['cli']);
  console.log = log;
}

if (existsSync(bundle)) require(bundle);
else
  build().then(
    () => require(bundle),
    (error) => {
      if (!error.errors) console.error(error);
      process.exitCode = 1;
    },
  );
