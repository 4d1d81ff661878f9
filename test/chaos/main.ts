import { Logger } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { sabotages } from './sabotage';
import { userSabotages } from './users/user-sabotage';
import { RELEASES_OF_USERS, runUsers, seedsFrom } from './users/run-users';
import { runSchedules } from './run-schedules';
import { RELEASES, schedulesFrom } from './schedule';

const HELP = `npm run chaos -- [options]
  --seed <n>         the first seed; default 1
  --releases <n>     number of releases: runs one seed after the other, ${RELEASES} releases each; default ${RELEASES}
  --parallel <n>     number of seeds that run at the same time; default 2
  --sabotage <name>  breaks a promise on purpose, to show that the judgement finds it: ${Object.keys(sabotages).join(', ')};
                     with --users: ${Object.keys(userSabotages).join(', ')}
  --users            runs the releases of people who change the cluster, ${RELEASES_OF_USERS} for each seed`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      releases: { type: 'string' },
      parallel: { type: 'string' },
      sabotage: { type: 'string' },
      users: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const seed = numberOf(values.seed ?? '1', '--seed');
  const releases = numberOf(values.releases ?? String(values.users ? RELEASES_OF_USERS : RELEASES), '--releases');
  const options = { parallel: numberOf(values.parallel ?? '2', '--parallel'), onProgress: (line: string) => console.log(line) };
  const { isGood, text } = values.users
    ? await runUsers(seedsFrom(seed, releases), { ...options, ...sabotageIn(userSabotages, values.sabotage) })
    : await runSchedules(schedulesFrom(seed, releases), { ...options, ...sabotageIn(sabotages, values.sabotage) });
  console.log(text);
  return isGood ? 0 : 1;
}

function sabotageIn<T>(all: Readonly<Record<string, T>>, name: string | undefined): { readonly sabotage?: T } {
  if (name === undefined) return {};
  const sabotage = all[name];
  if (!sabotage) throw new Error(`unknown sabotage ${name}\n${HELP}`);
  return { sabotage };
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
