import { createDatabase } from '../../../../test/support/database';
import { contractUpcasters, eventStoreContract } from '../contract';
import { InlineConflict, type InlineView } from '../ports';
import { aRelay, orderAll } from '../testing/a-relay';
import { createPool } from './create-pool';
import { PostgresEventStore } from './postgres-event-store';

const claims: InlineView = {
  name: 'claims',
  async apply(client, events) {
    for (const { project } of events.filter((e) => e.type === 'Claimed')) {
      const { rowCount } = await client.query('INSERT INTO claim VALUES ($1) ON CONFLICT DO NOTHING', [project]);
      if (rowCount === 0) throw new InlineConflict('claims', 'taken');
    }
  },
};

eventStoreContract('Postgres', async () => {
  const database = await createDatabase();
  const pool = createPool(database.url, { name: 'test', max: 10 });
  await pool.query('CREATE TABLE claim (project text PRIMARY KEY)');
  const relay = aRelay({ pool });
  return {
    store: new PostgresEventStore({ pool, inlineViews: [claims], upcasters: contractUpcasters }),
    settle: () => orderAll(pool, relay),
    dispose: async () => {
      await pool.end();
      await database.drop();
    },
  };
});
