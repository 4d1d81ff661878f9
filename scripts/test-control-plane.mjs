import { succeed } from './lib/exit-code.mjs';
import './lib/require-node.mjs';
import { buildIfNeeded } from './lib/build.mjs';
import { runControlPlaneSuite } from './lib/control-plane-suite.mjs';
import { findControlPlane, howToGetOne } from './lib/control-plane.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { summary } from './lib/summary.mjs';

// `npm run test:control-plane [-- path …]`: the specs that need a real Kubernetes API server. The last line sums them up.
installIfNeeded();
const found = findControlPlane();
if (!found) {
  console.error(`there is no Kubernetes API server for the tests: ${howToGetOne}`);
  process.exit(1);
}
await buildIfNeeded();
const { status, note } = await runControlPlaneSuite(found, { paths: process.argv.slice(2) });
if (note) console.log(note);
const sum = summary(['control-plane']);
console.log(sum.line);
if (status === 0 && sum.failed === 0) succeed();
