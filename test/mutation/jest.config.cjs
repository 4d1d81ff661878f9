const { projects } = require('../../jest.config.cjs');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** The unit specs of the libs that are mutated. */
module.exports = { ...unit, displayName: undefined, testTimeout: 60_000, roots: ['analysis', 'audit', 'cluster', 'release'].map((lib) => `<rootDir>/libs/${lib}`) };
