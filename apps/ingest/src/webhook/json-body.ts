import { ProblemError } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ENCODINGS, unpackBody } from './unpack-body';

/**
 * Bytes; a larger body is refused before it is buffered, compressed or decompressed. Room for the files of a release
 * (5 MiB) in base64, which is a third longer, or as text with escaped quotes and line breaks.
 */
export const BODY_LIMIT = 8 * 1024 * 1024;

const bodyTooLarge = (length: number): ProblemError =>
  new ProblemError({
    status: 413, code: 'too_large',
    detail: `The body has ${length.toLocaleString('en-US')} bytes; at most ${BODY_LIMIT.toLocaleString('en-US')} (8 MiB) are accepted.`,
  });

/**
 * Passes JSON bodies to the handlers as decompressed bytes, read after the guard has accepted the caller; any other
 * type is 415.
 */
export function takeJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  );
  fastify.addHook('preParsing', async ({ headers }, reply, payload) => {
    const { 'content-encoding': encoding, 'content-length': length } = headers;
    if (Number(length) > BODY_LIMIT) {
      void reply.header('connection', 'close');
      throw bodyTooLarge(Number(length));
    }
    if (encoding === undefined) return payload;
    // Lists the supported encodings for a client with another one (RFC 7694).
    void reply.header('accept-encoding', ENCODINGS);
    const body = unpackBody(payload, encoding, BODY_LIMIT);
    return body.on('error', () => void reply.header('connection', 'close'));
  });
}
