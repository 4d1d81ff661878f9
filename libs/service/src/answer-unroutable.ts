import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error';

/**
 * Answers a request that the router rejects, because its path is malformed or a part of it is too long, with a problem
 * that does not repeat the path; no filter sees it.
 */
export function answerUnroutable(
  { statusCode }: { readonly statusCode?: number | undefined },
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { problem } = statusCode === 414 ? tooLong : malformed;
  void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

const tooLong = new ProblemError({ status: 414, code: 'path_too_long', title: 'Path too long', detail: 'A part of the path is too long.' });
const malformed = new ProblemError({ status: 400, code: 'bad_request', detail: 'The request is not well-formed.' });
