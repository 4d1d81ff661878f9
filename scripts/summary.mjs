import { summary } from './lib/summary.mjs';

// Prints the sum of the last `npm test`.
console.log(summary(['unit', 'int', 'e2e']).line);
