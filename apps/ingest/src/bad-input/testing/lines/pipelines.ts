import type { JWTPayload } from 'jose';
import { body, manifest } from '../../../testing/deploy-body';
import type { Answer } from '../../../testing/answer';
import type { TestIngest } from '../../../testing/test-ingest';
import { now, type LocalIssuer } from '../../../testing/local-issuer';
import { CANARY, type BadInput, type Lines } from '../../../testing/refusals';
import { job } from '../stage';

/** Sends a valid request with a job’s token. */
export const deploy = (ingest: TestIngest, token: string, rest: object = {}): Promise<Answer> =>
  ingest.post('/api/webhook/deploy', body({ user_id: 'any-user', ...rest }), token);
const refused = (what: string, token: () => string | Promise<string>): BadInput => ({
  what, status: 401, code: 'unauthorized',
  send: async (ingest) => deploy(ingest, await token()),
});

/** Tokens of CI jobs. */
export function pipelines(issuer: () => LocalIssuer): Lines {
  const mutated = (what: string, change: JWTPayload): BadInput => refused(what, () => issuer().sign(job(change)));
  return {
    'expired or `alg: none` JWT 401': [
      refused('alg none', () => issuer().unsigned(job({ sub: CANARY }))),
      mutated('an expired one', { exp: now() - 60 }),
      mutated('one without an end', { exp: undefined }),
      mutated('one that is not valid yet', { nbf: now() + 600 }),
      mutated('one from the future', { iat: now() + 600 }),
      mutated('one that is older than a day', { iat: now() - 90_000 }),
    ],
    'a JWT that its issuer has not signed so 401': [
      refused('HS256 with the public key for a secret', () => issuer().confused(job())),
      refused('the key of another issuer', () => issuer().forge(job())),
      refused('a signature cut off', async () => (await issuer().sign(job())).replace(/\.[^.]*$/, '.')),
      refused('claims changed after signing', async () => {
        const [header, , signature] = (await issuer().sign(job({ repository: 'acme/other' }))).split('.');
        return [header, issuer().unsigned(job()).split('.')[1], signature].join('.');
      }),
    ],
    'wrong `aud`, `sub`, repository claim 401': [
      mutated('an untrusted issuer', { iss: 'https://evil.example' }),
      mutated('no issuer', { iss: undefined }),
      mutated('another audience', { aud: CANARY }),
      mutated('no audience', { aud: undefined }),
      mutated('another repository', { repository: `acme/${CANARY}` }),
      mutated('a repository that only begins like it', { repository: 'acme/shop-2' }),
      mutated('no repository', { repository: undefined }),
      mutated('another branch', { ref: `refs/heads/${CANARY}` }),
      mutated('no ref', { ref: undefined }),
      mutated('another environment of the provider', { environment: 'staging' }),
      mutated('no environment', { environment: undefined }),
      mutated('no subject', { sub: undefined }),
      mutated('no id', { jti: undefined }),
    ],
    'a JWT with a claim that can not be stored 401': [
      mutated('an id with NUL', { jti: `a\0${CANARY}` }),
      mutated('an id with a control character', { jti: 'a\u001b[31m' }),
      mutated('an id with half a character', { jti: 'a\ud800' }),
      mutated('an id of 256 characters', { jti: 'a'.repeat(256) }),
      mutated('an empty id', { jti: '' }),
      mutated('an id that is a number', { jti: 5 as unknown as string }),
      mutated('an id that is an object', { jti: { a: CANARY } as unknown as string }),
      mutated('an end that no calendar has', { exp: 1e300 }),
      mutated('an end after the year 9999', { exp: 253_402_300_800 }),
      mutated('an end that is a text', { exp: '9999999999' as unknown as number }),
      mutated('a beginning that no calendar has', { iat: -1e300 }),
    ],
    'a JWT for another project or environment 403': [
      {
        what: 'a project that does not trust it',
        status: 403,
        code: 'forbidden_project',
        pointer: '/project_id',
        send: async (ingest) => deploy(ingest, await issuer().sign(job()), { project_id: 'theirs' }),
      },
      {
        what: 'an environment that does not trust it, asked for in JSON',
        status: 403,
        code: 'forbidden_environment',
        pointer: '/project',
        send: async (ingest) =>
          ingest.post(
            '/api/v1/releases',
            {
              project: 'shop', environment: 'staging', imageTag: 'v1', commitSha: 'abc',
              manifests: [manifest.deployment, manifest.service],
            },
            await issuer().sign(job()),
          ),
      },
      {
        what: 'an environment that does not trust it',
        status: 403,
        code: 'forbidden_environment',
        pointer: '/project_id',
        send: async (ingest) => deploy(ingest, await issuer().sign(job({ ref: 'refs/heads/lab' })), { project_id: 'lab' }),
      },
    ],
  };
}
