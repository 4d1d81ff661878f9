import { deflateSync, gzipSync } from 'node:zlib';
import { body } from '../../../testing/deploy-body';
import type { Answer } from '../../../testing/answer';
import { TOKEN, type CallOptions, type TestIngest } from '../../../testing/test-ingest';
import { rawHead, sendRaw } from '../../../testing/raw-http';
import { CANARY, type BadInput, type Lines } from '../../../testing/refusals';
import { DEPLOY, JSON_TYPE, posted } from '../posted';
import type { Stage } from '../stage';

const MIB = 1024 * 1024;
const authorized = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const keyed = (ingest: TestIngest, key: string, content: unknown): Promise<Answer> =>
  ingest.call(DEPLOY, { method: 'POST', headers: { ...JSON_TYPE, 'idempotency-key': key }, body: JSON.stringify(content) });
const typed = (type: string): BadInput =>
  posted(`the content type ${type}`, DEPLOY, { headers: { 'content-type': type } }, 415, 'unsupported_media_type');
const packed = (what: string, encoding: string, content: string | Buffer, status: number, code: string): BadInput =>
  posted(what, DEPLOY, { headers: { ...JSON_TYPE, 'content-encoding': encoding }, body: content }, status, code);
const inPieces = (what: string, headers: Readonly<Record<string, string>>, piece: Uint8Array): BadInput => ({
  what, status: 413, code: 'too_large',
  send: (ingest) =>
    ingest.call(DEPLOY, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: pieces(piece, 144), duplex: 'half' } as CallOptions),
});
/** Empty members of gzip, 64 KiB of them. */
const nothing = Buffer.concat(Array(3_276).fill(gzipSync('')) as Buffer[]);

/** Transport of a request: its size, its speed, its type, and its rate. */
export const carried = (stage: () => Stage): Lines => ({
  'same key, other body 422': [
    {
      what: 'another body', status: 422, code: 'idempotency_key_reused',
      given: (ingest) => keyed(ingest, 'one-key', body()),
      send: (ingest) => keyed(ingest, 'one-key', body({ image_tag: CANARY })),
    },
  ],
  'in flight 409': [
    {
      what: 'the same once more, too early', status: 409, code: 'in_flight', given: unanswered,
      send: (ingest) => keyed(ingest, 'early', body()),
    },
  ],
  'oversize 413 before buffering': [
    // The body is not sent, because the refusal comes first.
    {
      what: 'an announced length of 9 MiB', status: 413, code: 'too_large',
      send: ({ port }) => sendRaw(port, rawHead(DEPLOY, { ...authorized, 'content-length': `${9 * MIB}`, connection: 'close' })),
    },
    {
      what: 'an announced length of 9 MiB, packed',
      status: 413,
      code: 'too_large',
      send: ({ port }) =>
        sendRaw(port, rawHead(DEPLOY, { ...authorized, 'content-encoding': 'gzip', 'content-length': `${9 * MIB}`, connection: 'close' })),
    },
    inPieces('9 MiB in pieces', {}, Buffer.alloc(64 * 1024, ' ')),
  ],
  'gzip bomb 413': [
    packed('64 MiB in 64 KiB', 'gzip', gzipSync(Buffer.alloc(64 * MIB, ' ')), 413, 'too_large'),
    packed('64 MiB by the old name of gzip', 'X-GZIP', gzipSync(Buffer.alloc(64 * MIB, ' ')), 413, 'too_large'),
    packed('64 MiB by deflate', 'deflate', deflateSync(Buffer.alloc(64 * MIB, ' ')), 413, 'too_large'),
    inPieces('9 MiB that hold nothing', { 'content-encoding': 'gzip' }, nothing),
  ],
  'a packed body that is none 400, an unknown packing 415': [
    packed('no gzip', 'gzip', JSON.stringify(body({ user_id: CANARY })), 400, 'bad_encoding'),
    packed('gzip that is cut off', 'gzip', gzipSync(JSON.stringify(body())).subarray(0, -9), 400, 'bad_encoding'),
    packed('brotli', 'br', 'x', 415, 'unsupported_encoding'),
    packed('gzip twice', 'gzip, gzip', gzipSync(gzipSync('{}')), 415, 'unsupported_encoding'),
  ],
  'invalid UTF-8, NUL 400, in a path or a query': [
    { what: 'NUL in a path', status: 400, code: 'bad_text', send: (ingest) => ingest.call(`/api/v1/projects/${CANARY}%00/stable`) },
    { what: 'NUL in a query', status: 400, code: 'bad_text', send: (ingest) => ingest.call(`/api/v1/events?actor=${CANARY}%00`) },
    {
      what: 'invalid UTF-8 in a path', status: 400, code: 'bad_request',
      send: ({ port }) => sendRaw(port, `GET /api/v1/projects/${CANARY}%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    },
    {
      what: 'a name of 1,000 characters in a path',
      status: 414,
      code: 'path_too_long',
      send: (ingest) => ingest.call(`/api/v1/projects/${CANARY.repeat(84)}`),
    },
  ],
  'wrong content type 415': ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data; boundary=x'].map(
    typed,
  ),
  'slow body 408': [
    {
      what: 'a body that does not come to its end',
      status: 408,
      code: 'timed_out',
      send: () => sendRaw(stage().hasty.port, `${rawHead(DEPLOY, { ...authorized, 'content-length': '1000' })}{"user_id":"${CANARY}`),
    },
  ],
  'flood 429': [
    {
      what: 'one request too many with one token',
      status: 429,
      code: 'too_many_requests',
      given: () => stage().narrow.call('/api/v1/projects/shop/history'),
      send: () => stage().narrow.deploy(body({ user_id: CANARY })),
    },
  ],
});

/** Reserves the key for a first request without an answer so far. */
async function unanswered(ingest: TestIngest): Promise<void> {
  await keyed(ingest, 'early', body());
  await ingest.asOwner(
    `UPDATE idempotency_key SET status = NULL, body = NULL, claimed_until = clock_timestamp() + interval '1 minute' WHERE key = 'early'`,
  );
}

/** The same bytes several times, without an announced length. */
function pieces(bytes: Uint8Array, times: number): ReadableStream<Uint8Array> {
  let left = times;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(bytes);
    },
  });
}
