import type { Section } from './section';

export interface Setting {
  readonly date: string;
  readonly machine: string;
  /** Average number of processes that wanted to run in the minute before and at the end. */
  readonly load: readonly [number, number];
  readonly seconds: number;
}

const introductions = {
  speed: [
    '# How fast Alloy is',
    'Written by `npm run bench -- --date <date> --machine <description>`; do not edit. Every number stands beside a floor: the least that could be done instead, measured in the same run, in turns with Alloy, on the same Postgres (which syncs to the disk), NATS server and playground. Compare ratios; the absolute numbers are of this machine and of what else it did.',
  ],
  scale: [
    '# What live releases cost',
    'Written by `npm run bench -- --only scale --date <date> --machine <description>`; do not edit. Every number stands beside the same one of an older build, measured in the same run. Compare ratios; the absolute numbers are of this machine and of what else it did.',
  ],
} as const;

/** The whole of docs/performance.md, or of docs/performance-scale.md. */
export function report(
  sections: readonly Section[],
  { date, machine, load, seconds }: Setting,
  about: keyof typeof introductions = 'speed',
): string {
  const missed = sections.flatMap((section) => section.missed);
  return `${[
    ...introductions[about],
    `Measured ${date} in ${Math.round(seconds)} s on ${machine}. Load average before ${load[0].toFixed(1)}, after ${load[1].toFixed(1)}.`,
    '## Aims that are missed',
    missed.length === 0 ? 'None.' : missed.map((aim) => `- ${aim}`).join('\n'),
    ...sections.map(section),
  ].join('\n\n')}\n`;
}

const section = ({ title, text, head, rows }: Section): string => `## ${title}\n\n${text}\n\n${table(head, rows)}`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
