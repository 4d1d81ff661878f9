import type { Api } from '../api/client';
import type { ShownEvent } from '../api/shapes';

/** Event filter; undefined fields do not restrict. Times are ISO 8601. */
export interface LogQuery {
  /** Only events after this cursor. */
  readonly after?: string | undefined;
  readonly project?: string | undefined;
  readonly release?: string | undefined;
  /** Comma-separated types. */
  readonly type?: string | undefined;
  readonly actor?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface LogPage {
  readonly events: readonly ShownEvent[];
  /** The same events as unparsed lines. */
  readonly lines: readonly string[];
  /** Cursor to continue from. */
  readonly next: string;
  readonly more: boolean;
}

const PAGE = 1_000;

/**
 * Reads the log page by page to its end, at most `most` events. `raw`: as stored; else old payloads are converted to
 * their current schema.
 */
export async function* readLog(
  api: Api,
  query: LogQuery,
  { most = Infinity, raw = false }: { readonly most?: number; readonly raw?: boolean } = {},
): AsyncGenerator<LogPage> {
  let after = query.after;
  for (let left = most; left > 0;) {
    const answer = await api.ask('api/v1/events', { query: { ...query, after, limit: Math.min(left, PAGE), ...(raw && { raw: 'true' }) } });
    const lines = (await answer.text()).split('\n').filter(Boolean);
    after = answer.headers.get('next-cursor') ?? after ?? '';
    const more = answer.headers.has('link');
    left -= lines.length;
    yield { events: lines.map((line) => JSON.parse(line) as ShownEvent), lines, next: after, more };
    if (!more) return;
  }
}

/** All events of a release as stored, oldest first; empty: unknown, or not permitted. */
export async function readRelease(api: Api, release: string): Promise<readonly ShownEvent[]> {
  const events: ShownEvent[] = [];
  for await (const page of readLog(api, { release }, { raw: true })) events.push(...page.events);
  return events;
}
