import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster, SharedInformers, type Cluster } from '@alloy/cluster';
import { RELEASE_LABEL } from '@alloy/contracts';
import { bootstrap, createLedger, type Ledger, type ReleaseKey } from '@alloy/ledger';
import { startPlayground, type Playground } from '@alloy/playground';
import { given, happyUntil } from '@alloy/release/testing';
import { createDatabase, type TestDatabase } from '../../../../../test/support/database';
import { eventually } from '../../../../../test/support/eventually';
import { readWithSets } from './stable-reader';
import { StableWatch } from './stable-watch';

const NAMESPACE = 'shop';
const key: ReleaseKey = { releaseId: 'R2', project: 'shop', environment: 'production' };

describe('two watchers between releases, on one Postgres and the playground', () => {
  let home: string;
  let database: TestDatabase;
  let playground: Playground;
  let cluster: Cluster;
  const ledgers: Ledger[] = [];
  const informers: SharedInformers[] = [];
  const errors: unknown[] = [];
  const reads = { count: 0 };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'alloy-watcher-'));
    [database, playground] = await Promise.all([createDatabase(), startPlayground({ home })]);
    cluster = await connectCluster({ kubeconfig: playground.kubeconfigPath });
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, 'test');
    await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop', policy: { namespace: NAMESPACE } });
    const planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
    for (const { type, data, actor } of given(happyUntil()).log) {
      await planner.log.append(key, [{ type, data } as never], { expected: 'any', actor });
    }
    await planner.close();
  });
  afterAll(async () => {
    for (const one of informers) one.stop();
    await Promise.all(ledgers.map((ledger) => ledger.close()));
    await cluster?.close();
    await playground?.stop();
    await database?.drop();
    await rm(home, { recursive: true, force: true });
  });

  /** Each watcher has its own connections, and reads only once the other one reads too. */
  function watchers(clock: { readonly ms: number }): readonly StableWatch[] {
    let meet = (): void => {};
    const met = new Promise<void>((resolve) => (meet = resolve));
    return [1, 2].map(() => {
      const [ledger, shared] = [createLedger({ databaseUrl: database.roleUrl('alloy_watcher') }), new SharedInformers(cluster)];
      ledgers.push(ledger);
      informers.push(shared);
      return new StableWatch({
        stable: ledger.stable, log: ledger.log, informers: shared, isMine: () => true, now: () => clock.ms,
        onError: (_, error) => errors.push(error),
        read: async (namespace, workload) => {
          const found = await readWithSets(cluster, namespace, workload);
          if (++reads.count >= 2) meet();
          await met;
          return found;
        },
      });
    });
  }

  const changes = async (): Promise<readonly string[]> =>
    (await ledgers[0]!.log.load(key)).events.flatMap(({ type }) => (type.startsWith('Stable') ? [type] : []));

  it('record one change once that both find at the same time', async () => {
    const labels = { app: 'web', [RELEASE_LABEL]: 'R2' };
    await cluster.create({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: NAMESPACE },
      spec: {
        replicas: 1, selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'registry.example/shop:hotfix' }] } },
      },
    }, 'kubectl-create');
    const clock = { ms: 0 };
    const both = watchers(clock);
    const turn = (): Promise<unknown> => {
      clock.ms += 1_000;
      return Promise.all(both.map((watch) => watch.check()));
    };
    await turn();
    // Both watches show the Deployment, so that both watchers compare it in the same turn.
    await eventually(() => expect(informers.every((one) => one.deployment(NAMESPACE, 'web'))).toBe(true));
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(reads.count).toBeGreaterThanOrEqual(2);
    expect([await changes(), errors]).toEqual([['StableDrifted'], []]);
  });
});
