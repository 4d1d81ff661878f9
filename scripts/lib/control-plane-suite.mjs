import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildInto } from './build.mjs';
import { findDataPlane, ownNetwork } from './control-plane.mjs';
import { root } from './root.mjs';
import { reportOf } from './summary.mjs';

const built = join(root, 'dist', 'control-plane');
/** Number of workers; each has its own API server. */
const WORKERS = 2;

/**
 * Runs the suite, or only these paths, with these arguments of Jest; returns its status, and a note on specs that could
 * not run. Its report is `reportOf('control-plane')`.
 */
export async function runControlPlaneSuite({ assets }, { paths, args = [] }) {
  const report = reportOf('control-plane');
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  try {
    await buildInto(built, ['main', 'prepare'].map((name) => ({ in: join(root, 'test', 'control-plane', `${name}.ts`), out: name })));
  } catch (error) {
    if (!error.errors) console.error(error);
    return { status: 1 };
  }
  const network = assets ? ownNetwork() : undefined;
  const dataPlane = network && findDataPlane();
  const workers = assets && paths.length === 0 ? WORKERS : 1;
  const dir = assets && mkdtempSync(join(tmpdir(), 'alloy-control-plane-'));
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    ...(assets && { CONTROL_PLANE_ASSETS: assets, CONTROL_PLANE_DIR: dir, CONTROL_PLANE_SERVERS: String(workers) }),
    ...(network && { CONTROL_PLANE_PODS: '1' }),
    ...(dataPlane && { CONTROL_PLANE_DATA_PLANE: dataPlane }),
  };
  const prepared = spawnSync(process.execPath, [join(built, 'prepare.js')], { stdio: 'inherit', env });
  if (prepared.status !== 0) {
    if (dir) rmSync(dir, { recursive: true });
    return { status: 1 };
  }
  const jest = [
    process.execPath,
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--selectProjects',
    'control-plane',
    '--json',
    `--outputFile=${report}`,
    ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
    ...args,
    ...paths,
  ];
  const [command, ...rest] = [...(network ?? []), process.execPath, join(built, 'main.js'), ...jest];
  const { status } = spawnSync(command, rest, { cwd: root, stdio: ['inherit', 'ignore', 'inherit'], env });
  const note = leftOut({ assets, network, dataPlane });
  return { status: status ?? 1, ...(note && { note }) };
}

function leftOut({ assets, network, dataPlane }) {
  if (!network)
    return `left out: the specs whose pods need their own addresses (${assets ? 'unshare and ip cannot create a network namespace here' : 'the cluster is external'})`;
  if (!dataPlane)
    return 'left out: the specs that send requests through a gateway (Contour and Envoy are missing: npm run setup:control-plane)';
  return undefined;
}
