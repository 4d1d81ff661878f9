import type { Api } from '../api/client';
import type { ShownEvent } from '../api/shapes';

/** Which events; all that is left out is not asked about. Times are ISO 8601. */
export interface LogQuery {
  /** A cursor: only what comes after it. */
  readonly after?: string | undefined;
  readonly project?: string | undefined;
  readonly release?: string | undefined;
  /** Several by commas. */
  readonly type?: string | undefined;
  readonly actor?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface LogPage {
  readonly events: readonly ShownEvent[];
  /** The same, line by line as they came. */
  readonly lines: readonly string[];
  /** Where to go on, now or later. */
  readonly next: string;
  readonly more: boolean;
}

const PAGE = 1_000;

/** The log page by page, to its end; `most` bounds the number of events. As written if `raw`, else old payloads come in their present shape. */
export async function* readLog(api: Api, query: LogQuery, { most = Infinity, raw = false }: { readonly most?: number; readonly raw?: boolean } = {}): AsyncGenerator<LogPage> {
  let after = query.after;
  for (let left = most; left > 0; ) {
    const answer = await api.ask('api/v1/events', { query: { ...query, after, limit: Math.min(left, PAGE), ...(raw && { raw: 'true' }) } });
    const lines = (await answer.text()).split('\n').filter(Boolean);
    after = answer.headers.get('next-cursor') ?? after ?? '';
    const more = answer.headers.has('link');
    left -= lines.length;
    yield { events: lines.map((line) => JSON.parse(line) as ShownEvent), lines, next: after, more };
    if (!more) return;
  }
}

/** Every event of a release as it was written, oldest first; empty: nobody knows it, or nobody may see it. */
export async function readRelease(api: Api, release: string): Promise<readonly ShownEvent[]> {
  const events: ShownEvent[] = [];
  for await (const page of readLog(api, { release }, { raw: true })) events.push(...page.events);
  return events;
}
