import './lib/require-node.mjs';
import { buildIfNeeded } from './lib/build.mjs';
import { runControlPlaneSuite } from './lib/control-plane-suite.mjs';
import { findControlPlane, howToGetOne } from './lib/control-plane.mjs';
import { installIfNeeded } from './lib/install.mjs';

// `npm run test:control-plane [-- path …]`: the specs that need a real Kubernetes API server.
installIfNeeded();
const found = findControlPlane();
if (!found) {
  console.error(`there is no Kubernetes API server for the tests: ${howToGetOne}`);
  process.exit(1);
}
await buildIfNeeded();
const { status, note } = await runControlPlaneSuite(found, { paths: process.argv.slice(2) });
if (note) console.log(note);
process.exit(status);
