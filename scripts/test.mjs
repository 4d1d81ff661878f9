import './lib/require-node.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './lib/build.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { root } from './lib/root.mjs';
import { reports, summary } from './lib/summary.mjs';

// `npm test [-- path …]`: sets up what the tests need, runs every suite, and sums up what Jest itself reported.
const suites = ['unit', 'int', 'e2e'];
const paths = process.argv.slice(2);

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
  // What e2e specs spawn needs the cores for itself.
  const workers = suite === 'e2e' ? ['--runInBand'] : ['--maxWorkers=2'];
  const args = [jest, '--selectProjects', suite, '--json', `--outputFile=${join(reports, `${suite}.json`)}`, ...workers, ...(paths.length > 0 ? ['--passWithNoTests', ...paths] : [])];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['inherit', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'test' } });
  if (status !== 0) failed = true;
}
const sum = summary(suites);
console.log(`\n${sum.line}`);
process.exitCode = failed || sum.failed > 0 ? 1 : 0;
