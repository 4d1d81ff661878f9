const fc = require('fast-check');

// Fewer runs than in the suite, by a fixed seed and without shrinking: a mutant is then killed or survives in each run alike.
fc.configureGlobal({ numRuns: 25, seed: 1, endOnFailure: true });
