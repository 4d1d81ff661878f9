import type { ReleaseEvent, RunningTemplate } from '@alloy/release';
import { createDatabase, type TestDatabase } from '../../../../../test/support/database';
import { createLedger, type Ledger } from '../../create-ledger';
import type { ReleaseKey } from '../../ports';
import { planned, promoted, promoting, reason, requested } from '../../testing/facts';

let database: TestDatabase;
let planner: Ledger;
let watcher: Ledger;
beforeAll(async () => {
  database = await createDatabase();
  planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
  // The role of the watcher must be sufficient.
  watcher = createLedger({ databaseUrl: database.roleUrl('alloy_watcher') });
});
afterAll(async () => {
  await Promise.all([planner?.close(), watcher?.close()]);
  await database?.drop();
});

const place = { project: 'idle', environment: 'production' };
const release = (releaseId: string): ReleaseKey => ({ releaseId, ...place });
const record = (key: ReleaseKey, ...events: readonly ReleaseEvent[]) =>
  planner.log.append(key, events, { expected: 'any', actor: { kind: 'service', id: 'planner' } });
const template = (revision: number): RunningTemplate => ({ uid: 'u', revision: String(revision), replicaSet: `web-${revision}` });
const ready = (step: number, revision: number): ReleaseEvent => ({
  type: 'WorkloadBecameReady',
  data: { step, attempt: 1, decision: 2, track: 'stable', generation: 1, desired: 1, ready: 1, template: template(revision) },
});
const drifted: ReleaseEvent = {
  type: 'StableDrifted', data: { stable: 'v1', live: null, manager: null, changedAt: null, template: null },
};
const idle = async () => (await watcher.stable.idle()).filter(({ project }) => project === place.project);

it('lists the stable version with its templates and its last recorded change only while no release runs or is stuck', async () => {
  const [v1, v2] = [release('01IDLE1'), release('01IDLE2')];
  await record(v1, requested('v1'));
  await record(v1, planned(1), promoting, ready(2, 3));
  expect(await idle()).toEqual([]);
  await record(v1, promoted);
  const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
  const stable = { ...place, recordedBy: '01IDLE1', releaseId: '01IDLE1', image: 'registry.example/shop/web', imageTag: 'v1', target };
  expect(await idle()).toEqual([{ ...stable, version: 5, templates: [template(3)], drift: null, drifts: 0 }]);
  expect(await watcher.stable.drift('idle', 'production')).toBeNull();

  await record(v1, drifted);
  expect(await watcher.stable.idle(place)).toMatchObject([{ version: 6, drift: { live: null, at: expect.any(String) }, drifts: 1 }]);
  expect(await watcher.stable.drift('idle', 'production')).toMatchObject({ stable: 'v1', template: null });
  await record(v1, { type: 'StableRestored', data: { stable: 'v1', manager: null, template: template(4) } });
  expect(await idle()).toMatchObject([{ version: 7, drift: null, drifts: 1 }]);
  expect(await watcher.stable.drift('idle', 'production')).toBeNull();

  await record(v2, requested('v2'));
  expect(await idle()).toEqual([]);
  await record(v2, planned(2));
  await record(v2, { type: 'RollbackDecided', data: { attempt: 1, reason, to: null, replicas: 1 } });
  await record(v2, { type: 'ReleaseStuck', data: { reason } });
  expect(await idle()).toEqual([]);
  await record(v2, ready(-1, 6), { type: 'ReleaseRolledBack', data: { reason } });
  expect(await idle()).toMatchObject([{ recordedBy: '01IDLE1', templates: [template(3), template(6)] }]);
});

it('lists a version that a release adopted in the stream of that release', async () => {
  const key = release('01IDLE3');
  const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
  const stable = { releaseId: null, artifact: 'a', image: 'shop', imageTag: 'v0' };
  await record(key, requested('v3'));
  await record(key, { type: 'StableAdopted', data: { stable, target } }, planned(3));
  await record(key, { type: 'RollbackDecided', data: { attempt: 1, reason, to: null, replicas: 1 } }, ready(-1, 9));
  await record(key, { type: 'ReleaseRolledBack', data: { reason } });
  expect(await idle()).toMatchObject([{ recordedBy: '01IDLE3', releaseId: null, imageTag: 'v0', templates: [template(9)] }]);
});
