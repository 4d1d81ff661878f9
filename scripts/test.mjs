import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './lib/build.mjs';
import { runControlPlaneSuite } from './lib/control-plane-suite.mjs';
import { findControlPlane, howToGetOne, setUpControlPlane } from './lib/control-plane.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { root } from './lib/root.mjs';
import { ordinarySuites, reportOf, reports, summary } from './lib/summary.mjs';

// `npm test [-- path …]`: prepares the requirements of the tests, runs every suite, and prints the totals of Jest's
// reports.
// The suite on a real API server runs if there is one; with ALLOY_REQUIRE_CONTROL_PLANE=1 it fails if it cannot run
// completely.
const suites = [...ordinarySuites];
const required = process.env.ALLOY_REQUIRE_CONTROL_PLANE === '1';
const paths = process.argv.slice(2);
/** Option of Jest: these paths need not contain tests of every suite. */
const passing = paths.length > 0 ? ['--passWithNoTests'] : [];

installIfNeeded();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

let failed = false;
try {
  await buildIfNeeded();
} catch (error) {
  console.error(error.errors ? 'the build failed' : error);
  failed = true;
}
for (const suite of suites) {
  console.log(`\n── ${suite} ──`);
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [jest, '--selectProjects', suite, '--maxWorkers=2', ...reporting(suite), ...paths];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test' },
  });
  if (status !== 0) failed = true;
}
const notes = await controlPlane();
const sum = summary(suites);
console.log(`\n${[...notes, sum.line].join('\n')}`);
if (!failed && sum.failed === 0) succeed();

function reporting(suite) {
  return ['--json', `--outputFile=${reportOf(suite)}`, ...passing];
}

/** Returns closing lines about what was left out. */
async function controlPlane() {
  const found = required ? setUpControlPlane() : findControlPlane();
  if (!found && !required) return [`left out: the suite on a real Kubernetes API server, for there is none (${howToGetOne})`];
  console.log('\n── control-plane ──');
  suites.push('control-plane');
  if (!found) return [`the suite on a real Kubernetes API server could not run: ${howToGetOne}`];
  const { status, note } = await runControlPlaneSuite(found, { paths, args: passing });
  if (status !== 0 || (note && required)) failed = true;
  return note ? [note] : [];
}
