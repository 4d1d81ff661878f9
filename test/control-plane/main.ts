import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Addresses } from './node/addresses';
import { letGo } from './run-folder';
import { runTests } from './run-tests';
import { startPlace, type StartedPlace } from './servers/start-place';

/**
 * Starts the servers and their test nodes, runs what its arguments name against them, and ends with its exit code; with 1 if a server ends meanwhile.
 * CONTROL_PLANE_ASSETS names the folder of the programs, CONTROL_PLANE_DIR that of the run, CONTROL_PLANE_SERVERS how many API servers there are, one for each worker of Jest;
 * or KUBECONFIG a cluster that is there. CONTROL_PLANE_PODS=1 says that 198.18.0.0/16 is this machine's own.
 */
async function main(): Promise<number> {
  const {
    CONTROL_PLANE_ASSETS: assets,
    CONTROL_PLANE_DIR: dir,
    CONTROL_PLANE_SERVERS: servers,
    CONTROL_PLANE_PODS,
    KUBECONFIG,
    ALLOY_TEST_KEEP,
  } = process.env;
  const command = process.argv.slice(2);
  if (assets === undefined) return runTests(command, [{ kubeconfig: KUBECONFIG!, pods: false }]);
  const start = (index: number) =>
    startPlace({ assets, dir: join(dir!, String(index)), addresses: CONTROL_PLANE_PODS === '1' ? new Addresses(index) : undefined });
  const starts = await Promise.allSettled(Array.from({ length: Number(servers) }, (_, index) => start(index)));
  const started = starts.flatMap((one): readonly StartedPlace[] => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    const failure = starts.find((one) => one.status === 'rejected');
    if (failure) throw failure.reason;
    return await runTests(
      command,
      started.map(({ place }) => place),
      Promise.race(started.map(({ lost }) => lost)),
    );
  } finally {
    await Promise.all(started.map((one) => one.stop()));
    if (ALLOY_TEST_KEEP) process.stderr.write(`logs of the servers: ${letGo(dir!)}\n`);
    else rmSync(dir!, { recursive: true, force: true });
  }
}

// Node would end with 0 if the event loop ran empty before the result is known.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`control plane: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
