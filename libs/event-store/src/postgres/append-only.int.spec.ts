import { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventStoreGrants, roles } from '../grants';
import { anEvent } from '../testing/an-event';
import { createPool } from './create-pool';
import { PostgresEventStore } from './postgres-event-store';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
  const pool = createPool(database.url, { name: 'test' });
  await new PostgresEventStore({ pool }).append([{ stream: 's-1', expected: 0, events: [anEvent()] }]);
  await pool.end();
});
afterAll(() => database.drop());

async function as<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const changes = [
  `UPDATE event SET data = '{}'`,
  'DELETE FROM event',
  `DELETE FROM event WHERE stream = 'unknown'`,
  'TRUNCATE event',
  `INSERT INTO event OVERRIDING SYSTEM VALUE SELECT * FROM event ON CONFLICT (stream, version) DO UPDATE SET hash = excluded.hash`,
];

describe('the log is append-only', () => {
  it.each(changes)('for the owner, by a trigger: %s', async (change) => {
    const outcome = as(database.url, (client) => client.query(change));
    await expect(outcome).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/ on event is refused: it is append-only/),
    });
  });

  it('for the owner also in the session role replica', async () => {
    await as(database.url, async (client) => {
      await client.query('SET session_replication_role = replica');
      await expect(client.query('DELETE FROM event')).rejects.toThrow(/append-only/);
    });
  });

  it.each(['UPDATE event_order SET seq = 7', 'DELETE FROM event_order', 'TRUNCATE event_order'])(
    'in the order as well: %s',
    async (change) => {
      await expect(as(database.url, (client) => client.query(change))).rejects.toThrow(/event_order is refused/);
    },
  );

  describe.each(roles)('for %s, by grant', (role) => {
    it.each(changes)('%s', async (change) => {
      await expect(as(database.roleUrl(role), (client) => client.query(change))).rejects.toMatchObject({
        code: '42501',
        message: 'permission denied for table event',
      });
    });

    it('with permission to read and append as itself', async () => {
      const pool = createPool(database.roleUrl(role), { name: 'test' });
      const store = new PostgresEventStore({ pool });
      const [event] = await store.append([{ stream: `s-${role}`, expected: 0, events: [anEvent()] }]);
      expect(await store.read(`s-${role}`)).toEqual([event]);
      expect((await pool.query('SELECT current_user AS who')).rows).toEqual([{ who: role }]);
      await pool.end();
    });

    it('without permission to create tables or drop triggers', async () => {
      await as(database.roleUrl(role), async (client) => {
        await expect(client.query('CREATE TABLE mine ()')).rejects.toMatchObject({ code: '42501' });
        await expect(client.query('ALTER TABLE event DISABLE TRIGGER ALL')).rejects.toMatchObject({ code: '42501' });
      });
    });
  });

  it('grants exactly the listed privileges', async () => {
    const { rows } = await as(database.url, (client) =>
      client.query<{ table: string; role: string; privileges: string[] }>(
        `SELECT table_name AS "table", grantee AS role, array_agg(privilege_type::text ORDER BY privilege_type) AS privileges
         FROM information_schema.role_table_grants WHERE grantee LIKE 'alloy\\_%' AND table_name = ANY($1) GROUP BY 1, 2`,
        [[...Object.keys(eventStoreGrants), 'ledger_migration']],
      ),
    );
    const listed = Object.entries(eventStoreGrants).flatMap(([table, byRole]) =>
      Object.entries(byRole).map(([role, privileges]) => ({ table, role, privileges: [...privileges].sort() })),
    );
    const key = (row: { table: string; role: string }): string => `${row.table} ${row.role}`;
    const sorted = <T extends { table: string; role: string }>(list: readonly T[]): readonly T[] =>
      list.toSorted((a, b) => key(a).localeCompare(key(b)));
    expect(sorted(rows)).toEqual(sorted(listed));
  });
});
