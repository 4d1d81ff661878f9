import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Addresses } from './node/addresses';
import { letGo } from './run-folder';
import { startPlace } from './servers/start-place';
import { VARIABLE, type Place } from './support/place';

/**
 * Starts the servers and their test nodes, runs what its arguments name against them, and ends as that does.
 * CONTROL_PLANE_ASSETS names the folder of the programs, CONTROL_PLANE_DIR that of the run, CONTROL_PLANE_SERVERS how many API servers there are, one for each worker of Jest;
 * or KUBECONFIG a cluster that is there. CONTROL_PLANE_PODS=1 says that 198.18.0.0/16 is this machine's own.
 */
async function main(): Promise<number> {
  const { CONTROL_PLANE_ASSETS: assets, CONTROL_PLANE_DIR: dir, CONTROL_PLANE_SERVERS: servers, CONTROL_PLANE_PODS, KUBECONFIG, ALLOY_TEST_KEEP } = process.env;
  if (assets === undefined) return run([{ kubeconfig: KUBECONFIG!, pods: false }]);
  const start = (index: number) => startPlace({ assets, dir: join(dir!, String(index)), addresses: CONTROL_PLANE_PODS === '1' ? new Addresses(index) : undefined });
  const started = await Promise.all(Array.from({ length: Number(servers) }, (_, index) => start(index)));
  try {
    return await run(started.map(({ place }) => place));
  } finally {
    await Promise.all(started.map((one) => one.stop()));
    if (ALLOY_TEST_KEEP) process.stderr.write(`logs of the servers: ${letGo(dir!)}\n`);
    else rmSync(dir!, { recursive: true, force: true });
  }
}

/** Gives the exit code. */
async function run(places: readonly Place[]): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  const child = spawn(command!, args, { stdio: 'inherit', env: { ...process.env, [VARIABLE]: JSON.stringify(places) } });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`control plane: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
