import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../../libs/embedded/src/nats/find-server';
import { findKubectl } from '../kubectl/find-kubectl';
import { claim, removeAbandoned } from './run-folder';

/**
 * Downloads the programs that the specs start, while a network is available. CONTROL_PLANE_DIR: the folder of the run,
 * whose process is the parent of this one.
 */
async function main(): Promise<void> {
  const { CONTROL_PLANE_DIR: dir } = process.env;
  removeAbandoned();
  if (dir !== undefined) claim(dir, process.ppid);
  await findNatsServer({ progress: (line) => process.stderr.write(`${line}\n`) });
  const { CONTROL_PLANE_ASSETS: assets } = process.env;
  if (assets === undefined || !existsSync(join(assets, 'kubectl'))) await findKubectl();
}

// Node would exit with code 0 if the event loop became empty before the result is known.
process.exitCode = 1;
main().then(
  () => void (process.exitCode = 0),
  (error: unknown) => void process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
);
