import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
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

function exchange(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // No agent: each message uses a new connection, so that its address is checked.
    const request = send(
      url,
      {
        method: 'POST', agent: false, lookup: guard.lookup, signal,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'alloy',
          ...traceHeaders(),
          ...headers,
          'content-length': Buffer.byteLength(body),
        },
      },
      (answer) => {
        read(answer).then((text) => resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text }), reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ANSWER_LIMIT) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_LIMIT).toString();
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof SendFailure) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return new SendFailure('retry', 'no answer in time');
  return new SendFailure('retry', `no answer: ${typeof code === 'string' ? code : name}`);
}
