import { verifyChain } from '@alloy/audit';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { createPool } from './postgres/create-pool';
import { PostgresEventStore } from './postgres/postgres-event-store';
import { anEvent } from './testing/an-event';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createDatabase();
  pool = createPool(database.url, { name: 'test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('any payload has the same hash after a round trip through jsonb', async () => {
  const store = new PostgresEventStore({ pool });
  const text = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\u0000'));
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const { payload } = fc.letrec((tie) => ({
    payload: fc.oneof(
      { maxDepth: 4 },
      text,
      number,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('payload')),
      fc.dictionary(text, tie('payload')),
    ),
  }));
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { minLength: 1, maxLength: 20 }), async (payloads) => {
      const stream = `s-${(n += 1)}`;
      const appended = await store.append([{ stream, expected: 0, events: payloads.map((data) => anEvent({ data })) }]);
      const events = await store.read(stream);
      expect(events).toEqual(appended);
      expect(verifyChain(events, appended.at(-1))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
