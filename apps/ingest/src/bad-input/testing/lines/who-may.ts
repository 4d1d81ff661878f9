import { body } from '../../../testing/deploy-body';
import { OTHER_TOKEN, TOKEN } from '../../../testing/test-ingest';
import { CANARY, deployed, type BadInput, type Lines } from '../../../testing/refusals';
import { DEPLOY, posted } from '../posted';

const HISTORY = '/api/v1/projects/shop/history';
const UNKNOWN_TOKEN = `${CANARY}-${CANARY}`;
const headed = (what: string, token: string | null, status: number): BadInput => ({
  what, status, code: undefined,
  send: (ingest) => ingest.call(HISTORY, { method: 'HEAD', token }),
});

export const whoMay: Lines = {
  'no or wrong token 401': [
    posted('no token', DEPLOY, { token: null }, 401, 'unauthorized'),
    posted('an unknown token', DEPLOY, { token: UNKNOWN_TOKEN }, 401, 'unauthorized'),
    posted('a short token', DEPLOY, { token: 'short' }, 401, 'unauthorized'),
    posted(
      'another scheme',
      DEPLOY,
      { token: null, headers: { 'content-type': 'application/json', authorization: `Basic ${TOKEN}` } },
      401,
      'unauthorized',
    ),
  ],
  'token of another project 403': [
    {
      what: 'a token of another user', status: 403, code: 'forbidden_user', pointer: '/user_id',
      send: (ingest) => ingest.post(DEPLOY, body(), OTHER_TOKEN),
    },
    {
      what: 'a token of another project', status: 403, code: 'forbidden_project', pointer: '/project_id',
      send: (ingest) => ingest.post(DEPLOY, body({ user_id: 'other' }), OTHER_TOKEN),
    },
    deployed('another user', () => body({ user_id: CANARY }), 403, 'forbidden_user', '/user_id'),
    deployed('another’s project', () => body({ project_id: 'theirs' }), 403, 'forbidden_project', '/project_id'),
    deployed(
      'an unknown project, with the same answer as for another user’s project',
      () => body({ project_id: CANARY }),
      403,
      'forbidden_project',
      '/project_id',
    ),
  ],
  '`/%61pi`, trailing slash, HEAD: same guard as the plain route': [
    posted('an escaped path without a token', '/%61pi/webhook/deploy', { token: null }, 401, 'unauthorized'),
    {
      what: 'an escaped path of another’s', status: 403, code: 'forbidden_project',
      send: (ingest) => ingest.call('/%61pi/v1/projects/shop/stable', { token: OTHER_TOKEN }),
    },
    posted('a trailing slash, which is no route', `${DEPLOY}/`, {}, 404, 'not_found'),
    posted('a trailing slash without a token', `${DEPLOY}/`, { token: null }, 404, 'not_found'),
    headed('HEAD without a token', null, 401),
    headed('HEAD with an unknown token', UNKNOWN_TOKEN, 401),
    headed('HEAD with a token of another project', OTHER_TOKEN, 403),
  ],
};
