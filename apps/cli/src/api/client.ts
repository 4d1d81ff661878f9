import { randomUUID } from 'node:crypto';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';
import type { Credential } from './credential';
import { PassingError } from './passing-error';
import { problemOf } from './problem';

export interface ApiOptions {
  readonly fetch: typeof fetch;
  readonly sleep: Io['sleep'];
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  readonly url: string;
  readonly credential: Credential;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Parts that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Idempotency-Key; default: a fresh one for each POST. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer must have begun; default 30 s. */
  readonly patience?: number;
  /** Ends this request besides the common signal. */
  readonly signal?: AbortSignal;
}

/** A part of a list; `nextCursor` null: its end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Milliseconds until an answer must have begun. */
const PATIENCE = 30_000;
/** Of a request that nobody knows the fate of, and ms between them. */
const TRIES = 30;
const PAUSE = 1_000;

/** Alloy's HTTP API. Every method throws `CliError`: with Alloy's own words for a refusal, with the address if nobody answers; never with the token. */
export class Api {
  constructor(private readonly options: ApiOptions) {}

  get url(): string {
    return this.options.url;
  }

  get<T>(path: string, query: Request['query'] = {}): Promise<T> {
    return this.json<T>(path, { query });
  }

  post<T>(path: string, body: unknown, key?: string): Promise<T> {
    return this.once(key, (known) => this.json<T>(path, { method: 'POST', body, key: known }));
  }

  /** Where a connection broke in the middle it is not known what was done: under the same key it is asked again until it is, for half a minute. */
  private async once<T>(key: string = randomUUID(), send: (key: string) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(key);
      } catch (error) {
        const isOpen = error instanceof PassingError && (tries > 1 || error.code === 'broken_off');
        if (!isOpen || tries > TRIES) throw error;
        await this.options.sleep(Math.max(PAUSE, error.retryAfter), this.options.signal);
      }
    }
  }

  /** Every item of a list, page by page; `most` bounds their number. */
  async all<T>(path: string, query: Request['query'] = {}, most = Infinity): Promise<readonly T[]> {
    const items: T[] = [];
    for (let cursor: string | null | undefined = undefined; cursor !== null && items.length < most; ) {
      const page: Page<T> = await this.get<Page<T>>(path, { ...query, cursor });
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items.slice(0, most);
  }

  async json<T>(path: string, request: Request = {}): Promise<T> {
    const answer = await this.ask(path, request);
    const text = await answer.text().catch((error: unknown) => this.away(error));
    if (text === '') return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new CliError('not_alloy', exitCodes.error, `what answers at ${this.url} is not Alloy`);
    }
  }

  /** The answer as it comes, of which nothing was read yet. */
  async ask(path: string, { method = 'GET', query = {}, body, key, headers = {}, signal, patience: ms = PATIENCE }: Request = {}): Promise<Response> {
    // Alloy may stand below a path.
    const url = new URL(path.replace(/^\/+/, ''), `${this.url}/`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(new DOMException(`no answer within ${ms / 1_000} s`, 'TimeoutError')), ms);
    const signals = [this.options.signal, patience.signal, ...(signal ? [signal] : [])];
    try {
      const token = await this.options.credential(this.options, method !== 'GET');
      const answer = await this.options.fetch(url, {
        method,
        redirect: 'error',
        signal: AbortSignal.any(signals),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(method === 'POST' && { 'idempotency-key': key ?? randomUUID() }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw await problemOf(answer);
      return answer;
    } catch (error) {
      return this.away(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private away(error: unknown): never {
    if (error instanceof CliError || this.options.signal.aborted) throw error;
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    const cause = causeOf(error);
    throw new PassingError(/ECONNRESET|UND_ERR_SOCKET/.test(cause) ? 'broken_off' : 'unreachable', `no Alloy answers at ${this.url}: ${cause}`, 'Is it running there? ALLOY_URL, --context or `alloy login` say where it is.');
  }
}

/** The innermost cause: `fetch failed` says nothing. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && !error.message.includes(code) ? `${error.message} (${code})`.trim() : error.message;
}
