import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { join } from 'node:path';
import { parts } from './lib/long-parts.mjs';
import { root } from './lib/root.mjs';
import { runPart } from './lib/run-part.mjs';
import { reports } from './lib/summary.mjs';

// `npm run test:long [-- part …]`: tests that take too long for CI, or only the named parts of lib/long-parts.mjs. The
// last line has the totals.
const names = process.argv.slice(2);
const unknown = names.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`there is no part ${unknown.join(', ')} of test:long; there are ${parts.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
const chosen = parts.filter(({ name }) => names.length === 0 || names.includes(name));
const sum = { passed: 0, failed: 0, skipped: 0 };
const failed = [];
for (const { name, command } of chosen) {
  console.log(`\n── ${name} ──`);
  const begun = performance.now();
  const counts = await runPart(command, { cwd: root, env: { ...process.env, ALLOY_REPORTS: join(reports, 'long', name) } });
  console.log(`── ${name}: ${counts.failed === 0 ? 'passed' : 'failed'} after ${((performance.now() - begun) / 60_000).toFixed(1)} min ──`);
  for (const key of Object.keys(sum)) sum[key] += counts[key];
  if (counts.failed > 0) failed.push(name);
}
console.log('');
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
if (failed.length === 0) succeed();
