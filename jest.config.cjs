const { compilerOptions } = require('./tsconfig.base.json');

const moduleNameMapper = { '^(\\.{1,2}/.*)\\.js$': '$1' };
for (const [name, [file]] of Object.entries(compilerOptions.paths)) moduleNameMapper[`^${name}$`] = file.replace('./', '<rootDir>/');

// The suffix picks the suite: `.spec` is pure, `.int.spec` wants Postgres and NATS (embedded, started by globalSetup), `.e2e.spec` spawns what was built,
// `.chaos.spec` freezes for up to 45 s what was built, and wants the machine to itself; `.cp.spec` wants a real Kubernetes API server (`npm run test:control-plane`).
const suites = {
  unit: { testRegex: '(?<!\\.int|\\.e2e|\\.chaos|\\.cp)\\.spec\\.ts$' },
  int: { testRegex: '\\.int\\.spec\\.ts$', globalSetup: '<rootDir>/test/support/global-setup.ts', globalTeardown: '<rootDir>/test/support/global-teardown.ts' },
  e2e: { testRegex: '\\.e2e\\.spec\\.ts$' },
  chaos: { testRegex: '\\.chaos\\.spec\\.ts$' },
  'control-plane': { testRegex: '\\.cp\\.spec\\.ts$' },
};

/** One project per suite: `jest --selectProjects unit`. */
module.exports = {
  // A bound for what hangs, not a measure of speed: a busy machine is no reason to fail. Longer than what a test waits for (300 s at most), so that the wait itself says what did not come.
  testTimeout: 360_000,
  /** Of `it.concurrent`: as many as there are cores on a small machine. */
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
