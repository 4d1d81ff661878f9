import type { QueryRunner } from 'typeorm';
import { EventLog1763690000001 } from './1763690000001-event-log';

it('a migration of the event log runs its statements, and refuses to be undone', async () => {
  const statements: string[] = [];
  const migration = new EventLog1763690000001();
  await migration.up({ query: async (sql: string) => void statements.push(sql) } as unknown as QueryRunner);
  expect(statements).toEqual([expect.stringContaining('CREATE TABLE event (')]);
  await expect(migration.down()).rejects.toThrow('EventLog1763690000001 cannot be undone: restore a backup of the database');
});
