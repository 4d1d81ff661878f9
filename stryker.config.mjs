/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'libs/{release,analysis,audit}/src/**/*.ts',
    // The pure half: what decides on writes, without the adapter and its transport.
    'libs/cluster/src/{,drift/,routers/,steps/}*.ts',
    '!**/*.spec.ts', '!**/testing.ts', '!**/testing/**', '!libs/cluster/src/contract.ts',
  ],
  testRunner: 'jest',
  jest: { configFile: 'test/mutation/jest.config.cjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: '.mutation/incremental.json',
  tempDirName: '.mutation/sandbox',
  reporters: ['json', 'html', 'progress-append-only'],
  jsonReporter: { fileName: '.mutation/report.json' },
  htmlReporter: { fileName: '.mutation/report.html' },
  ignorePatterns: ['dist', '.alloy', '.alloy-demo', 'docs', 'deploy', 'findings', '.mutation'],
  concurrency: 2,
  timeoutMS: 20_000,
  checkers: [],
  allowEmpty: false,
};
