import { succeed } from './lib/exit-code.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ordinarySuites, reportOf } from './lib/summary.mjs';
import { root } from './lib/root.mjs';

// `node scripts/durations.mjs`: records in test/durations.json which files of the last whole `npm test` took 5 s or
// more; later runs order files by it.
const LONG_MS = 5_000;
const suites = [...ordinarySuites, 'control-plane'].map(reportOf).filter(existsSync);
const results = suites.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).testResults);
const long = results.filter(({ startTime, endTime }) => endTime - startTime >= LONG_MS);
const entries = long.map(({ name, startTime, endTime }) => [relative(root, name), Math.round((endTime - startTime) / 1_000)]);
writeFileSync(
  join(root, 'test', 'durations.json'),
  `${JSON.stringify(Object.fromEntries(entries.sort(([, one], [, other]) => other - one)), null, 2)}\n`,
);
succeed();
