import type { ObservedPod } from '@alloy/contracts';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { createLedger, type Ledger } from '../index';

const pod: ObservedPod = {
  track: 'canary', name: 'web-canary-1', phase: 'Running', ready: true, restarts: 1, startedAt: '2026-01-01T00:00:00Z',
  reason: null,
};

let database: TestDatabase;
let watcher: Ledger;
let ingest: Ledger;

beforeAll(async () => {
  database = await createDatabase();
  watcher = createLedger({ databaseUrl: database.roleUrl('alloy_watcher') });
  ingest = createLedger({ databaseUrl: database.roleUrl('alloy_ingest') });
});
afterAll(async () => {
  await watcher?.close();
  await ingest?.close();
  await database?.drop();
});

describe('the observed pods', () => {
  it('are the watcher\'s last observation, which ingest may only read', async () => {
    expect(await ingest.observedPods.find('R1')).toBeUndefined();
    await watcher.observedPods.record('R1', [pod, { ...pod, name: 'web-canary-2' }]);
    await watcher.observedPods.record('R1', [pod]);
    await watcher.observedPods.record('R2', []);
    const { items, observedAt } = (await ingest.observedPods.find('R1'))!;
    expect(items).toEqual([pod]);
    expect(Math.abs(Date.now() - Date.parse(observedAt))).toBeLessThan(60_000);
    await expect(ingest.pool.query("UPDATE observed_pods SET pods = '[]'")).rejects.toThrow('permission denied');
  });

  it('are confirmed for many releases in one statement, without their pods', async () => {
    const owner = createLedger({ databaseUrl: database.url });
    await owner.pool.query("UPDATE observed_pods SET observed_at = observed_at - interval '1 hour'");
    await owner.close();
    await watcher.observedPods.confirm(['R1', 'never-recorded']);
    const age = async (releaseId: string) => Date.now() - Date.parse((await ingest.observedPods.find(releaseId))!.observedAt);
    expect(await age('R1')).toBeLessThan(60_000);
    expect(await age('R2')).toBeGreaterThan(60_000);
    expect((await ingest.observedPods.find('R1'))!.items).toEqual([pod]);
    expect(await ingest.observedPods.find('never-recorded')).toBeUndefined();
  });

  it('are deleted a week after the last observation', async () => {
    const owner = createLedger({ databaseUrl: database.url });
    await owner.pool.query("UPDATE observed_pods SET observed_at = observed_at - interval '8 days' WHERE release_id = 'R1'");
    await owner.close();
    // A process deletes old rows once an hour, and this one has just started.
    const later = createLedger({ databaseUrl: database.roleUrl('alloy_watcher') });
    await later.observedPods.record('R3', []);
    await later.close();
    expect(await ingest.observedPods.find('R1')).toBeUndefined();
    expect(await ingest.observedPods.find('R2')).toMatchObject({ items: [] });
  });
});
