import { Logger } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { sabotages } from './sabotage';
import { runSchedules } from './run-schedules';
import { RELEASES, schedulesFrom } from './schedule';

const HELP = `npm run chaos -- [options]
  --seed <n>         the first seed; default 1
  --releases <n>     number of releases: runs one seed after the other, ${RELEASES} releases each; default ${RELEASES}
  --parallel <n>     number of seeds that run at the same time; default 2
  --sabotage <name>  breaks a promise on purpose, to show that the judgement finds it: ${Object.keys(sabotages).join(', ')}`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      releases: { type: 'string' },
      parallel: { type: 'string' },
      sabotage: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const seed = numberOf(values.seed ?? '1', '--seed');
  const releases = numberOf(values.releases ?? String(RELEASES), '--releases');
  const parallel = numberOf(values.parallel ?? '2', '--parallel');
  const sabotage = values.sabotage === undefined ? undefined : sabotages[values.sabotage];
  if (values.sabotage !== undefined && !sabotage) throw new Error(`unknown sabotage ${values.sabotage}\n${HELP}`);
  const { isGood, text } = await runSchedules(schedulesFrom(seed, releases), {
    parallel,
    onProgress: (line) => console.log(line),
    ...(sabotage && { sabotage }),
  });
  console.log(text);
  return isGood ? 0 : 1;
}

function numberOf(text: string, option: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${option} must be a whole number from 1 to 999999, not ${text}`);
  return Number(text);
}

// If this process ends before it has a result, the run has failed.
process.exitCode = 1;
Logger.overrideLogger(['error']);
// While it waits for an installation, nothing else keeps the event loop alive.
setInterval(() => {}, 60_000);
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    console.log('chaos failed: the run could not be completed\n0 passed, 1 failed, 0 skipped');
    process.exit(1);
  },
);
