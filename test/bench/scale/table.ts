import { number, type Section } from '../section';
import { resultOf, type Measured, type Row } from './rows';

/** A table that shows where the cost of a row comes from. */
export type Profile = Pick<Section, 'text' | 'head' | 'rows'>;

export interface Builds<T> {
  readonly then: T;
  readonly now: T;
}

export interface ScaleReport {
  readonly rows: readonly Row[];
  readonly measured: Builds<Measured>;
  /** Of this build, by id of the row. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** Name of the older commit. */
  readonly commit: string;
  readonly text: string;
}

/** The table of the rows, and after it the profile of each row that is missed. */
export function scaleSections({ rows, measured: { then, now }, profiles, commit, text }: ScaleReport): readonly Section[] {
  const missed = rows.filter((row) => resultOf(row, now, then) === 'missed');
  const line = (row: Row): readonly string[] => {
    const [before, value, aim] = [then[row.figure], now[row.figure], row.aim(now, then)];
    const ratio =
      before === undefined || value === undefined || before === 0 || !Number.isFinite(value / before) ? '' : `${number(value / before)} ×`;
    const lacking = row.lacking?.(now);
    const result = `${resultOf(row, now, then)}${lacking === undefined ? '' : `: ${lacking}`}`;
    return [row.what, shown(row, before), shown(row, value), ratio, aim?.text ?? '', result];
  };
  const table: Section = {
    title: 'What a live release costs',
    text,
    head: ['', commit, 'now', `now ÷ ${commit}`, 'aim', ''],
    rows: rows.map(line),
    missed: missed.map((row) => `${row.what}: ${shown(row, now[row.figure])}, aim ${row.aim(now, then)!.text}`),
  };
  const profile = (row: Row): readonly Section[] => {
    const found = profiles[row.id];
    return found ? [{ title: `Where it goes: ${row.what}`, ...found, missed: [] }] : [];
  };
  return [table, ...missed.flatMap(profile)];
}

const shown = ({ show }: Row, value: number | undefined): string =>
  value === undefined ? '–' : Number.isFinite(value) ? show(value) : 'not ended';
