import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, OTHER_TOKEN, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
afterEach(() => ingest?.close());

const deploy = (content: unknown): Promise<Answer> => ingest.post('/api/webhook/deploy', content, null);
const warnings = () => ingest.lines.filter((line) => line.includes('ALLOY_WEBHOOK_AUTH=legacy')).length;

describe('in legacy mode', () => {
  beforeEach(async () => {
    ingest = await startTestIngest({ ALLOY_WEBHOOK_AUTH: 'legacy' });
  });

  it('accepts only the user_id, and logs a warning at the start', async () => {
    expect(warnings()).toBe(1);
    const { status, json } = await deploy(body());
    expect(status).toBe(202);
    expect((await ingest.ledger.log.load(json.release_id)).events[0]!.actor).toEqual({ kind: 'ci', id: 'demo' });
  });

  it.each([
    ['an unknown user', { user_id: 'unknown' }, 401, 'unauthorized'],
    ['no user', { user_id: undefined }, 401, 'unauthorized'],
    ['a number', { user_id: 5 }, 401, 'unauthorized'],
    ['a project without a token of the user', { project_id: 'theirs' }, 403, 'forbidden_project'],
  ])('refuses %s', async (_, change, status, code) => expect(await deploy(body(change))).toMatchObject({ status, json: { code } }));

  it('refuses a removed user, and a user without a token that may deploy', async () => {
    await ingest.asOwner(`UPDATE token SET scope = 'read' WHERE account = 'demo'`);
    expect((await deploy(body())).json.code).toBe('forbidden_project');
    await ingest.asOwner(`UPDATE account SET removed_at = clock_timestamp() WHERE id = 'demo'`);
    expect((await deploy(body())).json.code).toBe('unauthorized');
  });

  it('reports the fault of a body that is not JSON', async () =>
    expect(await deploy('{')).toMatchObject({ status: 400, json: { code: 'malformed_json' } }));

  it('opens no other route, and limits a given token to its permissions', async () => {
    expect((await ingest.call('/api/v1/projects/shop/history', { token: null })).status).toBe(401);
    expect((await ingest.post('/api/v1/releases/x/abort', { user_id: 'demo' }, null)).status).toBe(401);
    expect((await ingest.post('/api/webhook/deploy', body(), OTHER_TOKEN)).json.code).toBe('forbidden_user');
    expect((await ingest.post('/api/webhook/deploy', body(), 'a-token-that-unknown-has')).status).toBe(401);
  });
});

it('requires a token by default', async () => {
  ingest = await startTestIngest();
  expect(warnings()).toBe(0);
  expect((await deploy(body())).status).toBe(401);
});
