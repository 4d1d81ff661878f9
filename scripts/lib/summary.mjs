import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Folder of the Jest reports <suite>.json. ALLOY_REPORTS overrides it. */
export const reports = process.env.ALLOY_REPORTS || join(root, 'dist', 'reports');

/**
 * Suites without external requirements, in order. Chaos runs alone: its long freezes would starve tests with deadlines.
 */
export const ordinarySuites = ['unit', 'int', 'e2e', 'chaos'];

export const reportOf = (suite) => join(reports, `${suite}.json`);

/**
 * The suites' counts from Jest's reports. A suite without a readable report, or with a failure outside of its tests,
 * counts as one failure.
 */
export function summary(suites) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    const report = read(reportOf(suite));
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    sum.passed += report.numPassedTests;
    sum.failed += failed === 0 && !report.success ? 1 : failed;
    sum.skipped += report.numPendingTests + report.numTodoTests;
  }
  return { ...sum, line: `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped` };
}

const nothing = { success: false, numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };

function read(file) {
  if (!existsSync(file)) return nothing;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // An interrupted run leaves an incomplete report.
    return nothing;
  }
}
