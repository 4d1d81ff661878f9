import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { keepsLogs } from '../support/keeps-logs';
import { Addresses } from './node/addresses';
import { disown } from './run-folder';
import { runTests } from './run-tests';
import { startEndpoint, type StartedEndpoint } from './servers/start-endpoint';

/**
 * Starts the servers and their test nodes, runs the command in its arguments against them, and exits with the command's
 * exit code, or with 1 if a server ends during the run. CONTROL_PLANE_ASSETS: folder of the programs.
 * CONTROL_PLANE_DIR: folder of the run. CONTROL_PLANE_SERVERS: number of API servers, one for each worker of Jest.
 * KUBECONFIG: an existing cluster instead of these. CONTROL_PLANE_PODS=1: 198.18.0.0/16 is local to this machine.
 * CONTROL_PLANE_DATA_PLANE: folder of Contour and Envoy.
 */
async function main(): Promise<number> {
  const {
    CONTROL_PLANE_ASSETS: assets,
    CONTROL_PLANE_DIR: dir,
    CONTROL_PLANE_SERVERS: servers,
    CONTROL_PLANE_PODS,
    CONTROL_PLANE_DATA_PLANE: dataPlane,
    KUBECONFIG,
  } = process.env;
  const command = process.argv.slice(2);
  if (assets === undefined) return runTests(command, [{ kubeconfig: KUBECONFIG!, pods: false }]);
  const start = (index: number) =>
    startEndpoint({
      assets,
      dir: join(dir!, String(index)),
      addresses: CONTROL_PLANE_PODS === '1' ? new Addresses(index) : undefined,
      dataPlane,
    });
  const starts = await Promise.allSettled(Array.from({ length: Number(servers) }, (_, index) => start(index)));
  const started = starts.flatMap((one): readonly StartedEndpoint[] => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    const failure = starts.find((one) => one.status === 'rejected');
    if (failure) throw failure.reason;
    return await runTests(
      command,
      started.map(({ endpoint }) => endpoint),
      Promise.race(started.map(({ lost }) => lost)),
    );
  } finally {
    await Promise.all(started.map((one) => one.stop()));
    if (keepsLogs()) process.stderr.write(`logs of the servers: ${disown(dir!)}\n`);
    else rmSync(dir!, { recursive: true, force: true });
  }
}

// Node would exit with code 0 if the event loop became empty before the result is known.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`control plane: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
