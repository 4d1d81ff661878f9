import { Rebuilder, rebuildView, Projector, type AsyncView, type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { releaseUpcasters } from '@alloy/release';
import { asyncViews, createLedger, type Ledger, type ReleaseKey } from '../index';
import { completed, planned, promoted, promoting, requested, started } from '../testing/facts';

const key = (releaseId: string): ReleaseKey => ({ releaseId, project: `shop-${releaseId}`, environment: 'production' });

let database: TestDatabase;
let owner: Ledger;
let planner: Ledger;
let ingest: Ledger;
let relay: Relay;
let projector: Projector;
beforeEach(async () => {
  database = await createDatabase();
  owner = createLedger({ databaseUrl: database.url });
  planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
  ingest = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), poolSize: 10 });
  relay = runningRelay(planner.pool);
  projector = new Projector({ pool: ingest.pool, upcasters: releaseUpcasters, views: asyncViews, onError: () => {}, pollMs: 10 });
  projector.start();
});
afterEach(async () => {
  await Promise.all([relay.stop(), projector.stop()]);
  await Promise.all([owner, planner, ingest].map((ledger) => ledger.close()));
  await database.drop();
});

async function release(id: string): Promise<void> {
  await planner.log.append(
    key(id),
    [requested('v1'), planned(1), started(0, 3), completed(0, 3), started(1, 5), completed(1, 5), promoting, promoted],
    { expected: 0, actor: { kind: 'service', id: 'planner' }, causationId: null },
  );
}
const rows = async (table: string): Promise<readonly unknown[]> => (await owner.pool.query(`SELECT * FROM ${table} ORDER BY 1, 2`)).rows;
const all = async (): Promise<readonly unknown[]> => Promise.all(asyncViews.map(({ name }) => rows(name)));
const followed = (): Promise<void> =>
  eventually(async () => {
    const { rows: behind } = await owner.pool.query('SELECT FROM projection_cursor WHERE seq < (SELECT count(*) FROM event)');
    expect(behind).toEqual([]);
    expect((await rows('projection_cursor')).length).toBe(asyncViews.length);
  });
const rebuild = (view: AsyncView, more = {}) => rebuildView({ pool: ingest.pool, view, upcasters: releaseUpcasters, batch: 5, ...more });

