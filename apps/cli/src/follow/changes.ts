import { PassingError } from '../api/passing-error';
import { followLog } from '../history/follow-log';
import { readLog } from '../history/read-log';
import type { Session } from '../session';

/** The feed comes after the log by way of the planner; should that stand still, a look so often (ms) sees what came. */
const LOOK_MS = 15_000;
/** Without a feed, ms; and until it is looked for again. */
const POLL_MS = 2_000;

/** When something has come of a release: by the live feed, which is opened anew when it breaks. */
export class Changes {
  private wake: (() => void) | undefined;
  private isDue = false;
  private hasFeed = true;
  private readonly over = new AbortController();
  private readonly signal: AbortSignal;

  constructor(
    private readonly session: Session,
    private readonly note: (text: string) => void,
  ) {
    this.signal = AbortSignal.any([session.io.signal, this.over.signal]);
  }

  start(release: string): void {
    this.feed(release).catch((error: unknown) => {
      if (this.signal.aborted) return;
      this.note(`no live feed, so this asks every ${POLL_MS / 1_000} s: ${error instanceof Error ? error.message : String(error)}`);
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
    const after = await this.endOfLog(release);
    // What came before the feed began.
    this.call();
    const { api, io } = this.session;
    await followLog({ api, io }, { release, after }, () => this.call(), { signal: this.signal, isKnown: true });
  }

  /** Where the feed is to begin. An Alloy that is away for the moment is asked again; that it is away is told by whoever looks at the release. */
  private async endOfLog(release: string): Promise<string | undefined> {
    for (;;) {
      try {
        let after: string | undefined;
        for await (const { next } of readLog(this.session.api, { release })) after = next;
        return after;
      } catch (error) {
        if (!(error instanceof PassingError)) throw error;
        await this.session.io.sleep(Math.max(POLL_MS, error.retryAfter), this.signal);
      }
    }
  }

  private call(): void {
    this.isDue = true;
    this.wake?.();
  }
}
