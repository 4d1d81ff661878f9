import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Where each suite's own report of Jest lies, as <suite>.json. */
export const reports = join(root, 'dist', 'reports');

/** The suites' counts by Jest's own reports. A suite without a report, or a file that could not run, counts as failed. */
export function summary(suites) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    const file = join(reports, `${suite}.json`);
    if (!existsSync(file)) {
      sum.failed += 1;
      continue;
    }
    const report = JSON.parse(readFileSync(file, 'utf8'));
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    sum.skipped += report.numPendingTests + report.numTodoTests;
  }
  return { ...sum, line: `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped` };
}
