import { writeFileSync } from 'node:fs';
import { constants, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { benches, byDefault, type Bench } from './benches';
import { report } from './report';
import { Disposal } from './scale/disposal';
import { scaleHelp, scaleOptions, scaleFlags } from './scale/options';
import type { Section } from './section';

const DOCS = join(__dirname, '..', '..', 'docs');

const thisMachine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const today = (): string => new Date().toISOString().slice(0, 10);

const HELP = `npm run bench [-- options]
  --date <text>      date of the measurement; default today
  --machine <text>   description of the machine; default what the system reports
  --only <names>     only these benches: ${Object.keys(benches).join(', ')}; prints the report and does not write docs/performance.md
${scaleHelp}`;

async function main(): Promise<void> {
  const flags = { date: { type: 'string' }, machine: { type: 'string' }, only: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options: { ...flags, ...scaleFlags } });
  if (values.help) return console.log(HELP);
  const chosen = values.only?.split(',') ?? byDefault;
  const unknown = chosen.filter((name) => !(name in benches));
  if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}\n${HELP}`);
  const begun = performance.now();
  const [before] = loadavg();
  const sections: Section[] = [];
  for (const name of chosen) {
    console.log(`${name} …`);
    sections.push(...(await benches[name as Bench](() => scaleOptions(values))));
  }
  const setting = {
    date: values.date ?? today(),
    machine: values.machine ?? thisMachine(),
    load: [before!, loadavg()[0]!] as const,
    seconds: (performance.now() - begun) / 1_000,
  };
  const alone = (['scale', 'bundles'] as const).find((name) => chosen.length === 1 && chosen[0] === name);
  const text = report(sections, setting, alone ?? 'speed');
  if (values.only === undefined) writeFileSync(join(DOCS, 'performance.md'), text);
  if (alone && values.date !== undefined && values.machine !== undefined) writeFileSync(join(DOCS, `performance-${alone}.md`), text);
  console.log(text);
}

// The benches break things on purpose: warnings about that are left out.
Logger.overrideLogger(['error']);
// While it waits for an installation, nothing else keeps the event loop alive: Node would exit, with code 0.
setInterval(() => {}, 60_000);
process.exitCode = 1;
let interrupted = false;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const interrupt = (signal: (typeof signals)[number]): void => {
  if (interrupted) return;
  interrupted = true;
  console.error(`${signal}: stopping the processes of the bench`);
  void Disposal.runAll()
    .catch(console.error)
    .finally(() => process.exit(128 + constants.signals[signal]));
};
for (const signal of signals) process.on(signal, interrupt);
// scripts/bench.mjs sends signals as messages where they do not reach this process.
process.on('message', (signal) => interrupt(signal as (typeof signals)[number]));
main().then(
  () => process.exit(0),
  (error: unknown) => {
    // The interruption stops processes, which makes the measurement fail.
    if (interrupted) return;
    console.error(error);
    process.exit(1);
  },
);
