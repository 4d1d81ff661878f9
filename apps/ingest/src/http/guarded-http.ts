import type { IncomingHttpHeaders } from 'node:http';
import { BodyTooLong, openExchange, readBody } from '@alloy/runtime';
import { AddressRefused, type AddressGuard } from '@alloy/service';

const MAX_REDIRECTS = 3;

export interface Ask {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Maximum bytes of the response; a longer one is an error. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The response is refused: too long, too many redirects, or a redirect to a refused address. */
export class AnswerRefused extends Error {
  readonly code = 'answer_refused';
  constructor(why: string) {
    super(why);
    this.name = 'AnswerRefused';
  }
}

/**
 * Sends a request to a host that a user named: over https (http only to this machine, if the guard allows that), and
 * checks the address of every hop when it connects. Credentials are not sent to another host after a redirect.
 */
export async function guardedAsk(guard: AddressGuard, url: URL, ask: Ask, hops = 0): Promise<Answer> {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url))) throw new AddressRefused();
  guard.checkHost(url.hostname);
  const answer = await exchange(guard, url, ask);
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
  if (hops === MAX_REDIRECTS || !URL.canParse(location, url.href))
    throw new AnswerRefused('too many redirects, or a redirect without a valid location');
  const next = new URL(location, url);
  const { authorization: _dropped, ...others } = ask.headers ?? {};
  return guardedAsk(guard, next, next.host === url.host ? ask : { ...ask, headers: others }, hops + 1);
}

/** Whether the URL's host is `localhost` or a loopback address: Docker's rule for registries without TLS. */
export const isThisMachine = ({ hostname }: Pick<URL, 'hostname'>): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

async function exchange(guard: AddressGuard, url: URL, { method = 'GET', headers = {}, limit, signal }: Ask): Promise<Answer> {
  // No agent, because a kept connection would not be checked again.
  const options = { method, headers: { 'user-agent': 'alloy', ...headers }, agent: false as const, lookup: guard.lookup, signal };
  const answer = await openExchange(url, options);
  const body = await readBody(answer, limit).catch((error: unknown) => {
    throw error instanceof BodyTooLong ? new AnswerRefused('the response is too long') : error;
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}