describe('rebuilding a view', () => {
  it('builds the same rows in parallel to the live view, and replaces it', async () => {
    for (const id of ['01AAA', '01BBB', '01CCC']) await release(id);
    await followed();
    const before = await all();
    for (const view of asyncViews) {
      const { length } = await rows(view.name);
      const progress: number[] = [];
      expect(await rebuild(view, { onProgress: async ({ seq }: { seq: number }) => void progress.push(seq) })).toEqual({
        live: length, rebuilt: length, onlyLive: 0, onlyRebuilt: 0,
      });
      expect(progress).toEqual([5, 10, 15, 20, 24]);
    }
    expect(await all()).toEqual(before);
    await release('01DDD');
    await followed();
    expect((await rows('project_history')).length).toBe(4);
  });

  it('keeps columns, constraints, names of indexes, and grants', async () => {
    await followed();
    const shape = async () =>
      (
        await owner.pool.query(
          `
      SELECT c.relname, pg_get_indexdef(i.indexrelid) AS index, r.relacl::text AS grants,
        (SELECT array_agg(attname || ' ' || attnotnull ORDER BY attnum) FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0)
      FROM pg_class r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid WHERE r.relname = ANY ($1)
        AND r.relnamespace = 'public'::regnamespace ORDER BY 1`,
          [asyncViews.map(({ name }) => name)],
        )
      ).rows;
    const before = await shape();
    expect(before.length).toBeGreaterThan(4);
    for (const view of asyncViews) await rebuild(view);
    expect(await shape()).toEqual(before);
    expect((await owner.pool.query(`SELECT FROM pg_class WHERE relnamespace = 'rebuild'::regnamespace`)).rowCount).toBe(0);
  });

  it('reports differences and corrects them, or keeps the live view if it only compares', async () => {
    await release('01AAA');
    await followed();
    const [view] = asyncViews.filter(({ name }) => name === 'project_history');
    await owner.pool.query(`UPDATE project_history SET status = 'nonsense'`);
    const difference = { live: 1, rebuilt: 1, onlyLive: 1, onlyRebuilt: 1 };
    expect(await rebuild(view!, { swap: false })).toEqual(difference);
    expect(await rows('project_history')).toMatchObject([{ status: 'nonsense' }]);
    expect(await rebuild(view!)).toEqual(difference);
    expect(await rows('project_history')).toMatchObject([{ status: 'promoted' }]);
  });

  it('continues while releases arrive, and includes all of them', async () => {
    for (let i = 0; i < 10; i += 1) await release(`01A${i}`);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i += 1) await release(`01B${String(i).padStart(3, '0')}`);
    })();
    for (const view of asyncViews) expect(await rebuild(view, { batch: 20 })).toMatchObject({ onlyLive: 0, onlyRebuilt: 0 });
    writing = false;
    await writer;
    await followed();
    expect((await rows('release_timeline')).length).toBe((await owner.pool.query('SELECT FROM event')).rowCount);
    const [timeline] = asyncViews.filter(({ name }) => name === 'release_timeline');
    expect(await rebuild(timeline!, { swap: false, batch: 500 })).toMatchObject({ onlyLive: 0, onlyRebuilt: 0 });
  });

  it('compares both views although the live one continues to move', async () => {
    await release('01AAA');
    await followed();
    const [view] = asyncViews;
    let more = 0;
    const proceed = async (): Promise<void> => {
      more += 1;
      await release(`01B${more}`);
      await projector.caughtUp(view!, 300);
    };
    expect(await rebuild(view!, { swap: false, patienceMs: 3_000, onProgress: proceed })).toMatchObject({ onlyLive: 0, onlyRebuilt: 0 });
    expect(more).toBeGreaterThan(1);
  });

  it('rebuilds all views concurrently, also in two replicas, while releases arrive', async () => {
    for (let i = 0; i < 5; i += 1) await release(`01A${i}`);
    await followed();
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i += 1) await release(`01B${String(i).padStart(3, '0')}`);
    })();
    const replica = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), poolSize: 10 });
    try {
      for (let round = 0; round < 10; round += 1) {
        const compared = await Promise.all(
          asyncViews.map((view, i) => rebuild(view, { pool: i % 2 === 0 ? ingest.pool : replica.pool, batch: 100 })),
        );
        expect(compared).toEqual(asyncViews.map(() => expect.objectContaining({ onlyLive: 0, onlyRebuilt: 0 })));
      }
    } finally {
      writing = false;
      await Promise.all([writer, replica.close()]);
    }
  });

  it('uses three connections per view, and rebuilds views one after the other, so that requests keep their connections', async () => {
    await release('01AAA');
    await followed();
    const small = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), poolSize: 3 });
    let most = 0;
    small.pool.on('acquire', () => (most = Math.max(most, small.pool.totalCount - small.pool.idleCount)));
    const rebuilder = new Rebuilder({ pool: small.pool, views: asyncViews, upcasters: releaseUpcasters, onError: () => {} });
    try {
      expect(await Promise.all(asyncViews.map(({ name }) => rebuilder.start(name, true)))).toEqual(asyncViews.map(() => true));
      await rebuilder.idle();
      expect(await rebuilder.status()).toEqual(
        asyncViews.map(() => expect.objectContaining({ rebuild: expect.objectContaining({ state: 'swapped', error: null }) })),
      );
      expect(most).toBeLessThanOrEqual(3);
    } finally {
      await small.close();
    }
  });

  it('also interrupts queued rebuilds', async () => {
    await release('01AAA');
    await followed();
    const rebuilder = new Rebuilder({ pool: ingest.pool, views: asyncViews, upcasters: releaseUpcasters, onError: () => {} });
    await Promise.all(asyncViews.map(({ name }) => rebuilder.start(name, true)));
    await rebuilder.stop();
    expect((await rebuilder.status()).at(-1)).toMatchObject({ rebuild: { state: 'interrupted', error: 'the service stops' } });
  });

  it('stops at an unknown event, reports it, and does not change the live view', async () => {
    await release('01AAA');
    await followed();
    const before = await all();
    const errors: unknown[] = [];
    // As if a newer version of Alloy had appended it.
    const upcasters = Object.fromEntries(Object.entries(releaseUpcasters).filter(([type]) => type !== 'ReleasePromoted'));
    const rebuilder = new Rebuilder({ pool: ingest.pool, views: asyncViews, upcasters, onError: (error) => errors.push(error) });
    expect(await rebuilder.start('release_timeline', true)).toBe(true);
    await rebuilder.idle();
    expect(errors).toMatchObject([{ code: 'unknown_event_type' }]);
    const status = (await rebuilder.status()).find(({ name }) => name === 'release_timeline');
    expect(status).toMatchObject({
      behind: 0,
      rebuild: {
        state: 'failed',
        error: 'release-01AAA@8: unknown event type ReleasePromoted; a newer version of Alloy wrote it',
        comparison: null,
      },
    });
    expect(await all()).toEqual(before);
    expect((await rows('projection_cursor')).length).toBe(asyncViews.length);
  });

  it('runs once at a time, reports its progress, and can be interrupted', async () => {
    await release('01AAA');
    await followed();
    const rebuilder = new Rebuilder({ pool: ingest.pool, views: asyncViews, upcasters: releaseUpcasters, onError: () => {} });
    expect(await rebuilder.start('release_step', false)).toBe(true);
    expect(await rebuilder.start('release_step', false)).toBe(false);
    await rebuilder.idle();
    expect((await rebuilder.status()).find(({ name }) => name === 'release_step')).toMatchObject({
      rebuild: { state: 'compared', seq: 8, target: 8, comparison: { live: 2, rebuilt: 2, onlyLive: 0, onlyRebuilt: 0 }, error: null },
    });
    await expect(rebuilder.start('event', true)).rejects.toThrow('unknown view event');

    const [view] = asyncViews;
    let second: unknown;
    await rebuild(view!, { swap: false, onProgress: async () => (second ??= await rebuild(view!).catch((error: unknown) => error)) });
    expect(second).toMatchObject({ code: 'rebuild_running' });

    await rebuilder.start('release_step', true);
    await rebuilder.stop();
    expect((await rebuilder.status()).find(({ name }) => name === 'release_step')).toMatchObject({ rebuild: { state: 'interrupted' } });
  });

  it('is allowed only for ingest', async () => {
    await followed();
    for (const statement of [
      `SELECT begin_rebuild('release_step')`,
      `SELECT swap_rebuild('release_step')`,
      `SELECT drop_rebuild('release_step')`,
    ]) {
      await expect(planner.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    for (const name of ['event', 'slot', 'x"; DROP TABLE event; --'])
      await expect(ingest.pool.query('SELECT begin_rebuild($1)', [name])).rejects.toMatchObject({ code: '42P01' });
  });
});
