import type { Problem } from '@alloy/contracts';
import { isUnavailable } from '@alloy/runtime';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from 'pino';
import { ProblemError, titleOf } from './problem-error';

interface Reply {
  readonly sent: boolean;
  status(code: number): Reply;
  header(name: string, value: string | number): Reply;
  send(body: string): unknown;
}

/** The only place that converts errors to HTTP responses; an unexpected error becomes a 500 with only its code. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error({ err: error }, 'request failed');
    const reply = host.switchToHttp().getResponse<Reply>();
    if (reply.sent) return;
    reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8');
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (error instanceof ProblemError && error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter);
    reply.send(JSON.stringify(problem));
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const status = error instanceof HttpException ? error.getStatus() : (statusOf(error) ?? (isUnavailable(error) ? 503 : undefined));
  return status === undefined ? generic(500) : generic(status);
}

/** Fastify's own refusals (body too large, wrong media type, bad JSON) have a `statusCode` and an FST_ code. */
function statusOf(error: unknown): number | undefined {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined;
  return error instanceof SyntaxError || (typeof code === 'string' && code.startsWith('FST_')) ? statusCode : undefined;
}

const codes: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['bad_request', 'The request is not well-formed.'],
  401: ['unauthorized', 'A valid token is required.'],
  403: ['forbidden', 'The token does not allow this.'],
  404: ['not_found', 'This path does not exist.'],
  405: ['method_not_allowed', 'This path does not support this method.'],
  408: ['timed_out', 'The request took too long to arrive.'],
  409: ['conflict', 'The request conflicts with the current state.'],
  413: ['too_large', 'The body is too large.'],
  415: ['unsupported_media_type', 'This content type is not supported.'],
  422: ['invalid', 'The request cannot be processed in this form.'],
  429: ['too_many_requests', 'Too many requests; try again later.'],
  503: ['unavailable', 'A required part of the service is unavailable; try again later.'],
};

function generic(status: number): Problem {
  const [code, detail] =
    codes[status] ??
    (status < 500 ? ['refused', 'The request was refused.'] : ['internal', 'An internal error occurred; the log has its details.']);
  return { type: `urn:alloy:problem:${code}`, title: titleOf(status), status, code, detail };
}
