import { randomBytes } from 'node:crypto';
import { bootstrap } from '@alloy/ledger';
import type { JWTPayload } from 'jose';
import { base64, body, files, manifest } from '../../testing/deploy-body';
import { openDoor, OTHER_TOKEN, sha256, type Door } from '../../testing/door';
import { openIssuer, type LocalIssuer } from '../../testing/local-issuer';
import { playRelease } from '../../testing/play-release';

/** Of an administrator of the project `shop` alone. */
export const ADMIN = 'an-admins-token-of-shop';
export const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** What a job says of itself that `shop` trusts. */
export const job = (change: JWTPayload = {}): JWTPayload => ({ aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', environment: 'production', ...change });

export const labelled = (app: string) => ({ ...files(), deployment: base64(manifest.deployment.replaceAll('app: web', `app: ${app}`)), service: base64(manifest.service.replace('app: web', `app: ${app}`)) });
/** A release of the project `theirs`, which shares the namespace of `shop`. */
export const theirs = (app: string) => body({ user_id: 'other', project_id: 'theirs', files: labelled(app) });

/** A door with something behind it for each line of bad input: a stable version, a neighbour, trusted pipelines, a webhook's secret. */
export interface Stage {
  readonly door: Door;
  /** Waits 300 ms for a request. */
  readonly hasty: Door;
  /** Takes one request a minute with a token. */
  readonly narrow: Door;
  readonly issuer: LocalIssuer;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const [issuer, door, hasty, narrow] = await Promise.all([openIssuer(), openDoor({ ALLOY_ALLOW_LOOPBACK: 'true' }), openDoor({ HTTP_REQUEST_SECONDS: '0.3' }), openDoor({ RATE_LIMIT_PER_TOKEN: '1' })]);
  const trust = { provider: 'github' as const, issuer: issuer.url, audience: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', environment: 'production' };
  const owner = { databaseUrl: door.database.url, user: 'demo' };
  await bootstrap({ ...owner, project: 'shop', policy: { namespace: 'shop', allow: ['hostIPC'], webhookSecret: 'door', trust: [trust] } });
  await bootstrap({ ...owner, project: 'lab', environment: 'staging', policy: { namespace: 'lab', trust: [{ ...trust, ref: 'refs/heads/lab' }] } });
  await bootstrap({ ...owner, user: 'other', project: 'theirs', policy: { namespace: 'shop', webhookSecret: 'gone' } });
  await bootstrap({ ...owner, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
  expect((await door.post('/api/v1/projects/shop/secrets', { name: 'door', value: WEBHOOK_SECRET }, ADMIN)).status).toBe(201);
  const { json } = await door.deploy(body());
  expect((await playRelease(door, json.release_id)).status).toBe('promoted');
  expect((await door.post('/api/webhook/deploy', theirs('api'), OTHER_TOKEN)).status).toBe(202);
  return { door, hasty, narrow, issuer, close: async () => void (await Promise.all([door, hasty, narrow, issuer].map((one) => one.close()))) };
}
