const { join } = require('node:path');
const { projects } = require('../../jest.config.cjs');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/**
 * Loads the unit specs of one lib (`MUTATION_LIB`, default: each mutated lib) from one file: a mutant then costs one
 * start of Jest's module registry.
 */
module.exports = {
  ...unit,
  displayName: undefined,
  testTimeout: 60_000,
  roots: ['<rootDir>/libs', '<rootDir>/test/mutation'],
  testRegex: '/test/mutation/all-specs\\.ts$',
  testEnvironment: join(__dirname, 'fail-fast-environment.cjs'),
  setupFiles: [join(__dirname, 'jest-setup.cjs')],
};
