import type { Io } from '../io';
import { span } from '../output/age';
import { count } from '../output/count';

const WIDTH = 30;
/** Interval of lines without a terminal, ms. */
const LINE_EVERY = 5_000;

/** Progress on stderr with rate and remaining time: a bar that is redrawn on a terminal, else a line at intervals. */
export class Progress {
  private readonly begun: number;
  private first: number | undefined;
  private printedAt: number;

  constructor(
    private readonly io: Pick<Io, 'stderr' | 'now'>,
    private readonly name: string,
  ) {
    this.begun = this.printedAt = io.now();
  }

  show(done: number, target: number): void {
    const now = this.io.now();
    this.first ??= done;
    const { stderr } = this.io;
    if (stderr.isTTY) return stderr.write(`\r\u001b[K${this.name} ${bar(done, target)} ${this.numbers(done, target, now)}`);
    if (now - this.printedAt < LINE_EVERY) return;
    this.printedAt = now;
    stderr.write(`${this.name}: ${this.numbers(done, target, now)}\n`);
  }

  /** Removes the bar. */
  end(): void {
    if (this.io.stderr.isTTY) this.io.stderr.write('\r\u001b[K');
  }

  private numbers(done: number, target: number, now: number): string {
    const seconds = (now - this.begun) / 1_000;
    const rate = seconds > 0 ? (done - (this.first ?? 0)) / seconds : 0;
    const left = rate > 0 ? `, ${span((target - done) / rate)} left` : '';
    return `${done} of ${count(target, 'event')}${rate > 0 ? `, ${Math.round(rate)}/s` : ''}${left}`;
  }
}

function bar(done: number, target: number): string {
  const share = target === 0 ? 0 : Math.min(1, done / target);
  const full = Math.round(share * WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}
