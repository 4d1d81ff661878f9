import { createLedger } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import { openDoor, OTHER_TOKEN, TOKEN, type Door } from '../testing/door';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

describe('the guard', () => {
  it.each([
    ['POST', '/api/webhook/deploy'], ['GET', '/api/v1/releases/x'], ['GET', '/api/v1/releases/x/events'], ['POST', '/api/v1/releases/x/abort'],
    ['GET', '/api/v1/projects/shop/stable'], ['GET', '/api/v1/projects/shop/history'], ['HEAD', '/api/v1/projects/shop/history'], ['GET', '/%61pi/v1/projects/shop/history'],
  ])('closes %s %s to whom it does not know', async (method, path) => {
    for (const token of [null, 'a-token-that-nobody-has', 'short']) expect((await door.call(path, { method, token })).status).toBe(401);
  });

  it('asks for the scheme Bearer', async () => {
    const answer = await door.call('/api/v1/projects/shop/history', { token: null, headers: { authorization: `Basic ${TOKEN}` } });
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
  });

  it.each(['/health', '/livez', '/readyz', '/metrics'])('leaves %s open', async (path) => expect((await door.call(path, { token: null })).status).toBe(200));

  it('keeps projects apart', async () => {
    const { json } = await door.deploy(body());
    const token = OTHER_TOKEN;
    for (const path of [`/api/v1/releases/${json.release_id}`, `/api/v1/releases/${json.release_id}/events`, '/api/v1/projects/shop/stable', '/api/v1/projects/shop/history']) {
      expect(await door.call(path, { token })).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    }
    expect((await door.post(`/api/v1/releases/${json.release_id}/abort`, {}, token)).status).toBe(403);
  });

  it('notes when a token was used', async () => {
    await door.call('/api/v1/projects/shop/history');
    const owner = createLedger({ databaseUrl: door.database.url });
    const { rows } = await owner.pool.query(`SELECT last_used_at FROM token WHERE account = 'demo'`).finally(() => owner.close());
    expect(rows).toEqual([{ last_used_at: expect.any(Date) }]);
  });
});
