import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { alternate } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 10;
const RUNS = 5;
const BUNDLE = join(__dirname, '..', 'apps', 'cli', 'main.js');

/** Compares the time of `alloy version` with a Node process that does nothing. */
export async function benchCli(): Promise<Section> {
  const rounds = await alternate(
    ROUNDS,
    () => timed(['-e', '0']),
    () => timed([BUNDLE, 'version']),
  );
  return latencies(
    'The command line',
    [
      'From the start of the process to its end. The floor is `node -e 0`; Alloy is the bundle of the CLI with `alloy version`.',
      `${ROUNDS} rounds of ${RUNS} runs each.`,
    ].join(' '),
    { 'alloy version': rounds },
  );
}

async function timed(args: readonly string[]): Promise<readonly number[]> {
  return Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    return performance.now() - begun;
  });
}
