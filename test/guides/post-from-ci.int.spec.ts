import { createLedger, bootstrap, type Ledger } from '@alloy/ledger';
import { type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { startTestIngest, sha256, type TestIngest } from '../../apps/ingest/src/testing/test-ingest';
import { playRelease } from '../../apps/ingest/src/testing/play-release';
import { readFrames } from '../../apps/ingest/src/testing/some-events';
import { eventually } from '../support/eventually';
import { commandsOf, runCommands } from '../support/guide';

const TOKEN = 'the-token-of-whoever-reads-the-guide';

let ingest: TestIngest;
let owner: Ledger;
let relay: Relay;
beforeAll(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'demo', project: 'shop', tokenSha256: sha256(TOKEN), tokenScope: 'operate' });
  owner = createLedger({ databaseUrl: ingest.database.url, name: 'test' });
  relay = runningRelay(owner.pool);
});
afterAll(async () => {
  await relay?.stop();
  await owner?.close();
  await ingest?.close();
});

/** Runs the commands under a heading after those at the top of the guide. */
const run = (guide: string, heading: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
  runCommands([...commandsOf(guide, ''), ...commandsOf(guide, heading)].join('\n'), {
    ALLOY: `http://127.0.0.1:${ingest.port}`,
    TOKEN,
    BUILD: 'abc123',
    ...more,
  });

it('post from CI: sends each request twice and creates one release, by webhook and by JSON, and rolls back', async () => {
  const first = JSON.parse(await run('post-from-ci', 'The webhook')) as { release_id: string; status_url: string };
  expect(JSON.parse(await run('post-from-ci', 'The webhook'))).toEqual(first);
  expect((await playRelease(ingest, first.release_id)).status).toBe('promoted');

  const second = JSON.parse(await run('post-from-ci', 'As JSON')) as { id: string };
  expect(JSON.parse(await run('post-from-ci', 'As JSON'))).toEqual(second);
  expect((await playRelease(ingest, second.id)).status).toBe('promoted');

  const list = JSON.parse(await run('post-from-ci', 'The outcome')) as { items: { id: string; status: string }[] };
  expect(list.items).toMatchObject([
    { id: second.id, status: 'promoted', imageTag: 'v2' },
    { id: first.release_id, status: 'promoted', imageTag: 'v1' },
  ]);

  expect(JSON.parse(await run('post-from-ci', 'Retry or roll back'))).toMatchObject({
    status: 'requested', rollbackOf: first.release_id, imageTag: 'v1',
  });
});

it('read the event log: reads the event log page by page and live', async () => {
  const end = await eventually(async () => {
    const { rows } = await owner.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM event');
    expect(await owner.store.lastSeq()).toBe(rows[0]!.n);
    return rows[0]!.n;
  });
  expect(end).toBeGreaterThan(5);
  const pages = await runCommands(
    [...commandsOf('read-the-event-log', ''), commandsOf('read-the-event-log', 'Follow the log')[0]!].join('\n'),
    { ALLOY: `http://127.0.0.1:${ingest.port}`, TOKEN },
  );
  const lines = pages.trim().split('\n').map((line) => JSON.parse(line) as { cursor: string; type: string });
  expect(lines).toHaveLength(Math.min(end, 100));
  expect(lines[0]).toMatchObject({ type: 'ReleaseRequested' });
  let seconds = 1;
  await eventually(async () => {
    seconds *= 2;
    const live = await runCommands(
      [...commandsOf('read-the-event-log', ''), commandsOf('read-the-event-log', 'Follow the log')[1]!].join('\n'),
      { ALLOY: `http://127.0.0.1:${ingest.port}`, TOKEN, FOR: String(seconds), LAST: lines[0]!.cursor },
    );
    expect(readFrames(live).map(({ cursor }) => cursor)).toEqual(lines.slice(1).map(({ cursor }) => cursor));
  });
});
