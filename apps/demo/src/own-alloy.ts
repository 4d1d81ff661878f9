import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { forgetPostgres, tether } from '@alloy/embedded';
import type { Card } from './api';

export interface OwnAlloy {
  readonly card: Card;
  /** Stops all processes and removes the home; with `keep` the home remains, with its logs. */
  stop(keep: boolean): Promise<void>;
}

/** Starts an Alloy with its own home and ports. Rejects if it does not start. */
export async function startOwnAlloy(
  repository: string,
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): Promise<OwnAlloy> {
  const home = mkdtempSync(join(tmpdir(), 'alloy-demo-'));
  const child = spawn(process.execPath, [join(repository, 'dist', 'apps', 'start', 'main.js')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, ALLOY_HOME: home, APP_PORT: '0', DATABASE_URL: '', NATS_URL: '' } as NodeJS.ProcessEnv,
  });
  const untether = tether(child.pid!, 'TERM');
  const exited = once(child, 'exit');
  const card = join(home, 'alloy.json');
  const up = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => (existsSync(card) ? resolve() : say(line)));
  });
  const stop = async (keep: boolean): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    untether();
    if (keep) return say(`logs are in ${join(home, 'logs')}`);
    forgetPostgres(join(home, 'postgres'));
    rmSync(home, { recursive: true, force: true });
  };
  const failed = exited.then(() => Promise.reject(new Error(`Alloy did not start; its logs are in ${join(home, 'logs')}`)));
  await Promise.race([up, failed]);
  failed.catch(() => undefined);
  return { card: JSON.parse(readFileSync(card, 'utf8')) as Card, stop };
}
