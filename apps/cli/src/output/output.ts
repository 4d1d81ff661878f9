import type { Io } from '../io';
import { colors, type Colors } from './colors';
import { printable } from './printable';
import { table, type Column } from './table';

export const formats = ['json', 'yaml', 'wide', 'name'] as const;
/** Undefined: for users. */
export type Format = (typeof formats)[number] | undefined;

/** How objects of one kind are printed. */
export interface View<T> {
  readonly columns: readonly Column<T>[];
  /** What `-o name` prints; other verbs accept it. */
  name(item: T): string;
}

/** All output of a verb, in the requested format. */
export class Output {
  /** Colours on stdout, if it is a terminal and NO_COLOR is not set. */
  readonly color: Colors;

  constructor(
    private readonly io: Io,
    readonly format: Format,
  ) {
    this.color = colors(io.stdout.isTTY && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb');
  }

  /** Prints a list as a table, or as `{items}`. */
  async list<T>(items: readonly T[], view: View<T>): Promise<void> {
    if (this.format === 'json' || this.format === 'yaml') return this.data({ items });
    if (this.format === 'name') return items.forEach((item) => this.line(view.name(item)));
    for (const line of table(items, view.columns, { isWide: this.format === 'wide', color: this.color })) this.line(line);
  }

  /** Prints one object: with `text` for users (default: as a table with one row). */
  async one<T>(item: T, view: View<T>, text?: (item: T) => readonly string[]): Promise<void> {
    if (this.format === 'json' || this.format === 'yaml') return this.data(item);
    if (this.format === 'name') return this.line(view.name(item));
    if (text === undefined) return this.list([item], view);
    for (const line of text(item)) this.line(line);
  }

  /** Prints JSON or YAML, as requested; JSON by default. */
  async data(value: unknown): Promise<void> {
    if (this.format !== 'yaml') return this.line(JSON.stringify(value, null, 2));
    const { stringify } = await import('yaml');
    this.io.stdout.write(stringify(value));
  }

  /** Prints a result line on stdout. */
  line(text = ''): void {
    this.io.stdout.write(`${text}\n`);
  }

  /** Prints a message on stderr, because pipelines read stdout. */
  note(text: string): void {
    this.io.stderr.write(`${printable(text)}\n`);
  }
}
