import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { body } from '../testing/deploy-body';
import { openDoor, OTHER_TOKEN, TOKEN, type Answer, type CallOptions, type Door } from '../testing/door';
import { CANARY, deployed, refuses, type BadInput } from '../testing/refusals';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

const DEPLOY = '/api/webhook/deploy';
const posted = (what: string, path: string, options: CallOptions, status: number, code: string): BadInput => ({
  what, status, code, send: () => door.call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body()), ...options }),
});

describe('who may', () => {
  refuses(() => door, [
    posted('no token', DEPLOY, { token: null }, 401, 'unauthorized'),
    posted('a token that nobody has', DEPLOY, { token: `${CANARY}-${CANARY}` }, 401, 'unauthorized'),
    posted('a short token', DEPLOY, { token: 'short' }, 401, 'unauthorized'),
    posted('another scheme', DEPLOY, { token: null, headers: { 'content-type': 'application/json', authorization: `Basic ${TOKEN}` } }, 401, 'unauthorized'),
    { what: 'a token of another user', status: 403, code: 'forbidden_user', pointer: '/user_id', send: () => door.post(DEPLOY, body(), OTHER_TOKEN) },
    { what: 'a token of another project', status: 403, code: 'forbidden_project', pointer: '/project_id', send: () => door.post(DEPLOY, body({ user_id: 'other' }), OTHER_TOKEN) },
    deployed('another user', () => body({ user_id: CANARY }), 403, 'forbidden_user', '/user_id'),
    deployed('another\'s project', () => body({ project_id: 'theirs' }), 403, 'forbidden_project', '/project_id'),
    deployed('an unknown project, which is told from another\'s by nothing', () => body({ project_id: CANARY }), 403, 'forbidden_project', '/project_id'),
    posted('an escaped path without a token', '/%61pi/webhook/deploy', { token: null }, 401, 'unauthorized'),
    { what: 'an escaped path of another\'s', status: 403, code: 'forbidden_project', send: () => door.call('/%61pi/v1/projects/shop/stable', { token: OTHER_TOKEN }) },
  ]);

  it('has the same guard for HEAD', async () => {
    for (const token of [null, `${CANARY}-${CANARY}`]) expect((await door.call('/api/v1/projects/shop/history', { method: 'HEAD', token })).status).toBe(401);
    expect((await door.call('/api/v1/projects/shop/history', { method: 'HEAD', token: OTHER_TOKEN })).status).toBe(403);
  });

  it('knows no route with a trailing slash', async () => {
    expect(await door.call(`${DEPLOY}/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body()) })).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });
});

describe('the same key', () => {
  const keyed = (content: unknown): Promise<Answer> => door.call(DEPLOY, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'one-key' }, body: JSON.stringify(content) });

  it('with the same body gets the first status and body again', async () => {
    const first = await keyed(body());
    expect(first.status).toBe(202);
    expect(await keyed(body())).toMatchObject({ status: 202, text: first.text });
  });

  refuses(() => door, [{ what: 'with another body', status: 422, code: 'idempotency_key_reused', send: () => keyed(body({ image_tag: CANARY })) }]);
});

describe('what is carried', () => {
  const typed = (type: string): BadInput => posted(`the content type ${type}`, DEPLOY, { headers: { 'content-type': type } }, 415, 'unsupported_media_type');
  refuses(() => door, [
    ...['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data; boundary=x'].map(typed),
    posted('a gzip bomb', DEPLOY, { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)) }, 415, 'unsupported_encoding'),
    { what: 'more than 2 MiB, by the announced length', status: 413, code: 'too_large', send: announce },
    posted('more than 2 MiB, in pieces', DEPLOY, { body: pieces(), duplex: 'half' } as CallOptions, 413, 'too_large'),
  ]);

  /** Says that 3 MiB will come, and sends none of them: the refusal comes before. */
  function announce(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': 3 * 1024 * 1024 };
      const outgoing = request({ port: door.port, method: 'POST', path: DEPLOY, headers }, (response) => {
        response.setEncoding('utf8').once('data', (text: string) => {
          resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? null, json: JSON.parse(text), text });
          outgoing.destroy();
        });
      });
      outgoing.on('error', reject);
      outgoing.flushHeaders();
    });
  }
});

/** 3 MiB of which no length is announced. */
function pieces(): ReadableStream<Uint8Array> {
  let left = 48;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
  });
}
