import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestNode } from './node/test-node';
import { openDoor } from './servers/door';
import { Servers } from './servers/servers';
import { VARIABLE, type Place } from './support/place';

/**
 * Starts the servers and the test node, runs what its arguments name against them, and ends as that does.
 * CONTROL_PLANE_ASSETS names the folder of the servers, or KUBECONFIG a cluster that is there; CONTROL_PLANE_PODS=1 says that 198.18.0.0/16 is this machine's own.
 */
async function main(): Promise<number> {
  const { CONTROL_PLANE_ASSETS: assets, CONTROL_PLANE_PODS, KUBECONFIG, ALLOY_TEST_KEEP } = process.env;
  if (assets === undefined) return run({ kubeconfig: KUBECONFIG!, pods: false });
  const dir = mkdtempSync(join(tmpdir(), 'alloy-control-plane-'));
  const servers = await Servers.start({ assets, dir });
  const pods = CONTROL_PLANE_PODS === '1';
  const node = pods ? await TestNode.start(servers.kubeconfig('test-node')) : undefined;
  const door = await openDoor(servers, node && { 'GET /traffic': () => node.report(), 'DELETE /traffic': () => node.takeTraffic() });
  try {
    return await run({ kubeconfig: servers.kubeconfig('admin'), pods, assets, etcdUrl: servers.etcdUrl, auditLog: servers.auditLog, door: door.url });
  } finally {
    await door.close();
    await node?.stop();
    await servers.stop();
    if (ALLOY_TEST_KEEP) process.stderr.write(`logs of the servers: ${dir}\n`);
    else rmSync(dir, { recursive: true, force: true });
  }
}

/** Gives the exit code. */
async function run(place: Place): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  const child = spawn(command!, args, { stdio: 'inherit', env: { ...process.env, [VARIABLE]: JSON.stringify(place) } });
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
