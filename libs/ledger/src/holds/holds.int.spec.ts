import { newEventId } from '@alloy/event-store';
import type { Actor } from '@alloy/contracts';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { createLedger, type Ledger } from '../index';
import { requested } from '../testing/facts';

const anna: Actor = { kind: 'user', id: 'anna' };
const shop = { project: 'shop', environment: 'production' };
const by = (reason: string | null) => ({ actor: anna, reason });

let database: TestDatabase;
let ledger: Ledger;
let committed: string[][];
beforeEach(async () => {
  database = await createDatabase();
  committed = [];
  // As ingest, whose role must be sufficient.
  ledger = createLedger({
    databaseUrl: database.roleUrl('alloy_ingest'), notifyCommit: (events) => void committed.push(events.map(({ type }) => type)),
  });
});
afterEach(async () => {
  await ledger?.close();
  await database?.drop();
});

const contextOf = (environment = 'production') => ledger.log.context({ releaseId: '', project: 'shop', environment });

it('is in the context of the releases of its environment, until it is lifted', async () => {
  expect((await contextOf()).hold).toBeUndefined();
  expect(await ledger.holds.place(shop, by('the sale begins'))).toBe(true);
  const hold = { by: 'anna', since: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/), reason: 'the sale begins', release: null };
  expect([(await contextOf()).hold, await ledger.holds.find('shop', 'production')]).toEqual([hold, hold]);
  expect((await contextOf('staging')).hold).toBeUndefined();
  expect(await ledger.holds.lift(shop, by(null))).toBe(true);
  expect([(await contextOf()).hold, await ledger.holds.find('shop', 'production')]).toEqual([undefined, undefined]);
  expect(committed).toEqual([['HoldPlaced'], ['HoldLifted']]);
});

it('is not placed twice, and not lifted without one; nothing is recorded then', async () => {
  expect(await ledger.holds.lift(shop, by(null))).toBe(false);
  const [first, second] = await Promise.all([ledger.holds.place(shop, by('a')), ledger.holds.place(shop, by('b'))]);
  expect([first, second].filter(Boolean)).toHaveLength(1);
  expect(await ledger.store.read('project-shop')).toHaveLength(1);
});

it('is placed and lifted once by requests with the same id', async () => {
  const [placed, lifted] = [newEventId(), newEventId()];
  for (const _ of [1, 2]) expect(await ledger.holds.place({ ...shop, eventId: placed }, by('a'))).toBe(true);
  for (const _ of [1, 2]) expect(await ledger.holds.lift({ ...shop, eventId: lifted }, by(null))).toBe(true);
  expect((await ledger.store.read('project-shop')).map(({ id }) => id)).toEqual([placed, lifted]);
});

it('is placed with a rollback in one append, or neither is stored', async () => {
  const key = { releaseId: '01R', ...shop };
  const options = { expected: 0, actor: anna, placesHold: { reason: 'prices are wrong' } } as const;
  expect((await ledger.log.append(key, [requested()], options)).map(({ stream }) => stream)).toEqual(['release-01R']);
  expect(committed).toEqual([['ReleaseRequested', 'HoldPlaced']]);
  expect((await contextOf()).hold).toMatchObject({ by: 'anna', reason: 'prices are wrong', release: '01R' });
  await ledger.holds.lift(shop, by(null));
  // The release exists already.
  await expect(ledger.log.append(key, [requested()], options)).rejects.toThrow('release-01R is at version 1');
  expect((await contextOf()).hold).toBeUndefined();
});

it('that a rollback finds stays, with its user and reason', async () => {
  await ledger.holds.place(shop, by('the sale begins'));
  const options = { expected: 0, actor: { kind: 'user', id: 'ben' }, placesHold: { reason: 'prices are wrong' } } as const;
  await ledger.log.append({ releaseId: '01R', ...shop }, [requested()], options);
  expect((await contextOf()).hold).toMatchObject({ by: 'anna', reason: 'the sale begins', release: null });
});
