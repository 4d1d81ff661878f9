import { succeed } from './lib/exit-code.mjs';
import './lib/require-node.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installIfNeeded } from './lib/install.mjs';
import { mutationScore } from './lib/mutation-score.mjs';
import { root } from './lib/root.mjs';

// `npm run mutation [-- path …]`: mutates the pure libs, or only these files, runs their unit specs against each mutant, and scores the result.
// --report FILE scores a report that is there; --equivalents FILE names the declared equivalents. Exits 1 unless every score and declaration holds.
const { values, positionals } = parseArgs({ allowPositionals: true, options: { report: { type: 'string' }, equivalents: { type: 'string' } } });
const report = values.report ?? join(root, '.mutation', 'report.json');
if (values.report === undefined && !mutate()) console.error('mutation: Stryker failed; its last lines say why');
else if (!existsSync(report)) console.error(`mutation: there is no report at ${report}`);
else score();

/** Whether Stryker came to its end. */
function mutate() {
  installIfNeeded();
  rmSync(report, { force: true });
  const only = positionals.length > 0 ? ['--mutate', positionals.join(',')] : [];
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), 'run', 'stryker.config.mjs', ...only], { cwd: root, stdio: 'inherit' });
  return status === 0;
}

function score() {
  const equivalents = JSON.parse(readFileSync(values.equivalents ?? join(root, 'test', 'mutation', 'equivalents.json'), 'utf8'));
  const { lines, survivors, problems } = mutationScore(JSON.parse(readFileSync(report, 'utf8')), equivalents);
  console.log([...survivors, ...lines].join('\n'));
  for (const problem of problems) console.error(`mutation: ${problem}`);
  if (problems.length === 0 && lines.length > 0) succeed();
}
