import { createLedger } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import { startTestIngest, OTHER_TOKEN, TOKEN, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

describe('the guard', () => {
  it.each([
    ['POST', '/api/webhook/deploy'],
    ['GET', '/api/v1/releases/x'],
    ['GET', '/api/v1/releases/x/events'],
    ['POST', '/api/v1/releases/x/abort'],
    ['GET', '/api/v1/projects/shop/stable'],
    ['GET', '/api/v1/projects/shop/history'],
    ['HEAD', '/api/v1/projects/shop/history'],
    ['GET', '/%61pi/v1/projects/shop/history'],
  ])('refuses %s %s from unknown callers', async (method, path) => {
    for (const token of [null, 'a-token-that-unknown-has', 'short']) expect((await ingest.call(path, { method, token })).status).toBe(401);
  });

  it('requests the scheme Bearer', async () => {
    const answer = await ingest.call('/api/v1/projects/shop/history', { token: null, headers: { authorization: `Basic ${TOKEN}` } });
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
  });

  it.each(['/health', '/livez', '/readyz', '/metrics'])('leaves %s open', async (path) =>
    expect((await ingest.call(path, { token: null })).status).toBe(200),
  );

  it('separates projects', async () => {
    const { json } = await ingest.deploy(body());
    const token = OTHER_TOKEN;
    for (const path of [
      `/api/v1/releases/${json.release_id}`,
      `/api/v1/releases/${json.release_id}/events`,
      '/api/v1/projects/shop/stable',
      '/api/v1/projects/shop/history',
    ]) {
      expect(await ingest.call(path, { token })).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    }
    expect((await ingest.post(`/api/v1/releases/${json.release_id}/abort`, {}, token)).status).toBe(403);
  });

  it('records when a token was used', async () => {
    await ingest.call('/api/v1/projects/shop/history');
    const owner = createLedger({ databaseUrl: ingest.database.url });
    const { rows } = await owner.pool.query(`SELECT last_used_at FROM token WHERE account = 'demo'`).finally(() => owner.close());
    expect(rows).toEqual([{ last_used_at: expect.any(Date) }]);
  });
});
