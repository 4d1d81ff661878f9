import { followLog } from '../history/follow-log';
import { readLog } from '../history/read-log';
import type { Session } from '../session';

/** The feed comes after the log by way of the planner; should that stand still, a look so often (ms) sees what came. */
const LOOK_MS = 15_000;
/** Without a feed, ms. */
const POLL_MS = 2_000;

/** When something has come of a release: by the live feed, which is opened anew when it breaks. */
export class Changes {
  private wake: (() => void) | undefined;
  private isDue = false;
  private hasFeed = true;
  private readonly over = new AbortController();
  private readonly signal: AbortSignal;

  constructor(private readonly session: Session) {
    this.signal = AbortSignal.any([session.io.signal, this.over.signal]);
  }

  start(release: string): void {
    this.feed(release).catch((error: unknown) => {
      if (this.signal.aborted) return;
      this.session.out.note(`no live feed, so this asks every ${POLL_MS / 1_000} s: ${error instanceof Error ? error.message : String(error)}`);
      this.hasFeed = false;
      this.call();
    });
  }

  stop(): void {
    this.over.abort();
  }

  /** Resolves when something came, or after `ms` at most, or when it is time to look anyhow. Rejects at Ctrl-C. */
  async next(ms: number): Promise<void> {
    const timer = new AbortController();
    const came = new Promise<void>((resolve) => (this.wake = resolve));
    if (this.isDue) this.wake?.();
    const wait = Math.min(ms, this.hasFeed ? LOOK_MS : POLL_MS);
    const slept = this.session.io.sleep(wait, AbortSignal.any([this.session.io.signal, timer.signal]));
    slept.catch(() => undefined);
    await Promise.race([came, slept]);
    timer.abort();
    this.isDue = false;
  }

  private async feed(release: string): Promise<void> {
    let after: string | undefined;
    for await (const { next } of readLog(this.session.api, { release })) after = next;
    // What came before the feed began.
    this.call();
    await followLog(this.session, { release, after }, () => this.call(), this.signal);
  }

  private call(): void {
    this.isDue = true;
    this.wake?.();
  }
}
