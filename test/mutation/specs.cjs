const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** The cluster adapter's transport is not mutated. */
const IMPURE = /\/cluster\/src\/(kubernetes|metrics-page)\//;

/**
 * The unit specs of a lib in this checkout, by relative path; those with properties last, since examples kill most
 * mutants in less time.
 */
exports.unitSpecsOf = (root, lib) => {
  const hasProperties = (spec) => Number(readFileSync(join(root, spec), 'utf8').includes("from 'fast-check'"));
  return readdirSync(join(root, 'libs', lib, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.int|\.e2e|\.cp)\.spec\.ts$/.test(file))
    .sort()
    .map((file) => join('libs', lib, 'src', file))
    .filter((file) => !IMPURE.test(file))
    .sort((a, b) => hasProperties(a) - hasProperties(b));
};

/** The sources under test of those specs, by relative path. */
exports.sourcesOf = (root, lib) =>
  readdirSync(join(root, 'libs', lib, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ts$/.test(file) && !/\.spec\.ts$|(^|\/)testing(\/|\.ts$)|^contract\.ts$/.test(file))
    .sort()
    .map((file) => join('libs', lib, 'src', file))
    .filter((file) => !IMPURE.test(file));
