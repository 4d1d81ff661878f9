import { openExchange, readBody } from '@alloy/runtime';
import { traceHeaders, type AddressGuard } from '@alloy/service';
import { SendFailure } from './send-failure';

const TIMEOUT_MS = 8_000;
const ANSWER_LIMIT = 64 * 1_024;

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The first 64 KiB of the body. */
  readonly text: string;
}

export interface HttpClient {
  /** Rejects with `SendFailure` if the answer is not complete in time. Does not follow redirects. */
  post(url: string, body: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
}

/**
 * Posts to addresses that the guard allows. `timeoutMs` covers everything from the DNS lookup to the end of the answer;
 * default 8 s.
 */
export const httpClient = (guard: AddressGuard, timeoutMs = TIMEOUT_MS): HttpClient => ({
  async post(url, body, headers = {}) {
    const target = urlOf(url);
    try {
      guard.checkHost(target.hostname);
      return await exchange(target, body, headers, guard, AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw failureOf(error);
    }
  },
});

function urlOf(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new SendFailure('disable', 'the secret is not an http or https URL');
  return url;
}

async function exchange(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const answer = await openExchange(url, {
    method: 'POST', body, lookup: guard.lookup, signal,
    // Each message uses a new connection, so that its address is checked.
    agent: false,
    headers: { 'content-type': 'application/json', 'user-agent': 'alloy', ...traceHeaders(), ...headers },
  });
  const text = (await readBody(answer, ANSWER_LIMIT, 'cut')).toString();
  return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text };
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof SendFailure) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return new SendFailure('retry', 'no answer in time');
  return new SendFailure('retry', `no answer: ${typeof code === 'string' ? code : name}`);
}
