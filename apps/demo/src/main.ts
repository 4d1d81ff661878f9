import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Api } from './api';
import { checkRelease } from './check-release';
import { startOwnAlloy, type OwnAlloy } from './own-alloy';
import { demoReleases, type DemoRelease } from './demo-releases';
import { timeline } from './timeline';
import { describeTraffic, takeTraffic } from './traffic';

const repository = join(__dirname, '..', '..', '..');
const say = (line: string): void => console.log(line);

/** Plays one release and prints it; returns the differences from the expectation. */
async function play(expected: DemoRelease, alloy: OwnAlloy): Promise<readonly string[]> {
  const api = new Api(alloy.card);
  say(`\n${expected.tag}: ${expected.description}`);
  await takeTraffic(alloy.card.kubeconfig);
  const id = await api.release(join(repository, 'examples', 'shop'), expected.tag);
  const release = await api.ended(id);
  const traffic = await takeTraffic(alloy.card.kubeconfig);
  for (const line of timeline(await api.events(id))) say(line);
  say(`          traffic: ${describeTraffic(traffic)}`);
  const faults = checkRelease(expected, release, traffic);
  for (const fault of faults) say(`  WRONG   ${fault}`);
  return faults;
}

async function main(): Promise<number> {
  // --export FILE writes the log of all releases, for `alloy replay --file`.
  const { values } = parseArgs({ options: { export: { type: 'string' } } });
  const begun = performance.now();
  const alloy = await startOwnAlloy(repository, process.env, say);
  let stopped: Promise<void> | undefined;
  const stop = (keep: boolean): Promise<void> => (stopped ??= alloy.stop(keep));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop(false).finally(() => process.exit(130)));
  const faults: string[] = [];
  try {
    for (const expected of demoReleases) faults.push(...(await play(expected, alloy)).map((fault) => `${expected.tag}: ${fault}`));
    if (values.export !== undefined) writeFileSync(resolve(values.export), await new Api(alloy.card).log());
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  say('');
  await stop(faults.length > 0);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  if (faults.length === 0)
    say(`All ${demoReleases.length} releases ended as expected, after ${seconds} s; only requests to a bad canary failed.`);
  else say(`Differences from the expectation, after ${seconds} s:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return faults.length === 0 ? 0 : 1;
}

// If the event loop ran empty early, Node would exit with 0.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
