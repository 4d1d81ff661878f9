import { randomBytes, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { body } from '../../../testing/deploy-body';
import type { Answer } from '../../../testing/answer';
import type { TestIngest } from '../../../testing/test-ingest';
import { CANARY, type BadInput, type Lines } from '../../../testing/refusals';
import { WEBHOOK_SECRET } from '../stage';

interface Sent {
  readonly content?: string;
  readonly id?: string;
  /** Seconds from now. */
  readonly away?: number;
  readonly by?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

export const text = (rest: object = {}) => JSON.stringify(body({ user_id: 'any-user', ...rest }));

export function sendSigned(
  ingest: TestIngest,
  { content = text(), id = `msg_${randomUUID()}`, away = 0, by = WEBHOOK_SECRET, headers = {}, path = '/api/webhook/deploy' }: Sent = {},
): Promise<Answer> {
  const at = new Date(Date.now() + away * 1_000);
  const signed = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(by).sign(id, at, content),
  };
  return ingest.call(path, {
    method: 'POST',
    token: null,
    headers: { 'content-type': 'application/json', ...signed, ...headers },
    body: content,
  });
}

const refused = (what: string, sent: () => Sent): BadInput => ({
  what, status: 401, code: 'unauthorized',
  send: (ingest) => sendSigned(ingest, sent()),
});

export const signed: Lines = {
  'bad HMAC 401': [
    refused('another secret', () => ({ by: `whsec_${randomBytes(32).toString('base64')}` })),
    refused('another time than was signed', () => ({ headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 10) } })),
    refused('another id than was signed', () => ({ headers: { 'webhook-id': CANARY } })),
    refused('a signature that is none', () => ({ headers: { 'webhook-signature': `v1,${CANARY}` } })),
    refused('a signature without its time', () => ({ headers: { 'webhook-timestamp': '' } })),
    { what: 'a body that was changed on its way', status: 401, code: 'unauthorized', send: (ingest) => {
      const at = new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'msg_x',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(WEBHOOK_SECRET).sign('msg_x', at, text()),
      };
      return ingest.call('/api/webhook/deploy', { method: 'POST', token: null, headers, body: text({ image_tag: 'v666' }) });
    } },
  ],
  'timestamp older than 5 min 401': [
    refused('one that is older than five minutes', () => ({ away: -320 })),
    refused('one from the future', () => ({ away: 320 })),
  ],
  'a signed webhook for an unknown recipient 401': [
    refused('a project without a secret of that name', () => ({ content: text({ project_id: 'theirs' }) })),
    refused('a project that does not exist', () => ({ content: text({ project_id: CANARY }) })),
    refused('no project', () => ({ content: text({ project_id: undefined }) })),
    refused('another route', () => ({ path: '/api/v1/releases/x/retry' })),
  ],
};
