import { newEventId } from '@alloy/event-store';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { createLedger, type Ledger } from '../create-ledger';
import type { Outbox } from './outbox';

let database: TestDatabase;
let ledger: Ledger;
let outbox: Outbox;
beforeEach(async () => {
  database = await createDatabase();
  ledger = createLedger({ databaseUrl: database.roleUrl('alloy_notifier') });
  outbox = ledger.outbox;
});
afterEach(async () => {
  await ledger.close();
  await database.drop();
});

const message = (seq: number, route = 'a') => ({ seq, route, eventId: newEventId(), message: { n: seq } });

it('returns the messages of a route in the order of the log, until they are settled', async () => {
  const [first, second] = [message(1), message(2)];
  await outbox.queue([second, first], 2);
  expect(await outbox.queuedUpTo()).toBe(2);
  expect(await outbox.first('a')).toEqual({ ...first, attempts: 0 });
  await outbox.settle(first);
  expect(await outbox.first('a')).toMatchObject(second);
  await outbox.settle(second);
  expect([await outbox.first('a'), await outbox.dueRoutes(), await outbox.nextDueInMs()]).toEqual([undefined, [], null]);
});

it('queues neither waiting nor sent messages again', async () => {
  const [sent, waits] = [message(1), message(2)];
  await outbox.queue([sent], 1);
  await outbox.settle(sent);
  await outbox.queue([sent, waits], 2);
  await outbox.queue([sent, waits], 2);
  expect(await outbox.first('a')).toMatchObject(waits);
  await outbox.settle(waits);
  expect(await outbox.first('a')).toBeUndefined();
});

it('keeps the order of a queue, while other queues continue', async () => {
  const [first, second, elsewhere] = [message(1), message(2), message(3, 'b')];
  await outbox.queue([first, second, elsewhere], 3);
  await outbox.postpone(first, 60_000);
  expect([await outbox.first('a'), await outbox.dueRoutes()]).toEqual([undefined, ['b']]);
  expect(await outbox.nextDueInMs()).toBeGreaterThan(50_000);
  await outbox.postpone(first, 0, false);
  expect(await outbox.first('a')).toEqual({ ...first, attempts: 1 });
});

it('never moves its cursor back', async () => {
  await outbox.queue([], 5);
  await outbox.queue([], 3);
  expect(await outbox.queuedUpTo()).toBe(5);
});

it('reports once that a route is in trouble, and once that it is not', async () => {
  const trouble = { state: 'failing', settings: 's1', why: 'answered 503' } as const;
  expect([await outbox.setTrouble('a', trouble), await outbox.setTrouble('a', { ...trouble, why: 'answered 502' })]).toEqual([true, false]);
  expect(await outbox.trouble('a')).toEqual(trouble);
  expect(await outbox.setTrouble('a', { ...trouble, settings: 's2' })).toBe(true);
  expect([await outbox.setTrouble('a', undefined), await outbox.setTrouble('a', undefined), await outbox.countTroubles()]).toEqual([
    true, false, 0,
  ]);
});

it('deletes only messages that were sent long ago, in batches', async () => {
  const [old, older, fresh, waits] = [message(1), message(2), message(3), message(4)];
  await outbox.queue([old, older, fresh, waits], 4);
  for (const one of [old, older, fresh]) await outbox.settle(one);
  for (const release of ['R1', 'R2']) await outbox.keepThread('a', release, '1.1');
  const owner = createLedger({ databaseUrl: database.url });
  await owner.pool.query(`UPDATE notification SET told_at = told_at - interval '91 days' WHERE event_id = ANY ($1)`, [
    [old.eventId, older.eventId],
  ]);
  await owner.pool.query(`UPDATE delivery_thread SET created_at = created_at - interval '91 days' WHERE release_id = 'R1'`);
  await owner.pool.query(`UPDATE delivery SET due_at = due_at - interval '91 days'`);
  expect([
    await outbox.forgetSent(92, 10),
    await outbox.forgetSent(90, 1),
    await outbox.forgetSent(90, 1),
    await outbox.forgetSent(90, 1),
  ]).toEqual([0, 2, 1, 0]);
  const { rows } = await owner.pool.query('SELECT event_id FROM notification').finally(() => owner.close());
  expect(rows).toEqual([{ event_id: fresh.eventId }]);
  expect([await outbox.thread('a', 'R1'), await outbox.thread('a', 'R2'), await outbox.first('a')]).toEqual([
    undefined,
    '1.1',
    { ...waits, attempts: 0 },
  ]);
});

it('drops messages that have waited too long, because a route that stays off would fill the table', async () => {
  const [old, fresh] = [message(1), message(2)];
  await outbox.queue([old, fresh], 2);
  const owner = createLedger({ databaseUrl: database.url });
  await owner.pool.query(`UPDATE delivery SET queued_at = queued_at - interval '91 days' WHERE seq = 1`).finally(() => owner.close());
  expect([await outbox.forgetSent(92, 10), await outbox.forgetSent(90, 10)]).toEqual([0, 1]);
  expect(await outbox.first('a')).toEqual({ ...fresh, attempts: 0 });
});

it('keeps the first thread of a release', async () => {
  await outbox.keepThread('a', 'R1', '1.1');
  await outbox.keepThread('a', 'R1', '2.2');
  expect([await outbox.thread('a', 'R1'), await outbox.thread('b', 'R1')]).toEqual(['1.1', undefined]);
});
