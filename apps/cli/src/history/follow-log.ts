import { PassingError } from '../api/passing-error';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import type { ShownEvent } from '../api/shapes';
import { FrameReader } from './frames';
import type { LogQuery } from './read-log';
import { readPieces } from './read-pieces';

/** Pauses before a broken stream is opened anew, ms: the first, and the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
/** Not one sign of life, not even a heartbeat (every 15 s), for so long: the other end is gone. */
const SILENCE = 45_000;

/** Alloy said no, and will say so again. */
const isFinal = (error: unknown): boolean => error instanceof CliError && (error.exitCode === exitCodes.refused || error.code === 'unauthorized');

export interface FollowLogOptions {
  /** Ends it; default: Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Alloy has answered already: it may be away at the beginning too. Default false. */
  readonly isKnown?: boolean;
  /** That the stream broke; default: nobody is told. */
  note?(text: string): void;
}

/**
 * Calls `tell` with each event that comes, until it is ended: each once and in order, however often the connection breaks.
 * Without `query.after` it begins with what comes from now on. Throws `CliError` if Alloy says no.
 */
export async function followLog({ api, io }: Pick<Session, 'api' | 'io'>, query: LogQuery, tell: (event: ShownEvent) => void, { signal = io.signal, isKnown = false, note }: FollowLogOptions = {}): Promise<never> {
  let after = query.after;
  let wasThere = isKnown;
  for (let pause = FIRST_PAUSE; ; ) {
    let atLeast = 0;
    try {
      const headers = { accept: 'text/event-stream', ...(after !== undefined && { 'last-event-id': after }) };
      const answer = await api.ask('api/v1/events', { query: { ...query, after }, headers, signal });
      wasThere = true;
      const reader = new FrameReader();
      const decoder = new TextDecoder();
      for await (const piece of answer.body ? readPieces(answer.body, { signal, silence: SILENCE }) : []) {
        pause = FIRST_PAUSE;
        for (const { id, data } of reader.read(decoder.decode(piece, { stream: true }))) {
          if (data !== undefined) tell(JSON.parse(data) as ShownEvent);
          after = id ?? after;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!wasThere || isFinal(error)) throw error;
      if (error instanceof PassingError) atLeast = error.retryAfter;
      note?.(`the stream broke off (${error instanceof Error ? error.message : String(error)}); trying again`);
    }
    signal.throwIfAborted();
    await io.sleep(Math.max(pause, atLeast), signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}
