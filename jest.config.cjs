const { compilerOptions } = require('./tsconfig.base.json');

const moduleNameMapper = { '^(\\.{1,2}/.*)\\.js$': '$1' };
for (const [name, [file]] of Object.entries(compilerOptions.paths)) moduleNameMapper[`^${name}$`] = file.replace('./', '<rootDir>/');

// The suffix selects the suite: `.spec` is pure, `.int.spec` needs Postgres and NATS (embedded, started by
// globalSetup),
// `.e2e.spec` spawns the built programs, `.chaos.spec` freezes them for up to 45 s and needs a machine without other
// load,
// `.cp.spec` needs a real Kubernetes API server (`npm run test:control-plane`).
const suites = {
  unit: { testRegex: '(?<!\\.int|\\.e2e|\\.chaos|\\.cp)\\.spec\\.ts$' },
  int: {
    testRegex: '\\.int\\.spec\\.ts$',
    globalSetup: '<rootDir>/test/support/global-setup.ts',
    globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  },
  e2e: { testRegex: '\\.e2e\\.spec\\.ts$' },
  chaos: { testRegex: '\\.chaos\\.spec\\.ts$' },
  'control-plane': { testRegex: '\\.cp\\.spec\\.ts$' },
};

/** One project per suite: `jest --selectProjects unit`. */
module.exports = {
  // A limit for hanging tests, not a measure of speed: a busy machine is no reason to fail.
  // Longer than the longest wait in a test (300 s), so that the wait fails first and reports the missing condition.
  testTimeout: 360_000,
  /** Limit of `it.concurrent`: the number of cores of a small machine. */
  maxConcurrency: 2,
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  projects: Object.entries(suites).map(([displayName, suite]) => ({
    displayName,
    rootDir: __dirname,
    roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
    testEnvironment: 'node',
    moduleNameMapper,
    transform: { '\\.[cm]?[jt]sx?$': '<rootDir>/test/jest-transform.cjs' },
    transformIgnorePatterns: [],
    ...suite,
  })),
};
