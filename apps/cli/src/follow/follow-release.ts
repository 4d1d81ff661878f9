import type { StoredEvent } from '@alloy/contracts';
import type { Release } from '../api/shapes';
import type { Page } from '../api/client';
import { PassingError } from '../api/passing-error';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import { Changes } from './changes';

export interface FollowOptions {
  /** Milliseconds until it is enough; default: never. */
  readonly timeout?: number | undefined;
  /** Each event of the release, from its first, before `see` gets the release that they led to. */
  tell?(event: StoredEvent): void;
  /** The release as it is now, at the beginning and after each change; true: it is enough. */
  see(release: Release): boolean | Promise<boolean>;
  /** Milliseconds after which `see` is called even if nothing happened; default 15 s. */
  readonly every?: number;
  /** Alloy has just spoken of it, so at the first look too it may be away for a moment. Default false. */
  readonly isKnown?: boolean | undefined;
  /** What is in the way for the moment; nothing: it is no more. Default: a line on stderr. */
  note?(text: string | undefined): void;
}

/** An Alloy that was there may be away for so long, ms: it is started anew, and the release goes on. */
const ABSENCE = 300_000;
const PAUSE = 1_000;

export const pathOf = (id: string): string => `api/v1/releases/${encodeURIComponent(id)}`;

/** Follows a release until `see` has enough; gives it as last seen. Throws `CliError`: time-out, no such release, or Alloy is away for good. */
export async function followRelease(session: Session, id: string, { timeout = Infinity, tell, see, every = Infinity, isKnown = false, note = noteIn(session) }: FollowOptions): Promise<Release> {
  const { io } = session;
  const until = io.now() + timeout;
  const look = new Look(session, id, tell, note);
  const changes = new Changes(session, note);
  try {
    let release = isKnown ? await look.patiently(until) : await look.now();
    if (release && (await see(release))) return release;
    changes.start(id);
    for (;;) {
      if (io.now() >= until) throw new CliError('timeout', exitCodes.timeout, `release ${id} is still ${release?.status ?? 'not to be seen'} after ${timeout / 1_000} s; it goes on without this command`);
      await changes.next(release ? Math.min(until - io.now(), every) : 0);
      const seen = await look.patiently(until);
      release = seen ?? release;
      if (seen && (await see(seen))) return seen;
    }
  } finally {
    changes.stop();
  }
}

const noteIn = ({ out }: Session) => (text: string | undefined): void => out.note(text ?? 'Alloy is back');

/** Looks at a release, having told its events up to there. */
class Look {
  private version = 0;
  private seenAt: number;
  private isAway = false;

  constructor(
    private readonly session: Session,
    private readonly id: string,
    private readonly tell: FollowOptions['tell'],
    private readonly note: (text: string | undefined) => void,
  ) {
    this.seenAt = session.io.now();
  }

  async now(): Promise<Release> {
    const release = await this.session.api.get<Release>(pathOf(this.id));
    while (this.tell && this.version < release.version) {
      const { items } = await this.session.api.get<Page<StoredEvent>>(`${pathOf(this.id)}/events`, { cursor: this.version, limit: 1_000 });
      items.forEach(this.tell);
      this.version = items.at(-1)?.version ?? release.version;
    }
    if (this.isAway) this.note(undefined);
    this.isAway = false;
    this.seenAt = this.session.io.now();
    return release;
  }

  /** Undefined: Alloy is away for the moment, which is told once. Rejects once it was away for too long. */
  async patiently(until: number): Promise<Release | undefined> {
    const { io } = this.session;
    try {
      return await this.now();
    } catch (error) {
      if (!(error instanceof PassingError) || io.now() - this.seenAt > ABSENCE) throw error;
      if (!this.isAway) this.note(`trying again: ${error.message}`);
      this.isAway = true;
      await io.sleep(Math.max(0, Math.min(Math.max(PAUSE, error.retryAfter), until - io.now())), io.signal);
      return undefined;
    }
  }
}
