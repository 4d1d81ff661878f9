import { randomBytes, randomUUID } from 'node:crypto';
import { bootstrap } from '@alloy/ledger';
import { Webhook } from 'standardwebhooks';
import { body } from '../testing/deploy-body';
import { openDoor, sha256, type Answer, type Door } from '../testing/door';
import { CANARY, refuses, type BadInput } from '../testing/refusals';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const ADMIN = 'an-admins-token-of-shop';
let door: Door;
beforeAll(async () => {
  door = await openDoor();
  await bootstrap({ databaseUrl: door.database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop', webhookSecret: 'door' } });
  await bootstrap({ databaseUrl: door.database.url, user: 'other', project: 'theirs', policy: { namespace: 'theirs', webhookSecret: 'gone' } });
  await bootstrap({ databaseUrl: door.database.url, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
  expect((await door.post('/api/v1/projects/shop/secrets', { name: 'door', value: secret }, ADMIN)).status).toBe(201);
});
afterAll(() => door?.close());

interface Sent {
  readonly content?: string;
  readonly id?: string;
  /** Seconds from now. */
  readonly away?: number;
  readonly by?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

const text = (rest: object = {}) => JSON.stringify(body({ user_id: 'whoever', ...rest }));

function send({ content = text(), id = `msg_${randomUUID()}`, away = 0, by = secret, headers = {}, path = '/api/webhook/deploy' }: Sent = {}): Promise<Answer> {
  const at = new Date(Date.now() + away * 1_000);
  const signed = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': new Webhook(by).sign(id, at, content) };
  return door.call(path, { method: 'POST', token: null, headers: { 'content-type': 'application/json', ...signed, ...headers }, body: content });
}

const refused = (what: string, sent: () => Sent): BadInput => ({ what, status: 401, code: 'unauthorized', send: () => send(sent()) });

describe('a signed webhook', () => {
  it('releases in the name of its project', async () => {
    const { status, json } = await send();
    expect(status).toBe(202);
    expect((await door.ledger.log.load(json.release_id)).events[0]!.actor).toEqual({ kind: 'ci', id: 'webhook:shop' });
  });

  it('makes one release, however often it is sent', async () => {
    const first = await send({ id: 'msg_once' });
    expect(first.status).toBe(202);
    expect(await send({ id: 'msg_once' })).toMatchObject({ status: 202, json: { release_id: first.json.release_id } });
    expect(await send({ id: 'msg_once', headers: { 'idempotency-key': 'another' } })).toMatchObject({ status: 202, json: { release_id: first.json.release_id } });
    expect(await send({ id: 'msg_once', content: text({ image_tag: 'v2' }) })).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
  });
});

describe('bad signatures', () => {
  refuses(() => door, [
    refused('the secret of somebody else', () => ({ by: `whsec_${randomBytes(32).toString('base64')}` })),
    refused('one that is older than five minutes', () => ({ away: -320 })),
    refused('one from the future', () => ({ away: 320 })),
    refused('another time than was signed', () => ({ headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 10) } })),
    refused('another id than was signed', () => ({ headers: { 'webhook-id': CANARY } })),
    refused('a signature that is none', () => ({ headers: { 'webhook-signature': `v1,${CANARY}` } })),
    refused('a signature without its time', () => ({ headers: { 'webhook-timestamp': '' } })),
    refused('a project without a secret of that name', () => ({ content: text({ project_id: 'theirs' }) })),
    refused('a project that there is not', () => ({ content: text({ project_id: CANARY }) })),
    refused('no project', () => ({ content: text({ project_id: undefined }) })),
    refused('another route', () => ({ path: '/api/v1/releases/x/retry' })),
    { what: 'a body that was changed on its way', status: 401, code: 'unauthorized', send: () => {
      const at = new Date();
      const headers = { 'content-type': 'application/json', 'webhook-id': 'msg_x', 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': new Webhook(secret).sign('msg_x', at, text()) };
      return door.call('/api/webhook/deploy', { method: 'POST', token: null, headers, body: text({ image_tag: 'v666' }) });
    } },
  ]);
});
