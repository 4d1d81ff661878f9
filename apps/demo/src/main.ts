import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Api } from './api';
import { checkAct } from './check-act';
import { startOwnAlloy, type OwnAlloy } from './own-alloy';
import { story, type Act } from './story';
import { timeline } from './timeline';
import { describeTraffic, takeTraffic } from './traffic';

const repository = join(__dirname, '..', '..', '..');
const say = (line: string): void => console.log(line);

/** Plays one release and prints it; gives what went wrong. */
async function play(act: Act, alloy: OwnAlloy): Promise<readonly string[]> {
  const api = new Api(alloy.card);
  say(`\n${act.tag}: ${act.told}`);
  await takeTraffic(alloy.card.kubeconfig);
  const id = await api.release(join(repository, 'examples', 'shop'), act.tag);
  const release = await api.ended(id);
  const traffic = await takeTraffic(alloy.card.kubeconfig);
  for (const line of timeline(await api.events(id))) say(line);
  say(`          traffic: ${describeTraffic(traffic)}`);
  const faults = checkAct(act, release, traffic);
  for (const fault of faults) say(`  WRONG   ${fault}`);
  return faults;
}

async function main(): Promise<number> {
  // --export FILE leaves the log of all releases there, for `alloy replay --file`.
  const { values } = parseArgs({ options: { export: { type: 'string' } } });
  const begun = performance.now();
  const alloy = await startOwnAlloy(repository, process.env, say);
  let stopped: Promise<void> | undefined;
  const stop = (keep: boolean): Promise<void> => (stopped ??= alloy.stop(keep));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(false).finally(() => process.exit(130)));
  const faults: string[] = [];
  try {
    for (const act of story) faults.push(...(await play(act, alloy)).map((fault) => `${act.tag}: ${fault}`));
    if (values.export !== undefined) writeFileSync(resolve(values.export), await new Api(alloy.card).log());
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  say('');
  await stop(faults.length > 0);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  if (faults.length === 0) say(`All ${story.length} releases ended as they should, after ${seconds} s; no request failed but those that a bad canary answered.`);
  else say(`Not as it should be, after ${seconds} s:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return faults.length === 0 ? 0 : 1;
}

// Node would end with 0 if the event loop ran empty before the result is known.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
