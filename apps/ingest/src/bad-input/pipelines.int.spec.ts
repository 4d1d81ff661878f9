import { bootstrap } from '@alloy/ledger';
import type { JWTPayload } from 'jose';
import { body, manifest } from '../testing/deploy-body';
import { openDoor, type Answer, type Door } from '../testing/door';
import { now, openIssuer, type LocalIssuer } from '../testing/local-issuer';
import { CANARY, refuses, type BadInput } from '../testing/refusals';

let door: Door;
let issuer: LocalIssuer;
beforeAll(async () => {
  [issuer, door] = await Promise.all([openIssuer(), openDoor({ ALLOY_ALLOW_LOOPBACK: 'true' })]);
  const trust = { provider: 'github' as const, issuer: issuer.url, audience: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', environment: 'production' };
  const owner = { databaseUrl: door.database.url, user: 'demo' };
  await bootstrap({ ...owner, project: 'shop', policy: { namespace: 'shop', trust: [trust] } });
  await bootstrap({ ...owner, project: 'lab', environment: 'staging', policy: { namespace: 'lab', trust: [{ ...trust, ref: 'refs/heads/lab' }] } });
});
afterAll(async () => {
  await door?.close();
  await issuer?.close();
});

const job = (change: JWTPayload = {}): JWTPayload => ({ aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', environment: 'production', ...change });
const deploy = (token: string, rest: object = {}): Promise<Answer> => door.post('/api/webhook/deploy', body({ user_id: 'whoever', ...rest }), token);
const refused = (what: string, token: () => string | Promise<string>): BadInput => ({ what, status: 401, code: 'unauthorized', send: async () => deploy(await token()) });
const mutated = (what: string, change: JWTPayload): BadInput => refused(what, () => issuer.sign(job(change)));

describe('a job\'s token', () => {
  it('releases into the environment that trusts it, in the name of its repository', async () => {
    const { status, json } = await deploy(await issuer.sign(job()));
    expect(status).toBe(202);
    expect((await door.ledger.log.load(json.release_id)).events[0]!.actor).toEqual({ kind: 'ci', id: 'github:acme/shop' });
  });

  it('changes something once, and may read as often as it likes', async () => {
    const token = await issuer.sign(job());
    const { json } = await deploy(token);
    expect(await deploy(token)).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    for (let i = 0; i < 3; i += 1) expect((await door.call(`/api/v1/releases/${json.release_id}`, { token })).status).toBe(200);
  });

  it('may deploy, and no more', async () => {
    const { json } = await deploy(await issuer.sign(job()));
    expect(await door.post(`/api/v1/releases/${json.release_id}/abort`, {}, await issuer.sign(job()))).toMatchObject({ status: 403, json: { code: 'forbidden_scope' } });
  });
});

describe('bad tokens of jobs', () => {
  refuses(() => door, [
    refused('alg none', () => issuer.unsigned(job({ sub: CANARY }))),
    refused('HS256 with the public key for a secret', () => issuer.confused(job())),
    refused('the key of somebody else', () => issuer.forge(job())),
    refused('a signature cut off', async () => (await issuer.sign(job())).replace(/\.[^.]*$/, '.')),
    refused('claims changed after signing', async () => {
      const [header, , signature] = (await issuer.sign(job({ repository: 'acme/other' }))).split('.');
      return [header, issuer.unsigned(job()).split('.')[1], signature].join('.');
    }),
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
    mutated('an expired one', { exp: now() - 60 }),
    mutated('one without an end', { exp: undefined }),
    mutated('one that is not valid yet', { nbf: now() + 600 }),
    mutated('one from the future', { iat: now() + 600 }),
    mutated('one that is older than a day', { iat: now() - 90_000 }),
    { what: 'a project that does not trust it', status: 403, code: 'forbidden_project', pointer: '/project_id', send: async () => deploy(await issuer.sign(job()), { project_id: 'theirs' }) },
    {
      what: 'an environment that does not trust it, asked for in JSON', status: 403, code: 'forbidden_environment', pointer: '/project',
      send: async () => door.post('/api/v1/releases', { project: 'shop', environment: 'staging', imageTag: 'v1', commitSha: 'abc', manifests: [manifest.deployment, manifest.service] }, await issuer.sign(job())),
    },
    { what: 'an environment that does not trust it', status: 403, code: 'forbidden_environment', pointer: '/project_id', send: async () => deploy(await issuer.sign(job({ ref: 'refs/heads/lab' })), { project_id: 'lab' }) },
  ]);
});
