import { randomBytes } from 'node:crypto';
import { bootstrap } from '@alloy/ledger';
import type { JWTPayload } from 'jose';
import { base64, body, files, manifest } from '../../testing/deploy-body';
import { startTestIngest, OTHER_TOKEN, sha256, type TestIngest } from '../../testing/test-ingest';
import { openIssuer, type LocalIssuer } from '../../testing/local-issuer';
import { playRelease } from '../../testing/play-release';

/** The token of an administrator of only the project `shop`. */
export const ADMIN = 'an-admins-token-of-shop';
export const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** Claims of a job that `shop` trusts. */
export const job = (change: JWTPayload = {}): JWTPayload => ({
  aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', environment: 'production', ...change,
});

export const labelled = (app: string) => ({
  ...files(),
  deployment: base64(manifest.deployment.replaceAll('app: web', `app: ${app}`)),
  service: base64(manifest.service.replace('app: web', `app: ${app}`)),
});
/** A release of the project `theirs`, which uses the same namespace as `shop`. */
export const theirs = (app: string) => body({ user_id: 'other', project_id: 'theirs', files: labelled(app) });

/**
 * An ingest with the data for each kind of bad input: a stable version, another project, trusted pipelines, the secret
 * of a webhook.
 */
export interface Stage {
  readonly ingest: TestIngest;
  /** Waits 300 ms for a request. */
  readonly hasty: TestIngest;
  /** Accepts one request a minute per token. */
  readonly narrow: TestIngest;
  readonly issuer: LocalIssuer;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const [issuer, ingest, hasty, narrow] = await Promise.all([
    openIssuer(),
    startTestIngest({ ALLOY_ALLOW_LOOPBACK: 'true' }),
    startTestIngest({ HTTP_REQUEST_SECONDS: '0.3' }),
    startTestIngest({ RATE_LIMIT_PER_TOKEN: '1' }),
  ]);
  const trust = {
    provider: 'github' as const,
    issuer: issuer.url,
    audience: 'alloy',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    environment: 'production',
  };
  const owner = { databaseUrl: ingest.database.url, user: 'demo' };
  await bootstrap({
    ...owner,
    project: 'shop',
    policy: { namespace: 'shop', allow: ['hostIPC'], refuse: ['Widget.refused.example.com'], webhookSecret: 'ingest', trust: [trust] },
  });
  await bootstrap({
    ...owner, project: 'lab', environment: 'staging',
    policy: { namespace: 'lab', trust: [{ ...trust, ref: 'refs/heads/lab' }] },
  });
  await bootstrap({ ...owner, user: 'other', project: 'theirs', policy: { namespace: 'shop', webhookSecret: 'gone' } });
  await bootstrap({ ...owner, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
  expect((await ingest.post('/api/v1/projects/shop/secrets', { name: 'ingest', value: WEBHOOK_SECRET }, ADMIN)).status).toBe(201);
  const { json } = await ingest.deploy(body());
  expect((await playRelease(ingest, json.release_id)).status).toBe('promoted');
  expect((await ingest.post('/api/webhook/deploy', theirs('api'), OTHER_TOKEN)).status).toBe(202);
  return {
    ingest, hasty, narrow, issuer,
    close: async () => void (await Promise.all([ingest, hasty, narrow, issuer].map((one) => one.close()))),
  };
}
