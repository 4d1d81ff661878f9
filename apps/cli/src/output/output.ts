import type { Io } from '../io';
import { colors, type Colors } from './colors';
import { printable } from './printable';
import { table, type Column } from './table';

export const formats = ['json', 'yaml', 'wide', 'name'] as const;
/** Undefined: for people. */
export type Format = (typeof formats)[number] | undefined;

/** How things of one kind are shown. */
export interface View<T> {
  readonly columns: readonly Column<T>[];
  /** As `-o name` prints it, and as other verbs take it. */
  name(item: T): string;
}

/** Everything that a verb says, in the form that was asked for. */
export class Output {
  /** Colours on stdout, if it is a terminal and NO_COLOR is not set. */
  readonly color: Colors;

  constructor(
    private readonly io: Io,
    readonly format: Format,
  ) {
    this.color = colors(io.stdout.isTTY && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb');
  }

  /** A list: as a table, or `{items}`. */
  async list<T>(items: readonly T[], view: View<T>): Promise<void> {
    if (this.format === 'json' || this.format === 'yaml') return this.data({ items });
    if (this.format === 'name') return items.forEach((item) => this.line(view.name(item)));
    for (const line of table(items, view.columns, { isWide: this.format === 'wide', color: this.color })) this.line(line);
  }

  /** One thing: as `text` makes it for people (default: as a table of one). */
  async one<T>(item: T, view: View<T>, text?: (item: T) => readonly string[]): Promise<void> {
    if (this.format === 'json' || this.format === 'yaml') return this.data(item);
    if (this.format === 'name') return this.line(view.name(item));
    if (text === undefined) return this.list([item], view);
    for (const line of text(item)) this.line(line);
  }

  /** As JSON or YAML, whichever was asked for; JSON by default. */
  async data(value: unknown): Promise<void> {
    if (this.format !== 'yaml') return this.line(JSON.stringify(value, null, 2));
    const { stringify } = await import('yaml');
    this.io.stdout.write(stringify(value));
  }

  /** What was asked for, on stdout. */
  line(text = ''): void {
    this.io.stdout.write(`${text}\n`);
  }

  /** What goes on meanwhile, on stderr: pipelines read stdout. */
  note(text: string): void {
    this.io.stderr.write(`${printable(text)}\n`);
  }
}
