import { join } from 'node:path';
import { Alloy } from './alloy';
import { parseOptions, usage, type Options } from './options';
import { StartError } from './start-error';

const begun = performance.now();
const say = (line: string): void => console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${line}`);

function fail(error: unknown): never {
  // Stack traces are for bugs; for known errors the user gets the one line that says what to supply.
  const known = error instanceof Error && 'code' in error;
  console.error(known ? `alloy: ${error.message}` : error);
  process.exit(1);
}

/** Runs until a signal arrives or a part keeps dying. */
async function main(options: Options): Promise<void> {
  let ending: Promise<void> | undefined;
  const end = (code: number, error?: Error): void => {
    if (ending) return;
    if (error) console.error(`alloy: ${error.message}`);
    else say('stopping');
    // The error line stays the last output, whatever starts meanwhile.
    ending = alloy.stop().then(
      () => process.exit(code),
      (failure: unknown) => fail(failure),
    );
  };
  const alloy = new Alloy(options, {
    repository: join(__dirname, '..', '..', '..'),
    cwd: process.cwd(),
    env: process.env,
    say: (line) => ending ?? say(line),
    giveUp: (error) => end(1, error),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
  // Keeps the event loop alive while only children run.
  setInterval(() => undefined, 60_000);
  try {
    console.log(await alloy.start());
  } catch (error) {
    if (ending === undefined && !(error instanceof Error && 'code' in error)) console.error(error);
    end(1, error instanceof Error ? error : new StartError(String(error)));
  }
}

// If the event loop ran empty early, Node would exit with 0.
process.exitCode = 1;
try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    console.log(usage);
    process.exitCode = 0;
  } else main(options).catch(fail);
} catch (error) {
  fail(error);
}
