import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error';

/** What the router gives up on, a path that is not well-formed or a part of one that is too long, reaches no filter: it is answered here, as a problem, without the path. */
export function answerUnroutable({ statusCode }: { readonly statusCode?: number | undefined }, _request: FastifyRequest, reply: FastifyReply): void {
  const { problem } = statusCode === 414 ? tooLong : malformed;
  void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

const tooLong = new ProblemError({ status: 414, code: 'path_too_long', title: 'Path too long', detail: 'A part of the path is too long.' });
const malformed = new ProblemError({ status: 400, code: 'bad_request', detail: 'The request is not well-formed.' });
