import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../../libs/embedded/src/nats/find-server';
import { findKubectl } from '../kubectl/find-kubectl';
import { claim, removeLeft } from './run-folder';

/** Gets, while there is a network, what the specs start by themselves. CONTROL_PLANE_DIR is the folder of the run, by whose process this one was started. */
async function main(): Promise<void> {
  const { CONTROL_PLANE_DIR: dir } = process.env;
  removeLeft();
  if (dir !== undefined) claim(dir, process.ppid);
  await findNatsServer({ progress: (line) => process.stderr.write(`${line}\n`) });
  const { CONTROL_PLANE_ASSETS: assets } = process.env;
  if (assets === undefined || !existsSync(join(assets, 'kubectl'))) await findKubectl();
}

// Node would end with 0 if the event loop ran empty before the result is known.
process.exitCode = 1;
main().then(
  () => void (process.exitCode = 0),
  (error: unknown) => void process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
);
