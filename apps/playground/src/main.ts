import { join } from 'node:path';
import { startPlayground } from '@alloy/playground';
import { parseConfig } from '@alloy/service/config';
import { configSchema } from './config';

/** Runs until SIGTERM or SIGINT; one line of JSON on stdout says where it is. */
async function main(): Promise<void> {
  const { HOST, PORT, ALLOY_HOME, PLAYGROUND_HOME, PLAYGROUND_KUBECONFIG, SEED } = parseConfig(configSchema);
  const playground = await startPlayground({
    host: HOST,
    port: PORT,
    home: PLAYGROUND_HOME ?? join(ALLOY_HOME, 'playground'),
    kubeconfigPath: PLAYGROUND_KUBECONFIG,
    seed: SEED,
  });
  let stopping: Promise<void> | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => (stopping ??= playground.stop().then(() => process.exit(0), fail)));
  process.stdout.write(
    `${JSON.stringify({ level: 'info', msg: 'playground is ready', url: playground.url, kubeconfig: playground.kubeconfigPath, pid: process.pid })}\n`,
  );
}

function fail(error: unknown): never {
  process.stderr.write(
    `${JSON.stringify({ level: 'fatal', msg: `playground: ${error instanceof Error ? error.message : String(error)}` })}\n`,
  );
  process.exit(1);
}

// Node would end with 0 if the event loop ran empty before the result is known.
process.exitCode = 1;
main().catch(fail);
