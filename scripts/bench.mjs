import './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfNeeded, buildInto } from './lib/build.mjs';
import { findControlPlane, howToGetOne, ownNetwork } from './lib/control-plane.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { olderBuild } from './lib/older-build.mjs';
import { root } from './lib/root.mjs';

/** What `scale` compares with by default: the last build before live releases were made cheaper. */
const DEFAULT_OLDER = '18728d6';

// `npm run bench`: measures the built services against their floors and writes docs/performance.md.
const bench = (...path) => join(root, 'test', 'bench', ...path);
const main = join(root, 'dist', 'bench', 'main.js');
installIfNeeded();
await buildIfNeeded();
await buildInto(join(root, 'dist', 'bench'), [
  { in: bench('main.ts'), out: 'main' },
  { in: bench('floor', 'empty-service.ts'), out: 'empty-service' },
  { in: bench('scale', 'hollow-playground.ts'), out: 'hollow-playground' },
]);
const flags = { only: { type: 'string' }, older: { type: 'string' }, cluster: { type: 'string' }, help: { type: 'boolean' } };
const { only = '', older = DEFAULT_OLDER, cluster, help } = parseArgs({ options: flags, strict: false }).values;
const chosen = only === '' ? ['bundles'] : only.split(',');
if (!help && ['scale', 'bundles'].some((name) => chosen.includes(name))) process.exit(await runOnCluster());
await import(pathToFileURL(main).href);

/** Runs the benches with a real API server, if there is one. */
async function runOnCluster() {
  const real = cluster === 'playground' ? undefined : realCluster();
  if (!real && cluster === 'real') return 1;
  const compared = chosen.includes('scale') && { ALLOY_BENCH_OLDER: olderBuild(older) };
  const env = { ...process.env, ...compared, ...(real && { ALLOY_BENCH_ASSETS: real.assets }) };
  const [command, ...args] = [...(real?.network ?? []), process.execPath, main, ...process.argv.slice(2)];
  return run(command, args, env);
}

/**
 * A Kubernetes API server, and the command that runs another one in a network of its own, where pods can have
 * addresses.
 * Undefined, and says why, if one is missing.
 */
function realCluster() {
  const { assets } = findControlPlane() ?? {};
  const network = ownNetwork();
  if (assets && network) return { assets, network };
  const why = assets ? 'unshare and ip give no network namespace here' : `there is no Kubernetes API server: ${howToGetOne}`;
  console.error(cluster === 'real' ? why : `the cluster is the playground, for ${why}`);
  return undefined;
}

/**
 * Forwards signals as messages to the measuring process, which then ends the processes that it started: `unshare`
 * ignores signals.
 */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.connected && child.send(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code === null ? 128 + constants.signals[signal] : code));
  });
}
