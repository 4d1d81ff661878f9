/** Of every PART runs that a spec requests, one is made, but at least the minimum. */
const PART = 20;
const LEAST_RUNS = 8;
/** The number of runs that fast-check makes if a spec requests none. */
const DEFAULT_RUNS = 100;

/**
 * fast-check with fewer runs than in the suite, without shrinking, and with a fixed seed (one that reaches all statuses
 * that the specs require):
 * a mutant then has the same result in each run.
 */
exports.shortened = (fastCheck) => {
  fastCheck.configureGlobal({ seed: 1, endOnFailure: true });
  const assert = (property, parameters = {}) =>
    fastCheck.assert(property, { ...parameters, numRuns: Math.max(LEAST_RUNS, Math.round((parameters.numRuns ?? DEFAULT_RUNS) / PART)) });
  return { __esModule: true, ...fastCheck, assert, default: { ...fastCheck.default, assert } };
};
