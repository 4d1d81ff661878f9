import type { Figure, Section } from './section';

/** The circumstances of a measurement. */
export interface Setting {
  readonly date: string;
  readonly machine: string;
  /** Load average of the last minute, before and after the measurement. */
  readonly load: readonly [number, number];
  readonly seconds: number;
}

const CAUTION = 'Compare the ratios: the absolute numbers depend on this machine and on its other load.';

const introductions = {
  speed: [
    '# How fast Alloy is',
    [
      '`npm run bench -- --date <date> --machine <description>` writes this file; do not edit it.',
      'Each number stands next to a floor: the least work that could be done instead, measured in the same run, alternating with Alloy,',
      `on the same Postgres (which syncs to the disk), NATS server and playground. ${CAUTION}`,
    ].join(' '),
  ],
  bundles: [
    '# How fast large bundles are',
    [
      '`npm run bench -- --only bundles --date <date> --machine <description>` writes this file; do not edit it.',
      `Each number stands next to a floor, measured in the same run on the same kube-apiserver. ${CAUTION}`,
    ].join(' '),
  ],
  scale: [
    '# What live releases cost',
    [
      '`npm run bench -- --only scale --date <date> --machine <description>` writes this file; do not edit it.',
      `Each number stands next to the same number of an older build, measured in the same run. ${CAUTION}`,
    ].join(' '),
  ],
} as const;

/** The complete text of docs/performance.md, docs/performance-bundles.md or docs/performance-scale.md. */
export function report(sections: readonly Section[], setting: Setting, about: keyof typeof introductions = 'speed'): string {
  const { date, machine, load, seconds } = setting;
  return `${[
    ...introductions[about],
    [
      `Measured on ${date} in ${Math.round(seconds)} s on ${machine}.`,
      `Load average ${load[0].toFixed(1)} before and ${load[1].toFixed(1)} after the measurement.`,
    ].join(' '),
    '## At a glance',
    ...atAGlance(sections),
    ...sections.map(section),
  ].join('\n\n')}\n`;
}

/** A sentence with the number of missed goals, and one table with the figures of all sections. */
export function atAGlance(sections: readonly Section[]): readonly string[] {
  const figures = sections.flatMap((one) => one.figures.map((figure): Figure & { section: string } => ({ section: one.title, ...figure })));
  const measured = figures.filter(({ result }) => result === 'reached' || result === 'missed');
  const missed = measured.filter(({ result }) => result === 'missed');
  const rows = figures.map(({ name, value, goal = '–', result, section: title }) => [
    name,
    value,
    goal,
    result === 'missed' ? '**missed**' : (result ?? '–'),
    `[${title}](#${anchorOf(title)})`,
  ]);
  return [
    `Alloy misses ${missed.length} of ${measured.length} goals.`,
    table(['figure', 'value', 'goal', 'result', 'section'], rows, 1),
  ];
}

/** The anchor that GitHub gives a heading: lower case, without punctuation, each space a hyphen. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

const section = ({ title, text, head, rows }: Section): string => `## ${title}\n\n${text}\n\n${table(head, rows)}`;

/** A Markdown table. The columns after the first are aligned right, at most `alignedRight` of them. */
function table(head: readonly string[], rows: readonly (readonly string[])[], alignedRight = head.length): string {
  const alignment = head.map((_, column) => (column >= 1 && column <= alignedRight ? '--:' : '---'));
  return [head, alignment, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
