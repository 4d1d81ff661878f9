import { loadIdOf } from './circus.mjs';

/**
 * Adds the coverage of loading a spec to each of its tests, which depend on it; without this Stryker would run all
 * tests of all specs for it.
 */
export function withLoading(coverage, tests) {
  const perTest = { ...coverage.perTest };
  for (const { id, fileName } of tests) {
    const covered = { ...perTest[id] };
    for (const [mutant, hits] of Object.entries(perTest[loadIdOf(fileName)] ?? {})) covered[mutant] = (covered[mutant] ?? 0) + hits;
    perTest[id] = covered;
  }
  for (const { fileName } of tests) delete perTest[loadIdOf(fileName)];
  return { static: coverage.static, perTest };
}
