import type { Socket } from 'node:net';
import type { Problem } from '@alloy/contracts';
import { securityHeaders } from './http/security-headers';
import { ProblemError } from './problem-error';

interface ClientError {
  readonly code?: string | undefined;
}

/**
 * A socket of Node, whose types do not have this property: true until the TLS handshake is done; undefined without TLS.
 */
type TlsSocket = Socket & { readonly secureConnecting?: boolean };

/**
 * Answers a request that Node's HTTP parser rejects, and which no handler sees, with a problem, and ends the
 * connection.
 */
export function answerBrokenRequest(error: ClientError, socket: Socket): void {
  // The client no longer reads, or a response has started; before the TLS handshake no response can be sent.
  const isUnanswerable =
    error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || (socket as TlsSocket).secureConnecting === true;
  if (isUnanswerable) return void socket.destroy();
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError({ status: 408, code: 'timed_out', detail: 'The request took too long to arrive.' }).problem;
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ProblemError({ status: 431, code: 'headers_too_large', title: 'Headers too large', detail: 'The headers are too large.' })
      .problem;
  return new ProblemError({ status: 400, code: 'bad_request', detail: 'The request is not well-formed.' }).problem;
}
