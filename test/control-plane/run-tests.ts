import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { VARIABLE, type Endpoint } from './support/endpoint';

/**
 * Runs a command with these endpoints; returns its exit code. When `lost` resolves, kills the command with its child
 * processes and rejects with the reason.
 */
export async function runTests(
  [command, ...args]: readonly string[],
  endpoints: readonly Endpoint[],
  lost: Promise<string> = new Promise(() => undefined),
): Promise<number> {
  // A separate process group, so that Jest's workers are killed too.
  const child = spawn(command!, args, { stdio: 'inherit', detached: true, env: { ...process.env, [VARIABLE]: JSON.stringify(endpoints) } });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const forward = (signal: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  const reason = await Promise.race([lost, exited.then(() => undefined)]);
  if (reason !== undefined) forward('SIGKILL');
  const [code] = await exited;
  if (reason !== undefined) throw new Error(reason);
  return code ?? 1;
}
