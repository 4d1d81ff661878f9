import { Transform, type Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { ProblemError } from '@alloy/service';

/** The supported encodings of a body (RFC 9110, 8.4.1), with their decoders. */
const unpackers = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate };
export const ENCODINGS = Object.keys(unpackers).join(', ');

/** A body as Fastify reads it; it compares `receivedEncodedLength` with the announced length. */
export type Body = Readable & { receivedEncodedLength?: number };

/**
 * The content of a compressed body, decompressed while it arrives, by the `content-encoding` of the request; undefined
 * is `identity`. Neither the input nor the output may have more than `limit` bytes: then it ends with 413, and nothing
 * more is decompressed. Throws 415 for another encoding; ends with 400 if the body does not have that encoding. Does
 * not read the rest of a body that ended so.
 */
export function unpackBody(packed: Readable, encoding: string | undefined, limit: number): Body {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity') return packed;
  if (!Object.hasOwn(unpackers, name))
    throw new ProblemError({ status: 415, code: 'unsupported_encoding', detail: `Supported encodings of a body are ${ENCODINGS}.` });
  const unpacker = unpackers[name as keyof typeof unpackers]();
  const content: Transform & Body = atMost(limit);
  content.receivedEncodedLength = 0;
  const count = ({ length }: Buffer): void => {
    content.receivedEncodedLength! += length;
    // Compressed data may be endless without any content.
    if (content.receivedEncodedLength! > limit) content.destroy(tooLarge(limit));
  };
  packed.on('data', count);
  content.on('close', () => {
    packed.off('data', count).unpipe(unpacker).pause();
    unpacker.destroy();
  });
  unpacker.on('error', () =>
    content.destroy(
      new ProblemError({ status: 400, code: 'bad_encoding', detail: 'The body does not have the encoding of its content-encoding.' }),
    ),
  );
  packed.on('error', (error) => content.destroy(error));
  packed.pipe(unpacker).pipe(content);
  return content;
}

function atMost(limit: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
}

const tooLarge = (limit: number): ProblemError =>
  new ProblemError({
    status: 413, code: 'too_large',
    detail: `The body has more than ${limit.toLocaleString('en-US')} bytes, which are accepted compressed or decompressed.`,
  });
