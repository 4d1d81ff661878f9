import { backOffMs } from '@alloy/runtime';
import { PassingError } from '../api/passing-error';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import type { ShownEvent } from '../api/shapes';
import { FrameReader } from './frames';
import type { LogQuery } from './read-log';
import { readPieces } from './read-pieces';

/** Intervals before a broken stream is reopened. */
const BACK_OFF = { firstMs: 250, mostMs: 10_000 };
/** Milliseconds without any data, not even a heartbeat (every 15 s), after which the connection counts as broken. */
const SILENCE = 45_000;

/** Whether retrying cannot help. */
const isFinal = (error: unknown): boolean =>
  error instanceof CliError && (error.exitCode === exitCodes.refused || error.code === 'unauthorized');

export interface FollowLogOptions {
  /** Ends following; default: Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Whether Alloy has answered before, so that an initial failure is retried. Default false. */
  readonly isKnown?: boolean;
  /** Called when the stream broke; default: no call. */
  note?(text: string): void;
}

/**
 * Calls `onEvent` with each new event until aborted: each once and in order, however often the connection breaks.
 * Without `query.after` it starts with new events. Throws `CliError` if Alloy refuses the request.
 */
export async function followLog(
  { api, io }: Pick<Session, 'api' | 'io'>,
  query: LogQuery,
  onEvent: (event: ShownEvent) => void,
  { signal = io.signal, isKnown = false, note }: FollowLogOptions = {},
): Promise<never> {
  let after = query.after;
  let wasThere = isKnown;
  for (let failures = 1; ; failures += 1) {
    let atLeast = 0;
    try {
      const headers = { accept: 'text/event-stream', ...(after !== undefined && { 'last-event-id': after }) };
      const answer = await api.ask('api/v1/events', { query: { ...query, after }, headers, signal });
      wasThere = true;
      const reader = new FrameReader();
      const decoder = new TextDecoder();
      for await (const piece of answer.body ? readPieces(answer.body, { signal, silence: SILENCE }) : []) {
        failures = 1;
        for (const { id, data } of reader.read(decoder.decode(piece, { stream: true }))) {
          if (data !== undefined) onEvent(JSON.parse(data) as ShownEvent);
          after = id ?? after;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!wasThere || isFinal(error)) throw error;
      if (error instanceof PassingError) atLeast = error.retryAfterMs;
      note?.(`the stream broke (${error instanceof Error ? error.message : String(error)}); reconnecting`);
    }
    signal.throwIfAborted();
    await io.sleep(Math.max(backOffMs(BACK_OFF, failures), atLeast), signal);
  }
}
