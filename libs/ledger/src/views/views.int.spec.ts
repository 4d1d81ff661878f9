import { Projector, type Relay } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import type { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { releaseUpcasters } from '@alloy/release';
import { createLedger, projectHistoryView, releaseStepView, releaseTimelineView, type Ledger, type ReleaseKey } from '../index';
import { readHistory, readSteps, readTimeline } from '../orm';
import { completed, planned, promoted, promoting, reason, requested, started } from '../testing/facts';

const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });

let database: TestDatabase;
let planner: Ledger;
let ingest: Ledger;
let relay: Relay;
let projector: Projector;
let source: DataSource;
const errors: unknown[] = [];
const views = [releaseStepView, releaseTimelineView, projectHistoryView];

beforeAll(async () => {
  database = await createDatabase();
  planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
  ingest = createLedger({ databaseUrl: database.roleUrl('alloy_ingest') });
  source = await ingest.orm.source();
  const onError = (error: unknown) => void errors.push(error);
  relay = aRelay({ pool: planner.pool, onError, pollMs: 10 });
  projector = new Projector({ pool: ingest.pool, upcasters: releaseUpcasters, views, onError, pollMs: 10 });
  relay.start();
  projector.start();
});
afterAll(async () => {
  await relay?.stop();
  await projector?.stop();
  await Promise.all([planner?.close(), ingest?.close()]);
  await database?.drop();
});

it('follow the log: a release\'s steps, its timeline, and its line in the project\'s history', async () => {
  const append = (id: string, ...events: Parameters<Ledger['log']['append']>[1]) =>
    planner.log.append(key(id), events, { expected: 'any', actor: { kind: 'service', id: 'planner' } });
  await append('01AAA', requested('v1'), planned(1), started(0, 3), completed(0, 3), started(1, 5), completed(1, 5), promoting, promoted);
  await append('01BBB', requested('v2'), planned(2), started(0, 3));
  await append('01BBB', {
    type: 'RollbackDecided',
    data: { attempt: 1, reason: { ...reason, code: 'crash_loop', text: 'web-1 crashes' }, to: null, replicas: 5 },
  });
  await append('01BBB', { type: 'ReleaseFailed', data: { reason: { ...reason, text: 'nothing to go back to' } } });
  await append('01CCC', requested('v3'));

  for (const view of views) expect(await projector.caughtUp(view, 60_000)).toBe(true);

  const history = await readHistory(source, { project: 'shop', environment: 'production', limit: 10 });
  expect(history.map(({ releaseId, status, strategy, imageTag }) => ({ releaseId, status, strategy, imageTag }))).toEqual([
    { releaseId: '01CCC', status: 'requested', strategy: null, imageTag: 'v3' },
    { releaseId: '01BBB', status: 'failed', strategy: 'rollout', imageTag: 'v2' },
    { releaseId: '01AAA', status: 'promoted', strategy: 'rollout', imageTag: 'v1' },
  ]);
  expect(history[1]).toMatchObject({
    reason: { text: 'nothing to go back to' },
    requestedBy: 'planner',
    plannedAt: expect.any(Date),
    endedAt: expect.any(Date),
  });
  const [, second] = history;
  expect(
    (await readHistory(source, { project: 'shop', environment: 'production', before: second!.seq, limit: 10 })).map(
      ({ releaseId }) => releaseId,
    ),
  ).toEqual(['01AAA']);
  expect(await readHistory(source, { project: 'shop', environment: 'staging', limit: 10 })).toEqual([]);

  expect((await readTimeline(source, '01AAA')).map(({ text }) => text)).toEqual([
    'Requested registry.example/shop/web:v1 (auto, commit abc123)',
    'Planned a rollout with 3 steps (because a test says so)',
    'Started step 1: apply the manifests',
    'Completed step 1: because a test says so',
    'Started step 2: promote to 5 stable pods',
    'Completed step 2: because a test says so',
    'Decided to promote: because a test says so',
    'Promoted: because a test says so',
  ]);
  expect(await readSteps(source, '01BBB')).toMatchObject([
    { step: 0, kind: 'apply', outcome: 'RollbackDecided', reason: { code: 'crash_loop' }, endedAt: expect.any(Date) },
    { step: -1, kind: 'rollback', weight: 0, outcome: 'ReleaseFailed', endedAt: expect.any(Date) },
  ]);
  expect(errors).toEqual([]);
});

it('have the same rows after a rebuild from the start', async () => {
  const before = await readTimeline(source, '01AAA');
  await projector.stop();
  const owner = createLedger({ databaseUrl: database.url });
  await owner.pool.query('TRUNCATE release_step, release_timeline, project_history; DELETE FROM projection_cursor');
  await owner.close();
  projector = new Projector({
    pool: ingest.pool, upcasters: releaseUpcasters, views,
    onError: (error) => void errors.push(error),
    pollMs: 10,
  });
  projector.start();
  await eventually(async () => expect(await readTimeline(source, '01AAA')).toEqual(before));
  await eventually(async () =>
    expect((await readHistory(source, { project: 'shop', environment: 'production', limit: 10 })).map(({ status }) => status)).toEqual([
      'requested', 'failed', 'promoted',
    ]),
  );
});
