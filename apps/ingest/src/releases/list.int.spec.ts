import type { Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, OTHER_TOKEN, sha256, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

const EVERYWHERE = 'a-token-for-every-project';
let ingest: TestIngest;
let planner: Ledger;
let relay: Relay;
/** Oldest first: three of shop, then one of theirs. */
const ids: string[] = [];
beforeAll(async () => {
  ingest = await startTestIngest();
  planner = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_planner') });
  relay = runningRelay(planner.pool);
  await bootstrap({ databaseUrl: ingest.database.url, user: 'root', project: '*', tokenSha256: sha256(EVERYWHERE), tokenScope: 'admin' });
  for (const tag of ['v1', 'v2', 'v3']) ids.push((await ingest.deploy(body({ image_tag: tag, strategy: 'rollout' }))).json.release_id);
  ids.push((await ingest.post('/api/webhook/deploy', body({ user_id: 'other', project_id: 'theirs' }), OTHER_TOKEN)).json.release_id);
  await playRelease(ingest, ids[0]!);
});
afterAll(async () => {
  await relay?.stop();
  await planner?.close();
  await ingest?.close();
});

const list = (query = '', token?: string): Promise<Answer> => ingest.call(`/api/v1/releases${query}`, token === undefined ? {} : { token });
/** A cursor of this time, in the format of a page. */
const placed = (at: string): string => Buffer.from(`${at} 01ABC`).toString('base64url');
const idsOf = ({ json }: Answer): string[] => json.items.map(({ id }: { id: string }) => id);

describe('the list of releases', () => {
  it('has one line per release, newest first', async () => {
    const answer = await list();
    expect(idsOf(answer)).toEqual([ids[2], ids[1], ids[0]]);
    expect(answer.json).toMatchObject({
      items: [
        {},
        {},
        {
          id: ids[0],
          project: 'shop',
          environment: 'production',
          status: 'promoted',
          image: 'r.example:5000/shop/web',
          imageTag: 'v1',
          commitSha: 'abc123',
          requestedStrategy: 'rollout',
          retryOf: null,
          rollbackOf: null,
          requestedBy: { kind: 'ci', id: 'demo' },
          times: { requestedAt: expect.any(String), updatedAt: expect.any(String) },
        },
      ],
      nextCursor: null,
    });
  });

  it('is returned page by page, with each release once', async () => {
    const first = await list('?limit=2');
    expect(idsOf(first)).toEqual([ids[2], ids[1]]);
    const later = (await ingest.deploy(body({ image_tag: 'v4' }))).json.release_id;
    const second = await list(`?limit=2&cursor=${first.json.nextCursor}`);
    expect(idsOf(second)).toEqual([ids[0]]);
    expect(second.json.nextCursor).toBeNull();
    expect(idsOf(await list('?limit=1'))).toEqual([later]);
    await ingest.post(`/api/v1/releases/${later}/abort`, {});
    await playRelease(ingest, later);
  });

  it('contains the requested project, environment and status', async () => {
    expect(idsOf(await list('?status=promoted'))).toEqual([ids[0]]);
    expect(idsOf(await list('?project=shop&status=requested,queued&environment=production'))).toEqual([ids[2], ids[1]]);
    expect(idsOf(await list('?environment=staging'))).toEqual([]);
  });

  it('hides the releases of other projects', async () => {
    expect(idsOf(await list('', OTHER_TOKEN))).toEqual([ids[3]]);
    expect(await list('?project=shop', OTHER_TOKEN)).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    expect(idsOf(await list('', EVERYWHERE))).toEqual(expect.arrayContaining(ids));
  });

  it.each([
    ['?status=running', '/status/0'],
    ['?limit=0', '/limit'],
    ['?limit=501', '/limit'],
    ['?cursor=bm90aGluZw', '/cursor'],
    ['?cursor=%27', '/cursor'],
    [`?cursor=${placed('0000-01-01T00:00:00.000Z')}`, '/cursor'],
    [`?cursor=${placed('2026-02-31T00:00:00.000Z')}`, '/cursor'],
    ['?environment=Pro', '/environment'],
    ['?projekt=shop', '/projekt'],
    ['?project=shop&project=theirs', '/project'],
  ])('refuses %s', async (query, pointer) => {
    expect(await list(query)).toMatchObject({ status: 422, json: { pointer } });
  });
});
