import type { StoredEvent } from '@alloy/contracts';
import type { Release } from '../api/shapes';
import type { Page } from '../api/client';
import { PassingError } from '../api/passing-error';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import { Changes } from './changes';

export interface FollowOptions {
  /** Time limit in ms; default: none. */
  readonly timeout?: number | undefined;
  /** Called with each event of the release, from the first, before `isDone` gets the resulting release. */
  onEvent?(event: StoredEvent): void;
  /** Called with the release at the start and after each change; true: stop following. */
  isDone(release: Release): boolean | Promise<boolean>;
  /** Interval in ms at which `isDone` is called without changes; default 15 s. */
  readonly every?: number;
  /** Whether Alloy has just answered, so that the first read may be retried. Default false. */
  readonly isKnown?: boolean | undefined;
  /** Called with a temporary problem; undefined: it is over. Default: prints a line on stderr. */
  note?(text: string | undefined): void;
}

/** Longest outage of Alloy in ms that is tolerated; releases continue after a restart. */
const MAX_OUTAGE_MS = 300_000;
const RETRY_MS = 1_000;

export const pathOf = (id: string): string => `api/v1/releases/${encodeURIComponent(id)}`;

/**
 * Follows a release until `isDone`; returns its last state. Throws `CliError`: timeout, unknown release, or Alloy is
 * unavailable for too long.
 */
export async function followRelease(
  session: Session,
  id: string,
  { timeout = Infinity, onEvent, isDone, every = Infinity, isKnown = false, note = noteIn(session) }: FollowOptions,
): Promise<Release> {
  const { io } = session;
  const until = io.now() + timeout;
  const reader = new ReleaseReader(session, id, onEvent, note);
  const changes = new Changes(session, note);
  try {
    let release = isKnown ? await reader.read(until) : await reader.readNow();
    if (release && (await isDone(release))) return release;
    changes.start(id);
    for (;;) {
      if (io.now() >= until)
        throw new CliError(
          'timeout',
          exitCodes.timeout,
          `release ${id} is still ${release?.status ?? 'unreachable'} after ${timeout / 1_000} s; it continues without this command`,
        );
      await changes.next(release ? Math.min(until - io.now(), every) : 0);
      const seen = await reader.read(until);
      release = seen ?? release;
      if (seen && (await isDone(seen))) return seen;
    }
  } finally {
    changes.stop();
  }
}

const noteIn = ({ out }: Session) => (text: string | undefined): void => out.note(text ?? 'Alloy answers again');

/** Reads a release and passes on its new events. */
class ReleaseReader {
  private version = 0;
  private answeredAt: number;
  private isUnreachable = false;

  constructor(
    private readonly session: Session,
    private readonly id: string,
    private readonly onEvent: FollowOptions['onEvent'],
    private readonly note: (text: string | undefined) => void,
  ) {
    this.answeredAt = session.io.now();
  }

  async readNow(): Promise<Release> {
    const release = await this.session.api.get<Release>(pathOf(this.id));
    while (this.onEvent && this.version < release.version) {
      const { items } = await this.session.api.get<Page<StoredEvent>>(`${pathOf(this.id)}/events`, { cursor: this.version, limit: 1_000 });
      items.forEach(this.onEvent);
      this.version = items.at(-1)?.version ?? release.version;
    }
    if (this.isUnreachable) this.note(undefined);
    this.isUnreachable = false;
    this.answeredAt = this.session.io.now();
    return release;
  }

  /** Undefined: Alloy is temporarily unavailable, which is reported once. Rejects after too long an outage. */
  async read(until: number): Promise<Release | undefined> {
    const { io } = this.session;
    try {
      return await this.readNow();
    } catch (error) {
      if (!(error instanceof PassingError) || io.now() - this.answeredAt > MAX_OUTAGE_MS) throw error;
      if (!this.isUnreachable) this.note(`retrying: ${error.message}`);
      this.isUnreachable = true;
      await io.sleep(Math.max(0, Math.min(Math.max(RETRY_MS, error.retryAfterMs), until - io.now())), io.signal);
      return undefined;
    }
  }
}
