import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { openDoor, OTHER_TOKEN, type Door } from '../testing/door';

let door: Door;
afterEach(() => door?.close());

const deploy = (content: unknown): Promise<Answer> => door.post('/api/webhook/deploy', content, null);
const warnings = () => door.lines.filter((line) => line.includes('ALLOY_WEBHOOK_AUTH=legacy')).length;

describe('in legacy mode', () => {
  beforeEach(async () => {
    door = await openDoor({ ALLOY_WEBHOOK_AUTH: 'legacy' });
  });

  it('takes the user_id alone, and warns at the start', async () => {
    expect(warnings()).toBe(1);
    const { status, json } = await deploy(body());
    expect(status).toBe(202);
    expect((await door.ledger.log.load(json.release_id)).events[0]!.actor).toEqual({ kind: 'ci', id: 'demo' });
  });

  it.each([
    ['nobody', { user_id: 'nobody' }, 401, 'unauthorized'], ['no user', { user_id: undefined }, 401, 'unauthorized'], ['a number', { user_id: 5 }, 401, 'unauthorized'],
    ['a project that no token of the user is for', { project_id: 'theirs' }, 403, 'forbidden_project'],
  ])('refuses %s', async (_, change, status, code) => expect(await deploy(body(change))).toMatchObject({ status, json: { code } }));

  it('refuses a user who was removed, and one without a token that may deploy', async () => {
    await door.asOwner(`UPDATE token SET scope = 'read' WHERE account = 'demo'`);
    expect((await deploy(body())).json.code).toBe('forbidden_project');
    await door.asOwner(`UPDATE account SET removed_at = clock_timestamp() WHERE id = 'demo'`);
    expect((await deploy(body())).json.code).toBe('unauthorized');
  });

  it('says what is wrong with a body that is no JSON', async () => expect(await deploy('{')).toMatchObject({ status: 400, json: { code: 'malformed_json' } }));

  it('opens no other route, and holds a token that is shown to what it may', async () => {
    expect((await door.call('/api/v1/projects/shop/history', { token: null })).status).toBe(401);
    expect((await door.post('/api/v1/releases/x/abort', { user_id: 'demo' }, null)).status).toBe(401);
    expect((await door.post('/api/webhook/deploy', body(), OTHER_TOKEN)).json.code).toBe('forbidden_user');
    expect((await door.post('/api/webhook/deploy', body(), 'a-token-that-nobody-has')).status).toBe(401);
  });
});

it('asks for a token unless it is told not to', async () => {
  door = await openDoor();
  expect(warnings()).toBe(0);
  expect((await deploy(body())).status).toBe(401);
});
