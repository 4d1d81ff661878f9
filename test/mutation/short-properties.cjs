/** One of so many runs that a spec asks for is made, and no fewer than the least. */
const PART = 20;
const LEAST_RUNS = 8;
/** What fast-check does where a spec asks for nothing. */
const DEFAULT_RUNS = 100;

/**
 * fast-check with fewer runs than in the suite, without shrinking, and by a fixed seed (one that reaches all statuses that the specs ask for):
 * a mutant is then killed or survives in each run alike.
 */
exports.shortened = (fastCheck) => {
  fastCheck.configureGlobal({ seed: 1, endOnFailure: true });
  const assert = (property, parameters = {}) => fastCheck.assert(property, { ...parameters, numRuns: Math.max(LEAST_RUNS, Math.round((parameters.numRuns ?? DEFAULT_RUNS) / PART)) });
  return { __esModule: true, ...fastCheck, assert, default: { ...fastCheck.default, assert } };
};
