import { mutatedFiles } from './scripts/lib/mutated-files.mjs';

// One run mutates one lib and runs its unit specs: `npm run mutation` sets MUTATION_LIB.
const lib = process.env.MUTATION_LIB ?? 'release';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: mutatedFiles(lib),
  testRunner: 'jest',
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
  concurrency: 2,
  timeoutMS: 20_000,
  checkers: [],
  allowEmpty: false,
};
