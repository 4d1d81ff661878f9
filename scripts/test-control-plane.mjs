import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { buildIfNeeded } from './lib/build.mjs';
import { runControlPlaneSuite } from './lib/control-plane-suite.mjs';
import { findControlPlane, howToGetOne } from './lib/control-plane.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { summary } from './lib/summary.mjs';

// `npm run test:control-plane [-- --kubernetes VERSION] [path …]`: the specs that need a real Kubernetes API server.
// The last line has the totals.
installIfNeeded();
const { version, paths } = parse(process.argv.slice(2));
const found = findControlPlane(version);
if (!found) {
  console.error(
    version === undefined
      ? `there is no Kubernetes API server for the tests: ${howToGetOne}`
      : `Kubernetes ${version} is not built: npm run setup:control-plane -- --kubernetes ${version}`,
  );
  process.exit(1);
}
await buildIfNeeded();
const { status, note } = await runControlPlaneSuite(found, { paths });
if (note) console.log(note);
const sum = summary(['control-plane']);
console.log(sum.line);
if (status === 0 && sum.failed === 0) succeed();

/** All arguments except `--kubernetes` are passed to Jest. */
function parse(args) {
  const at = args.indexOf('--kubernetes');
  return at === -1 ? { paths: args } : { version: args[at + 1], paths: args.toSpliced(at, 2) };
}
