import { randomUUID } from 'node:crypto';
import { retry } from '@alloy/runtime';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';
import type { Credential } from './credential';
import { PassingError } from './passing-error';
import { problemOf } from './problem';

export interface ApiOptions {
  readonly fetch: typeof fetch;
  readonly sleep: Io['sleep'];
  /** Aborts running requests. */
  readonly signal: AbortSignal;
  readonly url: string;
  readonly credential: Credential;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Undefined parameters are omitted. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Idempotency-Key; default: a new one for each POST. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer must have started; default 30 s. */
  readonly patience?: number;
  /** Aborts this request in addition to the common signal. */
  readonly signal?: AbortSignal;
}

/** A page of a list; `nextCursor` null: the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Milliseconds until an answer must have started. */
const PATIENCE = 30_000;
/** Attempts for a request whose result is unknown, and ms between them. */
const MAX_ATTEMPTS = 30;
const PAUSE = 1_000;

/**
 * Client of Alloy's HTTP API. Every method throws `CliError`: with the server's problem for a refusal, with the address
 * if no server answers; never with the token.
 */
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

  /**
   * If the connection breaks during a request, its result is unknown: repeats it with the same key until the result is
   * known, for half a minute.
   */
  private async once<T>(key: string = randomUUID(), send: (key: string) => Promise<T>): Promise<T> {
    const isOpen = (error: unknown, failures: number): boolean =>
      error instanceof PassingError && (failures > 1 || error.code === 'broken_off') && failures <= MAX_ATTEMPTS;
    return retry(() => send(key), {
      isRetryable: isOpen,
      delayMs: (_, error) => Math.max(PAUSE, (error as PassingError).retryAfterMs),
      sleep: (ms) => this.options.sleep(ms, this.options.signal),
    });
  }

  /** All items of a list, page by page, up to `most`. */
  async all<T>(path: string, query: Request['query'] = {}, most = Infinity): Promise<readonly T[]> {
    const items: T[] = [];
    for (let cursor: string | null | undefined = undefined; cursor !== null && items.length < most;) {
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
      throw new CliError('not_alloy', exitCodes.error, `the server at ${this.url} is not Alloy`);
    }
  }

  /** The unread response. */
  async ask(
    path: string,
    { method = 'GET', query = {}, body, key, headers = {}, signal, patience: ms = PATIENCE }: Request = {},
  ): Promise<Response> {
    // The base URL may have a path.
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
    throw new PassingError(
      /ECONNRESET|UND_ERR_SOCKET/.test(cause) ? 'broken_off' : 'unreachable',
      `no Alloy answers at ${this.url}: ${cause}`,
      'Check that it runs there; set the address with ALLOY_URL, --context or `alloy login`.',
    );
  }
}

/** The innermost cause, because `fetch failed` is not specific. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && !error.message.includes(code) ? `${error.message} (${code})`.trim() : error.message;
}
