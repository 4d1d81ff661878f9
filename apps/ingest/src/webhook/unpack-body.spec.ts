import { Readable } from 'node:stream';
import { deflateSync, gzipSync } from 'node:zlib';
import { unpackBody, type Body } from './unpack-body';

const LIMIT = 1_000;
const text = '{"a": 1}'.repeat(50);
/** A stream in chunks of ten bytes; `asked` counts them. */
function pieces(bytes: Buffer): Readable & { asked: number } {
  let at = 0;
  const source = new Readable({
    highWaterMark: 10,
    read() {
      source.asked += 1;
      this.push(at < bytes.length ? bytes.subarray(at, (at += 10)) : null);
    },
  }) as Readable & { asked: number };
  source.asked = 0;
  return source;
}

async function read(body: Body): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

it.each([
  ['gzip', gzipSync(text)],
  ['x-gzip', gzipSync(text)],
  [' GZIP ', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['identity', Buffer.from(text)],
  [undefined, Buffer.from(text)],
])('decompresses %s', async (encoding, bytes) => expect(await read(unpackBody(pieces(bytes), encoding, LIMIT))).toBe(text));

it('reports the number of received bytes', async () => {
  const bytes = gzipSync(text);
  const body = unpackBody(pieces(bytes), 'gzip', LIMIT);
  await read(body);
  expect(body.receivedEncodedLength).toBe(bytes.length);
});

it('accepts content of exactly the maximum length', async () => {
  expect(await read(unpackBody(pieces(gzipSync('x'.repeat(LIMIT))), 'gzip', LIMIT))).toHaveLength(LIMIT);
  await expect(read(unpackBody(pieces(gzipSync('x'.repeat(LIMIT + 1))), 'gzip', LIMIT))).rejects.toMatchObject({
    problem: { status: 413, code: 'too_large' },
  });
});

it('stops reading a bomb as soon as the limit is exceeded', async () => {
  const bomb = Buffer.concat(Array(8).fill(gzipSync(Buffer.alloc(64 * 1024 * 1024))) as Buffer[]);
  const source = pieces(bomb);
  await expect(read(unpackBody(source, 'gzip', LIMIT))).rejects.toMatchObject({ problem: { status: 413 } });
  expect(source.asked * 10).toBeLessThan(bomb.length / 2);
});

it('stops reading long input without content', async () => {
  const nothing = gzipSync('');
  const long = Buffer.concat(Array(10_000).fill(nothing) as Buffer[]);
  const source = pieces(long);
  await expect(read(unpackBody(source, 'gzip', LIMIT))).rejects.toMatchObject({ problem: { status: 413 } });
  expect(source.asked * 10).toBeLessThan(long.length / 2);
});

it.each([
  ['uncompressed input', Buffer.from(text)],
  ['truncated input', gzipSync(text).subarray(0, -4)],
  ['input with another encoding', deflateSync(text)],
])('refuses %s', async (_what, bytes) => {
  await expect(read(unpackBody(pieces(bytes), 'gzip', LIMIT))).rejects.toMatchObject({ problem: { status: 400, code: 'bad_encoding' } });
});

it.each(['br', 'compress', 'gzip, gzip', '', 'constructor'])('refuses the encoding "%s"', (encoding) => {
  expect(() => unpackBody(pieces(gzipSync(text)), encoding, LIMIT)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ status: 415, code: 'unsupported_encoding' }) }),
  );
});

it('ends when the sender disconnects', async () => {
  const source = pieces(gzipSync(text));
  const body = unpackBody(source, 'gzip', LIMIT);
  source.destroy(new Error('aborted'));
  await expect(read(body)).rejects.toThrow('aborted');
});
