import { mutatedFiles } from './scripts/lib/mutated-files.mjs';

// One run mutates one lib and runs its unit specs: `npm run mutation` sets MUTATION_LIB, and, if requested,
// MUTATION_RUNNER and MUTATION_CONCURRENCY.
const lib = process.env.MUTATION_LIB ?? 'release';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: mutatedFiles(lib),
  plugins: ['@stryker-mutator/jest-runner', './test/mutation/in-process/runner.mjs'],
  testRunner: process.env.MUTATION_RUNNER ?? 'in-process',
  jest: { configFile: 'test/mutation/jest.config.cjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: `.mutation/${lib}/incremental.json`,
  tempDirName: `.mutation/${lib}/sandbox`,
  reporters: ['json', 'html', 'clear-text', 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: false, allowColor: false },
  jsonReporter: { fileName: `.mutation/${lib}/report.json` },
  htmlReporter: { fileName: `.mutation/${lib}/report.html` },
  ignorePatterns: ['dist', '.alloy', '.alloy-demo', 'deploy', 'findings', '.mutation'],
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  // A busy machine must not kill mutants: hitLimit finds loops by counting, and other slow mutants may take their time.
  timeoutMS: 60_000,
  checkers: [],
  allowEmpty: false,
};
