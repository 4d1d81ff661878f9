import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { VARIABLE, type Place } from './support/place';

/** Runs a command on these places; gives its exit code. Kills it, with all that it started, and rejects with the reason once `lost` resolves. */
export async function runTests(
  [command, ...args]: readonly string[],
  places: readonly Place[],
  lost: Promise<string> = new Promise(() => undefined),
): Promise<number> {
  // A process group of its own: Jest's workers are killed with it.
  const child = spawn(command!, args, { stdio: 'inherit', detached: true, env: { ...process.env, [VARIABLE]: JSON.stringify(places) } });
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
