import { PassingError } from '../api/passing-error';
import { followLog } from '../history/follow-log';
import { readLog } from '../history/read-log';
import type { Session } from '../session';

/** The feed depends on the planner's relay; if that is down, the release is read at this interval in ms. */
const RECHECK_MS = 15_000;
/** Interval in ms without a feed, and between attempts to open it. */
const POLL_MS = 2_000;

/** Waits for changes of a release by the live feed, which is reopened when it breaks. */
export class Changes {
  private resolve: (() => void) | undefined;
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
      this.note(`no live feed, polling every ${POLL_MS / 1_000} s: ${error instanceof Error ? error.message : String(error)}`);
      this.hasFeed = false;
      this.notify();
    });
  }

  stop(): void {
    this.over.abort();
  }

  /** Resolves on a change, after at most `ms`, or when it is time to check anyway. Rejects on Ctrl-C. */
  async next(ms: number): Promise<void> {
    const timer = new AbortController();
    const came = new Promise<void>((resolve) => (this.resolve = resolve));
    if (this.isDue) this.resolve?.();
    const wait = Math.min(ms, this.hasFeed ? RECHECK_MS : POLL_MS);
    const slept = this.session.io.sleep(wait, AbortSignal.any([this.session.io.signal, timer.signal]));
    slept.catch(() => undefined);
    await Promise.race([came, slept]);
    timer.abort();
    this.isDue = false;
  }

  private async feed(release: string): Promise<void> {
    const after = await this.endOfLog(release);
    // Changes before the feed started.
    this.notify();
    const { api, io } = this.session;
    await followLog({ api, io }, { release, after }, () => this.notify(), { signal: this.signal, isKnown: true });
  }

  /** Cursor at which the feed starts. Retries while Alloy is unavailable; the reader of the release reports that. */
  private async endOfLog(release: string): Promise<string | undefined> {
    for (;;) {
      try {
        let after: string | undefined;
        for await (const { next } of readLog(this.session.api, { release })) after = next;
        return after;
      } catch (error) {
        if (!(error instanceof PassingError)) throw error;
        await this.session.io.sleep(Math.max(POLL_MS, error.retryAfterMs), this.signal);
      }
    }
  }

  private notify(): void {
    this.isDue = true;
    this.resolve?.();
  }
}
