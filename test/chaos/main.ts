import { Logger } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { sabotages } from './sabotage';
import { playSchedules } from './play-schedules';
import { RELEASES, schedulesFrom } from './schedule';

const HELP = `npm run chaos -- [options]
  --seed <n>         the first seed; default 1
  --releases <n>     plays one seed after the other until so many releases were played, ${RELEASES} of each; default ${RELEASES}
  --parallel <n>     seeds that are played at once; default 2
  --sabotage <name>  breaks a promise on purpose, to see that it is found: ${Object.keys(sabotages).join(', ')}`;

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
  if (values.sabotage !== undefined && !sabotage) throw new Error(`there is no sabotage ${values.sabotage}\n${HELP}`);
  const { isGood, text } = await playSchedules(schedulesFrom(seed, releases), {
    parallel,
    onProgress: (line) => console.log(line),
    ...(sabotage && { sabotage }),
  });
  console.log(text);
  return isGood ? 0 : 1;
}

function numberOf(text: string, option: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${option} must be a whole number from 1 to 999999, and not ${text}`);
  return Number(text);
}

// Whatever ends this process before it is known to have succeeded has failed.
process.exitCode = 1;
Logger.overrideLogger(['error']);
// What an installation waits for does not keep a process alive.
setInterval(() => {}, 60_000);
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    console.log('chaos failed: it could not be played\n0 passed, 1 failed, 0 skipped');
    process.exit(1);
  },
);
