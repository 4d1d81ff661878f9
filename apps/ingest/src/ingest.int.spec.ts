import { createLedger } from '@alloy/ledger';
import { parseConfig, startService } from '@alloy/service';
import { ingestConfig } from './config';
import { serviceOptions } from './service-options';
import { base64, body, files, manifest } from './testing/deploy-body';
import { openDoor, TOKEN, type Door } from './testing/door';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

describe('without its database', () => {
  const admin = (sql: string) => {
    const owner = createLedger({ databaseUrl: door.database.url });
    return owner.pool.query(sql).finally(() => owner.close());
  };
  const name = () => new URL(door.database.url).pathname.slice(1);
  const disconnect = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'alloy_ingest'`;

  it('takes nothing and says so; afterwards it goes on', async () => {
    await admin(`ALTER DATABASE ${name()} CONNECTION LIMIT 0`);
    await admin(disconnect);
    expect(await door.deploy(body())).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(await door.call('/health', { token: null })).toMatchObject({ status: 503, json: { status: 'unavailable' } });
    expect((await door.call('/livez', { token: null })).status).toBe(200);
    await admin(`ALTER DATABASE ${name()} CONNECTION LIMIT -1`);
    expect(await door.deploy(body())).toMatchObject({ status: 202 });
  });
});

it('takes releases without NATS', async () => {
  const lonely = await startService({ ...serviceOptions(() => parseConfig(ingestConfig, { ...door.env, NATS_URL: 'nats://127.0.0.1:1' })), destination: { write: () => {} } });
  try {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${lonely.port}/api/webhook/deploy`, { method: 'POST', headers, body: JSON.stringify(body()) });
    expect(answer.status).toBe(202);
  } finally {
    await lonely.close();
  }
});

it('tells no secret: not in its log, not in its answers, not in the event log, neither raw nor in base64', async () => {
  const bad = { ...files(), evil: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}' };
  const { json } = await door.deploy(body());
  const answers = [await door.deploy(body({ files: bad })), await door.deploy('{'), await door.call(`/api/v1/releases/${json.release_id}`), await door.call(`/api/v1/releases/${json.release_id}/events`)];
  const { rows } = await door.ledger.pool.query('SELECT * FROM event');
  const told = JSON.stringify([door.lines, answers, rows]);
  expect(door.lines.length).toBeGreaterThan(0);
  for (const secret of [TOKEN, 'canary-bird', base64('canary-bird'), base64(manifest.secret).slice(0, 40)]) expect(told).not.toContain(secret);
});
