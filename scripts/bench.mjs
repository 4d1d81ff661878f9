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
const OLDER = '18728d6';

// `npm run bench`: measures the built services against their floors and writes docs/performance.md.
const bench = (...path) => join(root, 'test', 'bench', ...path);
const main = join(root, 'dist', 'bench', 'main.js');
installIfNeeded();
await buildIfNeeded();
await buildInto(join(root, 'dist', 'bench'), [{ in: bench('main.ts'), out: 'main' }, { in: bench('floor', 'empty-service.ts'), out: 'empty-service' }]);
const { only = '', then = OLDER, help } = parseArgs({ options: { only: { type: 'string' }, then: { type: 'string' }, help: { type: 'boolean' } }, strict: false }).values;
if (only.split(',').includes('scale') && !help) process.exit(await runScale(then));
await import(pathToFileURL(main).href);

/** In a network of its own, where each pod can have an address. */
async function runScale(then) {
  const { assets } = findControlPlane() ?? {};
  const network = ownNetwork();
  if (!assets) return fail(`scale needs a Kubernetes API server of its own: ${howToGetOne}`);
  if (!network) return fail('scale needs a network namespace for its pods: unshare and ip give none here');
  const env = { ...process.env, ALLOY_BENCH_ASSETS: assets, ALLOY_BENCH_THEN: olderBuild(then) };
  const [command, ...args] = [...network, process.execPath, main, ...process.argv.slice(2)];
  return run(command, args, env);
}

function fail(why) {
  console.error(why);
  return 1;
}

/** Signals go on to the measuring process, which ends what it has started, as messages: `unshare`, which stands between, ignores them. */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.connected && child.send(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code === null ? 128 + constants.signals[signal] : code));
  });
}
