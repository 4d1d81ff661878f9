import { createLedger } from '@alloy/ledger';
import { parseConfig, startService } from '@alloy/service';
import { ingestConfig } from './config';
import { serviceOptions } from './service-options';
import { base64, body, files, manifest } from './testing/deploy-body';
import { startTestIngest, TOKEN, type TestIngest } from './testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

describe('without its database', () => {
  const admin = (sql: string) => {
    const owner = createLedger({ databaseUrl: ingest.database.url });
    return owner.pool.query(sql).finally(() => owner.close());
  };
  const name = () => new URL(ingest.database.url).pathname.slice(1);
  const disconnect = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'alloy_ingest'`;

  it('accepts no releases and answers 503, and accepts them again afterwards', async () => {
    await admin(`ALTER DATABASE ${name()} CONNECTION LIMIT 0`);
    await admin(disconnect);
    expect(await ingest.deploy(body())).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(await ingest.call('/health', { token: null })).toMatchObject({ status: 503, json: { status: 'unavailable' } });
    expect((await ingest.call('/livez', { token: null })).status).toBe(200);
    await admin(`ALTER DATABASE ${name()} CONNECTION LIMIT -1`);
    expect(await ingest.deploy(body())).toMatchObject({ status: 202 });
  });
});

it('accepts releases without NATS', async () => {
  const lonely = await startService({
    ...serviceOptions(() => parseConfig(ingestConfig, { ...ingest.env, NATS_URL: 'nats://127.0.0.1:1' })),
    destination: { write: () => {} },
  });
  try {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${lonely.port}/api/webhook/deploy`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body()),
    });
    expect(answer.status).toBe(202);
  } finally {
    await lonely.close();
  }
});

it('reveals no secret in its log, its responses or the event log, neither raw nor in base64', async () => {
  const bad = { ...files(), evil: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}' };
  const { json } = await ingest.deploy(body());
  const answers = [
    await ingest.deploy(body({ files: bad })),
    await ingest.deploy('{'),
    await ingest.call(`/api/v1/releases/${json.release_id}`),
    await ingest.call(`/api/v1/releases/${json.release_id}/events`),
  ];
  const { rows } = await ingest.ledger.pool.query('SELECT * FROM event');
  const texts = JSON.stringify([ingest.lines, answers, rows]);
  expect(ingest.lines.length).toBeGreaterThan(0);
  for (const secret of [TOKEN, 'canary-bird', base64('canary-bird'), base64(manifest.secret).slice(0, 40)])
    expect(texts).not.toContain(secret);
});
