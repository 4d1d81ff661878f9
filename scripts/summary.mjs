import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reports, summary } from './lib/summary.mjs';

// Prints the sum of the last `npm test`. The suite on a real API server counts where it ran, or had to.
const required = process.env.ALLOY_REQUIRE_CONTROL_PLANE === '1' || existsSync(join(reports, 'control-plane.json'));
console.log(summary(['unit', 'int', 'e2e', ...(required ? ['control-plane'] : [])]).line);
