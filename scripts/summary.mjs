import { succeed } from './lib/exit-code.mjs';
import { existsSync } from 'node:fs';
import { ordinarySuites, reportOf, summary } from './lib/summary.mjs';

// Prints the totals of the last `npm test`; exit code 1 if there is a failure. Includes the suite on a real API server
// if it ran or is required.
const required = process.env.ALLOY_REQUIRE_CONTROL_PLANE === '1' || existsSync(reportOf('control-plane'));
const sum = summary([...ordinarySuites, ...(required ? ['control-plane'] : [])]);
console.log(sum.line);
if (sum.failed === 0) succeed();
