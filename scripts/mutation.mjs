import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installIfNeeded } from './lib/install.mjs';
import { mutatedLibs, notMutated } from './lib/mutated-files.mjs';
import { mutationScore } from './lib/mutation-score.mjs';
import { root } from './lib/root.mjs';

// `npm run mutation [-- lib|path …]`: mutates the pure libs, or only these libs or files, runs the lib's unit specs
// against each mutant, and scores the result.
// --runner jest runs the specs by Jest, for comparison, ten times slower or more; --concurrency N (default 2) sets the
// number of parallel mutants.
// --report FILE scores an existing report; --equivalents FILE names the declared equivalents. Exits 1 unless every
// score and declaration is valid.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: 'string' }, equivalents: { type: 'string' }, runner: { type: 'string' }, concurrency: { type: 'string' } },
});
const chosen = mutatedLibs.filter(
  (lib) => positionals.length === 0 || positionals.some((one) => one === lib || one.startsWith(`libs/${lib}/`)),
);
const reports = values.report === undefined ? chosen.map((lib) => join(root, '.mutation', lib, 'report.json')) : [values.report];
if (values.report === undefined && !chosen.every(mutate)) console.error('mutation: Stryker failed; see its last lines');
else if (reports.length === 0)
  console.error(`mutation: ${positionals.join(', ')} is none of ${mutatedLibs.join(', ')}, nor a file in them`);
else if (!reports.every(existsSync)) console.error(`mutation: there is no report at ${reports.find((report) => !existsSync(report))}`);
else score();

/** Whether Stryker finished. */
function mutate(lib) {
  installIfNeeded();
  rmSync(join(root, '.mutation', lib, 'report.json'), { force: true });
  const files = positionals.filter((one) => one.startsWith(`libs/${lib}/`));
  const only = files.length > 0 ? ['--mutate', [...files, ...notMutated].join(',')] : [];
  const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  return (
    spawnSync(process.execPath, [stryker, 'run', 'stryker.config.mjs', ...only], {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        MUTATION_LIB: lib,
        ...(values.runner && { MUTATION_RUNNER: values.runner }),
        ...(values.concurrency && { MUTATION_CONCURRENCY: values.concurrency }),
      },
    }).status === 0
  );
}

function score() {
  const equivalents = JSON.parse(readFileSync(values.equivalents ?? join(root, 'test', 'mutation', 'equivalents.json'), 'utf8'));
  const files = Object.assign({}, ...reports.map((report) => JSON.parse(readFileSync(report, 'utf8')).files));
  const ofChosen = equivalents.filter(({ file }) => values.report !== undefined || file in files);
  const { lines, survivors, problems } = mutationScore({ files }, ofChosen);
  console.log([...survivors, ...lines].join('\n'));
  for (const problem of problems) console.error(`mutation: ${problem}`);
  if (problems.length === 0 && lines.length > 0) succeed();
}
