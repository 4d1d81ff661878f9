import type { Io } from '../io';
import { span } from '../output/age';
import { count } from '../output/count';

const WIDTH = 30;
/** Without a terminal: a line so often, ms. */
const LINE_EVERY = 5_000;

/** How far something is, as a bar that is redrawn in place on a terminal, and as a line now and then where there is none; with rate and time left. On stderr. */
export class Progress {
  private readonly begun: number;
  private first: number | undefined;
  private told: number;

  constructor(
    private readonly io: Pick<Io, 'stderr' | 'now'>,
    private readonly name: string,
  ) {
    this.begun = this.told = io.now();
  }

  show(done: number, target: number): void {
    const now = this.io.now();
    this.first ??= done;
    const { stderr } = this.io;
    if (stderr.isTTY) return stderr.write(`\r\u001b[K${this.name} ${bar(done, target)} ${this.numbers(done, target, now)}`);
    if (now - this.told < LINE_EVERY) return;
    this.told = now;
    stderr.write(`${this.name}: ${this.numbers(done, target, now)}\n`);
  }

  /** Takes the bar away. */
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
