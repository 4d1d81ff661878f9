import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ENCODINGS, unpackBody } from './unpack-body';

/** Bytes; a larger body is refused before it is buffered, compressed or decompressed. */
export const BODY_LIMIT = 2 * 1024 * 1024;

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
    // Fastify itself refuses a body whose announced length is too long.
    if (encoding === undefined || Number(length) > BODY_LIMIT) return payload;
    // Lists the supported encodings for a client with another one (RFC 7694).
    void reply.header('accept-encoding', ENCODINGS);
    const body = unpackBody(payload, encoding, BODY_LIMIT);
    return body.on('error', () => void reply.header('connection', 'close'));
  });
}
