import type { JWTPayload } from 'jose';
import { body, manifest } from '../../../testing/deploy-body';
import type { Answer } from '../../../testing/answer';
import type { Door } from '../../../testing/door';
import { now, type LocalIssuer } from '../../../testing/local-issuer';
import { CANARY, type BadInput, type Lines } from '../../../testing/refusals';
import { job } from '../stage';

/** A good request with a job’s token. */
export const deploy = (door: Door, token: string, rest: object = {}): Promise<Answer> => door.post('/api/webhook/deploy', body({ user_id: 'whoever', ...rest }), token);
const refused = (what: string, token: () => string | Promise<string>): BadInput => ({ what, status: 401, code: 'unauthorized', send: async (door) => deploy(door, await token()) });

/** Tokens of CI's jobs. */
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
      refused('the key of somebody else', () => issuer().forge(job())),
      refused('a signature cut off', async () => (await issuer().sign(job())).replace(/\.[^.]*$/, '.')),
      refused('claims changed after signing', async () => {
        const [header, , signature] = (await issuer().sign(job({ repository: 'acme/other' }))).split('.');
        return [header, issuer().unsigned(job()).split('.')[1], signature].join('.');
      }),
    ],
    'wrong `aud`, `sub`, repository claim 401': [
      mutated('an issuer that nobody trusts', { iss: 'https://evil.example' }),
      mutated('no issuer', { iss: undefined }),
      mutated('the audience of somebody else', { aud: CANARY }),
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
    'a JWT for another project or environment 403': [
      { what: 'a project that does not trust it', status: 403, code: 'forbidden_project', pointer: '/project_id', send: async (door) => deploy(door, await issuer().sign(job()), { project_id: 'theirs' }) },
      {
        what: 'an environment that does not trust it, asked for in JSON', status: 403, code: 'forbidden_environment', pointer: '/project',
        send: async (door) => door.post('/api/v1/releases', { project: 'shop', environment: 'staging', imageTag: 'v1', commitSha: 'abc', manifests: [manifest.deployment, manifest.service] }, await issuer().sign(job())),
      },
      { what: 'an environment that does not trust it', status: 403, code: 'forbidden_environment', pointer: '/project_id', send: async (door) => deploy(door, await issuer().sign(job({ ref: 'refs/heads/lab' })), { project_id: 'lab' }) },
    ],
  };
}
