import { ProblemError } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Bytes; a larger body is refused before it is buffered. */
export const BODY_LIMIT = 2 * 1024 * 1024;

/** JSON bodies reach the handlers as bytes, read after the guard has let the caller in; any other type is 415, a packed body too. */
export function takeJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return done(null, body);
    return done(new ProblemError({ status: 415, code: 'unsupported_encoding', detail: 'Packed bodies are not taken: send it as it is.' }));
  });
}
