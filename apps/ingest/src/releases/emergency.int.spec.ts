import { bootstrap } from '@alloy/ledger';
import type { Answer } from '../testing/answer';
import { body } from '../testing/deploy-body';
import { playRelease } from '../testing/play-release';
import { sha256, startTestIngest, type TestIngest } from '../testing/test-ingest';

const CI = 'a-token-of-a-pipeline';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'ci', project: 'shop', tokenSha256: sha256(CI), tokenScope: 'deploy' });
});
afterEach(() => ingest?.close());

const request = (more: Record<string, unknown>, token?: string): Promise<Answer> => ingest.post('/api/v1/releases', {
  project: 'shop', imageTag: 'v9', commitSha: 'abc', strategy: 'rollout', manifests: Object.values(body({}).files as object), ...more,
}, token);
const requested = async (id: string) => (await ingest.ledger.log.load(id)).events[0]!.data;
const look = async (id: string) => (await ingest.call(`/api/v1/releases/${id}`)).json;

describe('an emergency', () => {
  it('is expedited, recorded with its reason, logged for audits, and shown', async () => {
    const { status, json: { id } } = await request({ emergency: true, reason: 'checkout is down', strategy: 'canary' });
    expect(status).toBe(202);
    expect(await requested(id)).toMatchObject({ emergency: true, urgent: true, reason: 'checkout is down', strategy: 'rollout' });
    expect(await look(id)).toMatchObject({ emergency: true, requestReason: 'checkout is down' });
    const audited = ingest.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ audit }) => audit === 'emergency');
    expect(audited).toEqual([expect.objectContaining({
      by: 'demo', subject: 'shop', environment: 'production', release: id, reason: 'checkout is down',
    })]);
  });

  it('passes a hold', async () => {
    await ingest.post('/api/v1/projects/shop/hold', { reason: 'the sale begins' });
    const { json: { id } } = await request({ emergency: true, reason: 'checkout is down' });
    expect((await playRelease(ingest, id)).status).toBe('promoted');
    expect((await look(id)).plan).toMatchObject({ strategy: 'rollout', steps: [{}, { kind: 'promote', waits: false }, { waits: false }] });
  });

  it('takes the scope operate and a reason; the webhook has none', async () => {
    expect(await request({ emergency: true, reason: 'no' }, CI)).toMatchObject({
      status: 403, json: { code: 'forbidden_scope', pointer: '/emergency' },
    });
    expect(await request({ emergency: true })).toMatchObject({ status: 422, json: { code: 'reason_required', pointer: '/reason' } });
    expect(await ingest.deploy(body({ emergency: true }))).toMatchObject({
      status: 422, json: { code: 'unknown_key', pointer: '/emergency' },
    });
    expect((await request({ emergency: false }, CI)).status).toBe(202);
  });

  it('is over after it: its retry and a rollback to its version are none', async () => {
    const { json: { id } } = await request({ emergency: true, reason: 'checkout is down' });
    expect((await playRelease(ingest, id)).status).toBe('promoted');
    const again = (await ingest.post(`/api/v1/releases/${id}/retry`, {}, CI)).json.id;
    for (const key of ['emergency', 'urgent']) expect(await requested(again)).not.toHaveProperty(key);
    expect((await playRelease(ingest, again)).status).toBe('promoted');
    const back = (await ingest.post('/api/v1/projects/shop/rollback', { to: id })).json.id;
    expect(await requested(back)).not.toHaveProperty('emergency');
    expect(await requested(back)).toMatchObject({ urgent: true, rollbackOf: id });
  });
});
