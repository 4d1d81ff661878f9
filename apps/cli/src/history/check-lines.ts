import type { Deviation, HistoryCheck } from '@alloy/release';
import type { Colors } from '../output/colors';
import { count } from '../output/count';
import { printable } from '../output/printable';

/** Result of deciding a release again, for users. */
export function checkLines(release: string, { decisions, deviations, late }: HistoryCheck, color: Colors): readonly string[] {
  const verdict = deviations.length === 0 ? color.green('all as recorded') : color.red(`${deviations.length} would differ`);
  return [
    `release ${printable(release)}: ${count(decisions, 'decision')} made again, ${verdict}`,
    ...deviations.flatMap(deviationLines).map(printable),
    ...late.map(
      ({ version, dueAt, seconds }) =>
        `  v${version} came ${Math.round(seconds)} s after ${new Date(dueAt).toISOString()}, when a decision was due`,
    ),
  ];
}

function deviationLines({ version, at, recorded, today, differences }: Deviation): readonly string[] {
  const head = `  v${version} at ${at}: recorded ${recorded ?? 'nothing'}, today ${today ?? 'nothing'}`;
  return [head, ...differences.map(({ path, recorded: was, today: is }) => `    ${path}: ${shown(was)} → ${shown(is)}`)];
}

const shown = (value: unknown): string => (value === undefined ? 'not there' : JSON.stringify(value));
