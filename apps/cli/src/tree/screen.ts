import type { Sink } from '../io';
import { clipped } from './clipped';

/** Lines on a terminal that are drawn over again. */
export class Screen {
  private drawn = 0;
  private last = '';

  constructor(private readonly sink: Sink) {}

  draw(lines: readonly string[]): void {
    // A terminal that does not know its size says 0.
    const [columns, rows] = [this.sink.columns || 80, this.sink.rows || 24];
    // What does not fit can't be drawn over, and would pile up.
    const shown = lines.slice(0, Math.max(1, rows - 1)).map((line) => clipped(line, columns));
    const text = `${shown.map((line) => `${line}\u001b[K`).join('\n')}\n\u001b[J`;
    if (text === this.last) return;
    this.sink.write(`${this.drawn > 0 ? `\u001b[${this.drawn}A\r` : ''}${text}`);
    this.drawn = shown.length;
    this.last = text;
  }
}
