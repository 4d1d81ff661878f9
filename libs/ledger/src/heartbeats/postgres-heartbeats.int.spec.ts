import { lengthOf } from '@alloy/release';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { createLedger, type Ledger } from '../index';

let database: TestDatabase;
let executor: Ledger;
let planner: Ledger;
beforeAll(async () => {
  database = await createDatabase();
  executor = createLedger({ databaseUrl: database.roleUrl('alloy_executor') });
  planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
});
afterAll(async () => {
  await executor?.close();
  await planner?.close();
  await database?.drop();
});

const beat = (releaseId: string, decision: number, fromAgoMs: number, toAgoMs: number) => ({ releaseId, decision, fromAgoMs, toAgoMs });
const active = async (releaseId: string) => (await planner.heartbeats.find(releaseId)).executor?.active ?? [];

describe('heartbeats in Postgres', () => {
  it('joins beats in quick succession, and keeps the gap of an absence', async () => {
    await executor.heartbeats.record('executor', [beat('a', 7, 60_000, 50_000), beat('b', 3, 1_000, 0)]);
    await executor.heartbeats.record('executor', [beat('a', 7, 49_900, 40_000)]);
    await executor.heartbeats.record('executor', [beat('a', 7, 10_000, 0)]);
    const spans = await active('a');
    expect(spans).toHaveLength(2);
    expect(lengthOf(spans)).toBeGreaterThan(29_900);
    expect(lengthOf(spans)).toBeLessThan(30_500);
    expect(await planner.heartbeats.find('b')).toMatchObject({
      executor: { decision: 3, active: [{ from: expect.any(Number), to: expect.any(Number) }] },
    });
  });

  it('starts again with each attempt, and ignores beats of an earlier one', async () => {
    await executor.heartbeats.record('executor', [beat('c', 7, 60_000, 0)]);
    await executor.heartbeats.record('executor', [beat('c', 9, 1_000, 0)]);
    await executor.heartbeats.record('executor', [beat('c', 7, 90_000, 0)]);
    expect(await planner.heartbeats.find('c')).toMatchObject({ executor: { decision: 9 } });
    expect(lengthOf(await active('c'))).toBe(1_000);
  });

  it('keeps the times of writes by either replica, even if a beat of the other one covers the same time', async () => {
    await executor.heartbeats.record('executor', [{ ...beat('w', 7, 5_000, 0), writing: { fromAgoMs: 4_000, toAgoMs: 2_000 } }]);
    await executor.heartbeats.record('executor', [beat('w', 7, 5_000, 0)]);
    const { executor: found } = await planner.heartbeats.find('w');
    expect(lengthOf(found!.writing!)).toBe(2_000);
    expect(lengthOf(found!.active)).toBeGreaterThanOrEqual(5_000);
    await executor.heartbeats.record('executor', [beat('w', 9, 1_000, 0)]);
    expect((await planner.heartbeats.find('w')).executor).not.toHaveProperty('writing');
  });

  it('counts the concurrent work of two replicas once', async () => {
    await executor.heartbeats.record('executor', [beat('d', 7, 20_000, 5_000)]);
    await executor.heartbeats.record('executor', [beat('d', 7, 15_000, 0)]);
    expect(lengthOf(await active('d'))).toBeLessThan(20_500);
    expect(await active('d')).toHaveLength(1);
  });

  it('keeps an attempt that has just started without any time, and returns nothing for a release without heartbeats', async () => {
    await executor.heartbeats.record('executor', [beat('e', 7, 0, 0)]);
    expect(await planner.heartbeats.find('e')).toEqual({ executor: { decision: 7, active: [] } });
    expect(await planner.heartbeats.find('f')).toEqual({});
  });

  it('are part of the context of the planner\'s decisions', async () => {
    expect((await planner.log.context({ releaseId: 'b', project: 'shop', environment: 'production' })).heartbeats).toMatchObject({
      executor: { decision: 3 },
    });
  });
});
