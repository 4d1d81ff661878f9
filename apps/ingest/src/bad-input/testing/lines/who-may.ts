import { body } from '../../../testing/deploy-body';
import { OTHER_TOKEN, TOKEN } from '../../../testing/door';
import { CANARY, deployed, type BadInput, type Lines } from '../../../testing/refusals';
import { DEPLOY, posted } from '../posted';

const HISTORY = '/api/v1/projects/shop/history';
const NOBODY = `${CANARY}-${CANARY}`;
const headed = (what: string, token: string | null, status: number): BadInput => ({ what, status, code: undefined, send: (door) => door.call(HISTORY, { method: 'HEAD', token }) });

export const whoMay: Lines = {
  'no or wrong token 401': [
    posted('no token', DEPLOY, { token: null }, 401, 'unauthorized'),
    posted('a token that nobody has', DEPLOY, { token: NOBODY }, 401, 'unauthorized'),
    posted('a short token', DEPLOY, { token: 'short' }, 401, 'unauthorized'),
    posted('another scheme', DEPLOY, { token: null, headers: { 'content-type': 'application/json', authorization: `Basic ${TOKEN}` } }, 401, 'unauthorized'),
  ],
  'token of another project 403': [
    { what: 'a token of another user', status: 403, code: 'forbidden_user', pointer: '/user_id', send: (door) => door.post(DEPLOY, body(), OTHER_TOKEN) },
    { what: 'a token of another project', status: 403, code: 'forbidden_project', pointer: '/project_id', send: (door) => door.post(DEPLOY, body({ user_id: 'other' }), OTHER_TOKEN) },
    deployed('another user', () => body({ user_id: CANARY }), 403, 'forbidden_user', '/user_id'),
    deployed('another’s project', () => body({ project_id: 'theirs' }), 403, 'forbidden_project', '/project_id'),
    deployed('an unknown project, which is told from another’s by nothing', () => body({ project_id: CANARY }), 403, 'forbidden_project', '/project_id'),
  ],
  '`/%61pi`, trailing slash, HEAD: same guard as the plain route': [
    posted('an escaped path without a token', '/%61pi/webhook/deploy', { token: null }, 401, 'unauthorized'),
    { what: 'an escaped path of another’s', status: 403, code: 'forbidden_project', send: (door) => door.call('/%61pi/v1/projects/shop/stable', { token: OTHER_TOKEN }) },
    posted('a trailing slash, which is no route', `${DEPLOY}/`, {}, 404, 'not_found'),
    posted('a trailing slash without a token', `${DEPLOY}/`, { token: null }, 404, 'not_found'),
    headed('HEAD without a token', null, 401),
    headed('HEAD with a token that nobody has', NOBODY, 401),
    headed('HEAD with a token of another project', OTHER_TOKEN, 403),
  ],
};
