/** Most runs of one property. */
const MOST_RUNS = 40;

/**
 * fast-check with fewer runs than in the suite, whatever a spec asks for, without shrinking, and by a fixed seed (one that reaches all statuses that the specs ask for):
 * a mutant is then killed or survives in each run alike.
 */
exports.shortened = (fastCheck) => {
  fastCheck.configureGlobal({ numRuns: MOST_RUNS, seed: 3, endOnFailure: true });
  const assert = (property, parameters = {}) => fastCheck.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? MOST_RUNS, MOST_RUNS) });
  return { __esModule: true, ...fastCheck, assert, default: { ...fastCheck.default, assert } };
};
