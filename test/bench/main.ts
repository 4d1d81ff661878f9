import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { benches } from './benches';
import { report } from './report';
import type { Section } from './section';

const FILE = join(__dirname, '..', '..', 'docs', 'performance.md');

const thisMachine = (): string => `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const today = (): string => new Date().toISOString().slice(0, 10);

const HELP = `npm run bench [-- options]
  --date <text>      of the measurement; default today
  --machine <text>   what it ran on; default what the system says
  --only <names>     of ${Object.keys(benches).join(', ')}; prints to the terminal and leaves docs/performance.md alone`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { date: { type: 'string' }, machine: { type: 'string' }, only: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(HELP);
  const chosen = values.only?.split(',') ?? Object.keys(benches);
  const unknown = chosen.filter((name) => !(name in benches));
  if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}\n${HELP}`);
  const begun = performance.now();
  const [before] = loadavg();
  const sections: Section[] = [];
  for (const name of chosen) {
    console.log(`${name} …`);
    sections.push(...(await benches[name as keyof typeof benches]()));
  }
  const setting = { date: values.date ?? today(), machine: values.machine ?? thisMachine(), load: [before!, loadavg()[0]!] as const, seconds: (performance.now() - begun) / 1_000 };
  const text = report(sections, setting);
  if (values.only === undefined) writeFileSync(FILE, text);
  console.log(text);
}

// What is broken on purpose need not be told.
Logger.overrideLogger(['error']);
// What an installation waits for does not keep a process alive: Node would end, and with 0.
setInterval(() => {}, 60_000);
process.exitCode = 1;
main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
