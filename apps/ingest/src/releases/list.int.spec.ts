import type { Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { openDoor, OTHER_TOKEN, sha256, type Door } from '../testing/door';
import { playRelease } from '../testing/play-release';

const EVERYWHERE = 'a-token-for-every-project';
let door: Door;
let planner: Ledger;
let relay: Relay;
/** Oldest first: three of shop, then one of theirs. */
const ids: string[] = [];
beforeAll(async () => {
  door = await openDoor();
  planner = createLedger({ databaseUrl: door.database.roleUrl('alloy_planner') });
  relay = runningRelay(planner.pool);
  await bootstrap({ databaseUrl: door.database.url, user: 'root', project: '*', tokenSha256: sha256(EVERYWHERE), tokenScope: 'admin' });
  for (const tag of ['v1', 'v2', 'v3']) ids.push((await door.deploy(body({ image_tag: tag, strategy: 'rollout' }))).json.release_id);
  ids.push((await door.post('/api/webhook/deploy', body({ user_id: 'other', project_id: 'theirs' }), OTHER_TOKEN)).json.release_id);
  await playRelease(door, ids[0]!);
});
afterAll(async () => {
  await relay?.stop();
  await planner?.close();
  await door?.close();
});

const list = (query = '', token?: string): Promise<Answer> => door.call(`/api/v1/releases${query}`, token === undefined ? {} : { token });
/** A cursor as a page gives it, of this time. */
const placed = (at: string): string => Buffer.from(`${at} 01ABC`).toString('base64url');
const idsOf = ({ json }: Answer): string[] => json.items.map(({ id }: { id: string }) => id);

describe('the list of releases', () => {
  it('tells each in a line, newest first', async () => {
    const answer = await list();
    expect(idsOf(answer)).toEqual([ids[2], ids[1], ids[0]]);
    expect(answer.json).toMatchObject({
      items: [{}, {}, {
        id: ids[0], project: 'shop', environment: 'production', status: 'promoted', image: 'r.example:5000/shop/web', imageTag: 'v1', commitSha: 'abc123',
        requestedStrategy: 'rollout', retryOf: null, rollbackOf: null, requestedBy: { kind: 'ci', id: 'demo' }, times: { requestedAt: expect.any(String), updatedAt: expect.any(String) },
      }],
      nextCursor: null,
    });
  });

  it('is given page by page, with nothing missed or doubled', async () => {
    const first = await list('?limit=2');
    expect(idsOf(first)).toEqual([ids[2], ids[1]]);
    const later = (await door.deploy(body({ image_tag: 'v4' }))).json.release_id;
    const second = await list(`?limit=2&cursor=${first.json.nextCursor}`);
    expect(idsOf(second)).toEqual([ids[0]]);
    expect(second.json.nextCursor).toBeNull();
    expect(idsOf(await list('?limit=1'))).toEqual([later]);
    await door.post(`/api/v1/releases/${later}/abort`, {});
    await playRelease(door, later);
  });

  it('is of the asked project, environment and status', async () => {
    expect(idsOf(await list('?status=promoted'))).toEqual([ids[0]]);
    expect(idsOf(await list('?project=shop&status=requested,queued&environment=production'))).toEqual([ids[2], ids[1]]);
    expect(idsOf(await list('?environment=staging'))).toEqual([]);
  });

  it('shows nobody the releases of others', async () => {
    expect(idsOf(await list('', OTHER_TOKEN))).toEqual([ids[3]]);
    expect(await list('?project=shop', OTHER_TOKEN)).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    expect(idsOf(await list('', EVERYWHERE))).toEqual(expect.arrayContaining(ids));
  });

  it.each([
    ['?status=running', '/status/0'], ['?limit=0', '/limit'], ['?limit=501', '/limit'], ['?cursor=bm90aGluZw', '/cursor'], ['?cursor=%27', '/cursor'],
    [`?cursor=${placed('0000-01-01T00:00:00.000Z')}`, '/cursor'], [`?cursor=${placed('2026-02-31T00:00:00.000Z')}`, '/cursor'],
    ['?environment=Pro', '/environment'], ['?projekt=shop', '/projekt'], ['?project=shop&project=theirs', '/project'],
  ])('refuses %s', async (query, pointer) => {
    expect(await list(query)).toMatchObject({ status: 422, json: { pointer } });
  });
});
