import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { TerminalError } from './errors';

/** Those of Node; `signal` limits the whole exchange, from the lookup of the name to the end of the answer's body. */
export interface ExchangeOptions extends RequestOptions {
  readonly body?: string;
  /** Time limit of a silence, ms; then it rejects with `timed out`. Default: none. */
  readonly idleMs?: number;
}

/**
 * Sends a request by http or https and resolves with the answer, whose body is unread; no redirect is followed.
 * `agent: false`: a new connection, so that `lookup` checks the address of each request. Rejects with Node's error,
 * or an AbortError. Not repeated.
 */
export function openExchange(url: URL, { body, idleMs, ...options }: ExchangeOptions): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = send(url, { ...options, headers: { ...(options.headers as Record<string, string>), ...length } }, resolve);
    if (idleMs !== undefined) request.setTimeout(idleMs, () => request.destroy(new Error('timed out')));
    request.on('error', reject);
    request.end(body);
  });
}

/** The body is longer than its reader accepts. */
export class BodyTooLong extends TerminalError {
  constructor(limit: number) {
    super('body_too_long', `the response is longer than ${limit} bytes`);
    this.name = 'BodyTooLong';
  }
}

/**
 * The body of an answer. A longer one than `limit` bytes (default: none): `cut` returns the first part and closes the
 * connection, `refuse` (default) rejects with `BodyTooLong`.
 */
export async function readBody(message: IncomingMessage, limit = Infinity, atLimit: 'cut' | 'refuse' = 'refuse'): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit && atLimit === 'refuse') throw new BodyTooLong(limit);
    if (size >= limit && atLimit === 'cut') break;
  }
  const body = Buffer.concat(chunks);
  return body.length > limit ? body.subarray(0, limit) : body;
}
