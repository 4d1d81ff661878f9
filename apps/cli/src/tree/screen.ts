import type { Sink } from '../io';
import { clipped } from './clipped';

/** Lines on a terminal that are redrawn. */
export class Screen {
  private drawn = 0;
  private written = '';
  private lines: readonly string[] = [];
  private aside: string | undefined;

  constructor(private readonly sink: Sink) {}

  /** A terminal of unknown size reports 0. */
  get columns(): number {
    return this.sink.columns || 80;
  }

  draw(lines: readonly string[]): void {
    this.lines = lines;
    // Lines beyond the terminal's height cannot be redrawn and would accumulate.
    const most = Math.max(1, (this.sink.rows || 24) - 1);
    const shown = this.aside === undefined ? lines.slice(0, most) : [...lines.slice(0, most - 1), this.aside];
    if (shown.length > 0) this.write(shown.map((line) => clipped(line, this.columns)));
  }

  /** Shows a line below the others from now on; undefined: none. */
  note(text: string | undefined): void {
    this.aside = text;
    this.draw(this.lines);
  }

  /** Prints all lines for the last time. */
  end(lines: readonly string[]): void {
    this.aside = undefined;
    this.write(lines);
  }

  private write(lines: readonly string[]): void {
    const text = `${lines.map((line) => `${line}\u001b[K`).join('\n')}\n\u001b[J`;
    if (text === this.written) return;
    this.sink.write(`${this.drawn > 0 ? `\u001b[${this.drawn}A\r` : ''}${text}`);
    this.drawn = lines.length;
    this.written = text;
  }
}
