import type { NewEvent } from '@alloy/contracts';
import { InlineConflict, newEventId, PostgresEventStore, type InlineView } from '@alloy/event-store';
import type { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { bootstrap } from '../bootstrap';
import { createLedger, type Ledger } from '../create-ledger';
import { ProjectPolicyEntity } from '../projects/project-policy.entity';
import { managerOn } from './manager-on';

let database: TestDatabase;
let ledger: Ledger;
let source: DataSource;
beforeAll(async () => {
  database = await createDatabase();
  await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop' });
  ledger = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), poolSize: 2 });
  source = await ledger.orm.source();
});
afterAll(async () => {
  await ledger?.close();
  await database?.drop();
});

/** Writes each event's data as the policy of its environment, in the append's transaction; then calls `after`. */
const policyView = (after: () => void = () => {}): InlineView => ({
  name: 'policy',
  async apply(client, events) {
    const manager = managerOn(source, client);
    for (const { project, environment, data } of events) {
      await manager.save(ProjectPolicyEntity, { project, environment, policy: data as object });
    }
    after();
  },
});

async function policyOf(environment: string): Promise<unknown> {
  return (await source.getRepository(ProjectPolicyEntity).findOneBy({ project: 'shop', environment }))?.policy;
}

function change(environment: string, project = 'shop') {
  const event: NewEvent = {
    id: newEventId(), type: 'PolicyChanged', schema: 1, family: 'intent', project, environment, actor: { kind: 'user', id: 'demo' },
    correlationId: project, causationId: null, traceparent: null, data: { namespace: environment },
  };
  return [{ stream: `policy-${environment}`, expected: 0, events: [event] }];
}

describe('an entity manager on the client of an append', () => {
  it('commits the row with the event', async () => {
    const store = new PostgresEventStore({ pool: ledger.pool, inlineViews: [policyView()] });
    await store.append(change('one'));
    expect([(await store.read('policy-one')).length, await policyOf('one')]).toEqual([1, { namespace: 'one' }]);
  });

  it('stores neither the row nor the event if the append is refused afterwards', async () => {
    const store = new PostgresEventStore({
      pool: ledger.pool,
      inlineViews: [policyView(() => {
        throw new InlineConflict('policy', 'refused by the test');
      })],
    });
    await expect(store.append(change('two'))).rejects.toBeInstanceOf(InlineConflict);
    expect([(await store.read('policy-two')).length, await policyOf('two')]).toEqual([0, undefined]);
  });

  it('stores neither if the row is refused, and rejects with the error of Postgres', async () => {
    const store = new PostgresEventStore({ pool: ledger.pool, inlineViews: [policyView()] });
    await expect(store.append(change('three', 'nowhere'))).rejects.toMatchObject({ code: '23503', table: 'project_policy' });
    expect([(await store.read('policy-three')).length, await policyOf('three')]).toEqual([0, undefined]);
  });

  it('starts no transaction, which would end that of the append', async () => {
    const view: InlineView = { name: 'nested', apply: (client) => managerOn(source, client).transaction(async () => undefined) };
    const store = new PostgresEventStore({ pool: ledger.pool, inlineViews: [view] });
    await expect(store.append(change('four'))).rejects.toThrow('this entity manager uses the transaction of an append');
    expect(await store.read('policy-four')).toEqual([]);
  });
});
