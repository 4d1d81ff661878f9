import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../../libs/embedded/src/nats/find-server';
import { findKubectl } from '../kubectl/find-kubectl';

/** Gets, while there is a network, what the specs start by themselves. */
async function main(): Promise<void> {
  await findNatsServer(undefined, (line) => process.stderr.write(`${line}\n`));
  const { CONTROL_PLANE_ASSETS: assets } = process.env;
  if (assets === undefined || !existsSync(join(assets, 'kubectl'))) await findKubectl();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
