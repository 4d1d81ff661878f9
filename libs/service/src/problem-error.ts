import type { Problem } from '@alloy/contracts';

export type ProblemInput = Omit<Problem, 'type' | 'title'> & { readonly title?: string };

/**
 * A refusal that the filter converts to `application/problem+json`; its texts must not contain values of the request.
 */
export class ProblemError extends Error {
  readonly code: string;
  readonly problem: Problem;

  /**
   * `retryAfter`: seconds after which the same request may succeed, for the header `Retry-After`; default none, but
   * every 429 and 503 gets one.
   */
  constructor(input: ProblemInput, readonly retryAfter?: number) {
    super(input.detail);
    this.name = 'ProblemError';
    this.code = input.code;
    this.problem = { type: `urn:alloy:problem:${input.code}`, title: input.title ?? titleOf(input.status), ...input };
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not found', 405: 'Method not allowed',
  406: 'Not acceptable', 408: 'Request timed out', 409: 'Conflict', 413: 'Too large', 415: 'Unsupported media type',
  422: 'Unprocessable', 429: 'Too many requests', 500: 'Internal error', 503: 'Unavailable',
};
export const titleOf = (status: number): string => titles[status] ?? (status < 500 ? 'Refused' : 'Error');
