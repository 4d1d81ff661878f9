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

it('gives a route its messages in the order of the log, until they are settled', async () => {
  const [first, second] = [message(1), message(2)];
  await outbox.queue([second, first], 2);
  expect(await outbox.queuedUpTo()).toBe(2);
  expect(await outbox.first('a')).toEqual({ ...first, attempts: 0 });
  await outbox.settle(first);
  expect(await outbox.first('a')).toMatchObject(second);
  await outbox.settle(second);
  expect([await outbox.first('a'), await outbox.dueRoutes(), await outbox.nextDueInMs()]).toEqual([undefined, [], null]);
});

it('queues nothing twice: neither what waits nor what was told', async () => {
  const [told, waits] = [message(1), message(2)];
  await outbox.queue([told], 1);
  await outbox.settle(told);
  await outbox.queue([told, waits], 2);
  await outbox.queue([told, waits], 2);
  expect(await outbox.first('a')).toMatchObject(waits);
  await outbox.settle(waits);
  expect(await outbox.first('a')).toBeUndefined();
});

it('lets nobody overtake in a queue, and other queues go on', async () => {
  const [first, second, elsewhere] = [message(1), message(2), message(3, 'b')];
  await outbox.queue([first, second, elsewhere], 3);
  await outbox.postpone(first, 60_000);
  expect([await outbox.first('a'), await outbox.dueRoutes()]).toEqual([undefined, ['b']]);
  expect(await outbox.nextDueInMs()).toBeGreaterThan(50_000);
  await outbox.postpone(first, 0, false);
  expect(await outbox.first('a')).toEqual({ ...first, attempts: 1 });
});

it('never sets its cursor back', async () => {
  await outbox.queue([], 5);
  await outbox.queue([], 3);
  expect(await outbox.queuedUpTo()).toBe(5);
});

it('says once that a route is in trouble, and once that it is not any more', async () => {
  const trouble = { state: 'failing', settings: 's1', why: 'answered 503' } as const;
  expect([await outbox.setTrouble('a', trouble), await outbox.setTrouble('a', { ...trouble, why: 'answered 502' })]).toEqual([true, false]);
  expect(await outbox.trouble('a')).toEqual(trouble);
  expect(await outbox.setTrouble('a', { ...trouble, settings: 's2' })).toBe(true);
  expect([await outbox.setTrouble('a', undefined), await outbox.setTrouble('a', undefined), await outbox.countTroubles()]).toEqual([true, false, 0]);
});

it('forgets what was told long ago, a few at a time, and nothing else', async () => {
  const [old, older, fresh, waits] = [message(1), message(2), message(3), message(4)];
  await outbox.queue([old, older, fresh, waits], 4);
  for (const one of [old, older, fresh]) await outbox.settle(one);
  for (const release of ['R1', 'R2']) await outbox.keepThread('a', release, '1.1');
  const owner = createLedger({ databaseUrl: database.url });
  await owner.pool.query(`UPDATE notification SET told_at = told_at - interval '91 days' WHERE event_id = ANY ($1)`, [[old.eventId, older.eventId]]);
  await owner.pool.query(`UPDATE delivery_thread SET created_at = created_at - interval '91 days' WHERE release_id = 'R1'`);
  await owner.pool.query(`UPDATE delivery SET due_at = due_at - interval '91 days'`);
  expect([await outbox.forgetTold(92, 10), await outbox.forgetTold(90, 1), await outbox.forgetTold(90, 1), await outbox.forgetTold(90, 1)]).toEqual([0, 2, 1, 0]);
  const { rows } = await owner.pool.query('SELECT event_id FROM notification').finally(() => owner.close());
  expect(rows).toEqual([{ event_id: fresh.eventId }]);
  expect([await outbox.thread('a', 'R1'), await outbox.thread('a', 'R2'), await outbox.first('a')]).toEqual([undefined, '1.1', { ...waits, attempts: 0 }]);
});

it('gives up what has waited that long: a route that is off for ever would fill the table', async () => {
  const [old, fresh] = [message(1), message(2)];
  await outbox.queue([old, fresh], 2);
  const owner = createLedger({ databaseUrl: database.url });
  await owner.pool.query(`UPDATE delivery SET queued_at = queued_at - interval '91 days' WHERE seq = 1`).finally(() => owner.close());
  expect([await outbox.forgetTold(92, 10), await outbox.forgetTold(90, 10)]).toEqual([0, 1]);
  expect(await outbox.first('a')).toEqual({ ...fresh, attempts: 0 });
});

it('keeps the first thread of a release', async () => {
  await outbox.keepThread('a', 'R1', '1.1');
  await outbox.keepThread('a', 'R1', '2.2');
  expect([await outbox.thread('a', 'R1'), await outbox.thread('b', 'R1')]).toEqual(['1.1', undefined]);
});
