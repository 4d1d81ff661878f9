import { number, type Figure, type Section } from '../section';
import { resultOf, type Measured, type Row } from './rows';

/** A table that shows where the cost of a row comes from. */
export type Profile = Pick<Section, 'text' | 'head' | 'rows'>;

export interface Builds<T> {
  readonly older: T;
  readonly current: T;
}

export interface ScaleReport {
  readonly rows: readonly Row[];
  readonly measured: Builds<Measured>;
  /** Profiles of the current build by id of the row. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** Name of the older commit. */
  readonly commit: string;
  readonly text: string;
}

const profileTitle = (row: Row): string => `Profile: ${row.what}`;

/** The table of all rows, followed by the profile of each row that misses its goal. */
export function scaleSections({ rows, measured: { older, current }, profiles, commit, text }: ScaleReport): readonly Section[] {
  const resultText = (row: Row): string => {
    const lacking = row.lacking?.(current);
    return `${resultOf(row, current, older)}${lacking === undefined ? '' : `: ${lacking}`}`;
  };
  const line = (row: Row): readonly string[] => {
    const [before, value, goal] = [older[row.figure], current[row.figure], row.goal(current, older)];
    const ratio =
      before === undefined || value === undefined || before === 0 || !Number.isFinite(value / before) ? '' : `${number(value / before)} ×`;
    return [row.what, shown(row, before), shown(row, value), ratio, goal?.text ?? '', resultText(row)];
  };
  const profiled = rows.filter((row) => resultOf(row, current, older) === 'missed' && profiles[row.id] !== undefined);
  const figure = (row: Row): Figure => {
    const value = [shown(row, current[row.figure]), row.lacking?.(current)].filter((part) => part !== undefined).join(', ');
    const goal = row.goal(current, older)?.text;
    const section = profiled.includes(row) ? { section: profileTitle(row) } : {};
    return { name: row.what, value, ...(goal !== undefined && { goal }), result: resultOf(row, current, older), ...section };
  };
  const table: Section = {
    title: 'What a live release costs',
    text,
    head: ['', commit, 'now', `now ÷ ${commit}`, 'goal', ''],
    rows: rows.map(line),
    figures: rows.map(figure),
  };
  return [table, ...profiled.map((row) => ({ title: profileTitle(row), ...profiles[row.id]!, figures: [] }))];
}

const shown = ({ show }: Row, value: number | undefined): string =>
  value === undefined ? '–' : Number.isFinite(value) ? show(value) : 'not ended';
