import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from '../embedded-error';
import { follow, type Running, type StopOptions } from './running';

export interface SpawnOptions extends StopOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Both outputs are appended to this file; it is not a pipe, so that the process survives its parent. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Called in the same turn as the start, so that a guard knows the process even if this one dies at once. */
  readonly onPid?: ((pid: number) => void) | undefined;
}

/** Starts a process in its own group, so that Ctrl-C in the terminal reaches only the parent. */
export async function spawnDetached(options: SpawnOptions): Promise<Running> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a', 0o600);
  try {
    const child = spawn(options.command, options.args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: options.cwd,
      env: { ...(options.env ?? process.env) } as NodeJS.ProcessEnv,
      ...options.account,
    });
    if (child.pid !== undefined) options.onPid?.(child.pid);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(new EmbeddedError('binary_missing', `${options.command} cannot be run: ${error.message}`)));
    });
    child.unref();
    return follow(child, options);
  } finally {
    closeSync(log);
  }
}
