import { bootstrap, postgresRequestMarks, type Ledger } from '@alloy/ledger';
import type { Answer } from '../testing/answer';
import { base64, body, files, manifest } from '../testing/deploy-body';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';
import { LEDGER } from '../tokens';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
});
afterEach(() => ingest?.close());

const idOf = (answer: Answer): string => {
  expect(answer.status).toBe(202);
  return answer.json.release_id as string;
};
const requested = async () => (await ingest.asOwner(`SELECT stream FROM event WHERE type = 'ReleaseRequested'`)).length;
/** Moves the request and its release into the past. */
const age = async (seconds: number): Promise<void> => {
  await ingest.asOwner(`
    UPDATE request_mark SET claimed_at = claimed_at - interval '${seconds} seconds';
    ALTER TABLE event DISABLE TRIGGER USER;
    UPDATE event SET occurred_at = occurred_at - interval '${seconds} seconds';
    ALTER TABLE event ENABLE TRIGGER USER`);
};

it('answers a webhook that is repeated within a minute with the first response, and creates one release', async () => {
  const first = await ingest.deploy(body());
  await age(50);
  const again = await ingest.deploy(body());
  expect([again.status, again.text, again.type]).toEqual([first.status, first.text, first.type]);
  expect(await requested()).toBe(1);
});

it('creates a new release after a minute', async () => {
  const first = idOf(await ingest.deploy(body()));
  await age(61);
  const second = idOf(await ingest.deploy(body()));
  expect(second).not.toBe(first);
  expect(idOf(await ingest.deploy(body()))).toBe(second);
});

it('starts the minute with the release itself', async () => {
  const first = idOf(await ingest.deploy(body()));
  await ingest.asOwner(`UPDATE request_mark SET claimed_at = claimed_at - interval '61 seconds'`);
  expect(idOf(await ingest.deploy(body()))).toBe(first);
});

it('returns the same release in any state', async () => {
  const first = idOf(await ingest.deploy(body({ strategy: 'rollout' })));
  expect((await playRelease(ingest, first)).status).toBe('promoted');
  expect(idOf(await ingest.deploy(body({ strategy: 'rollout' })))).toBe(first);
});

it('creates one release for many concurrent webhooks', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ingest.deploy(body())));
  expect(new Set(answers.map(idOf)).size).toBe(1);
  expect(await requested()).toBe(1);
  expect(await ingest.asOwner('SELECT FROM artifact')).toHaveLength(1);
});

it('treats base64 with other line breaks as the same file', async () => {
  const first = idOf(await ingest.deploy(body()));
  const wrapped = Object.fromEntries(Object.entries(files()).map(([name, text]) => [name, text.replace(/(.{20})/g, '$1\n')]));
  expect(idOf(await ingest.deploy(body({ files: wrapped })))).toBe(first);
});

it.each<[string, Record<string, unknown>]>([
  ['tag', { image_tag: 'v2' }],
  ['commit', { commit_sha: 'def456' }],
  ['strategy', { strategy: 'rollout' }],
  ['Secret', { files: { ...files(), secret: base64(manifest.secret.replace('canary-bird', 'canary-cat')) } }],
  ['additional file', { files: { ...files(), more: base64('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n') } }],
])('creates another release for another %s', async (_what, change) => {
  const first = idOf(await ingest.deploy(body()));
  expect(idOf(await ingest.deploy(body(change)))).not.toBe(first);
  expect(await requested()).toBe(2);
});

it('creates another release for another token', async () => {
  await bootstrap({ databaseUrl: ingest.database.url, user: 'demo', project: 'shop', tokenSha256: sha256('a-second-token-of-demo') });
  const first = idOf(await ingest.deploy(body()));
  expect(idOf(await ingest.post('/api/webhook/deploy', body(), 'a-second-token-of-demo'))).not.toBe(first);
});

describe('after the commit', () => {
  /** Disconnects Postgres right after the next commit, and with `also` makes it unreachable for the following query. */
  const breakAfterCommit = (also: boolean): void => {
    const { log } = ingest.app.get<Ledger>(LEDGER);
    const broken = () => Promise.reject(Object.assign(new Error('connection terminated'), { code: 'ECONNRESET' }));
    const append = log.append.bind(log);
    jest.spyOn(log, 'append').mockImplementationOnce(async (...args) => {
      await append(...args);
      return broken();
    });
    if (also) jest.spyOn(log, 'load').mockImplementationOnce(broken);
  };

  it('answers with the release if the database is still reachable', async () => {
    breakAfterCommit(false);
    const id = idOf(await ingest.deploy(body()));
    expect((await ingest.ledger.log.load(id)).state.status).toBe('requested');
  });

  it('returns the same release after a 503 with Retry-After', async () => {
    breakAfterCommit(true);
    const failed = await fetch(`http://127.0.0.1:${ingest.port}/api/webhook/deploy`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token-that-is-long-enough', 'content-type': 'application/json' },
      body: JSON.stringify(body()),
    });
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[1-9]\d*$/)]);
    expect(await requested()).toBe(1);
    const id = idOf(await ingest.deploy(body()));
    expect(await requested()).toBe(1);
    expect(await ingest.asOwner(`SELECT FROM event WHERE stream = 'release-${id}'`)).toHaveLength(1);
  });
});

it('creates the refused release after the cause of the refusal is removed', async () => {
  await ingest.asOwner(`UPDATE project_policy SET environment = 'staging' WHERE project = 'shop'`);
  expect((await ingest.deploy(body())).status).toBe(422);
  await ingest.asOwner(`UPDATE project_policy SET environment = 'production' WHERE project = 'shop'`);
  idOf(await ingest.deploy(body()));
  expect(await requested()).toBe(1);
});

it('stores no plain digest of a request, which could reveal its Secrets', async () => {
  idOf(await ingest.deploy(body()));
  const [row] = await ingest.asOwner('SELECT * FROM request_mark');
  const texts = [manifest.secret, files().secret, JSON.stringify(body()), JSON.stringify(files())];
  for (const text of texts) expect(JSON.stringify(row)).not.toContain(sha256(text));
  expect(row!['mark']).toMatch(/^[0-9a-f]{64}$/);
});

it('removes old marks, except those that another call has locked', async () => {
  const { pool } = ingest.app.get<Ledger>(LEDGER);
  await postgresRequestMarks(pool).claim('old', '01OLD');
  await postgresRequestMarks(pool).claim('held', '01HELD');
  await ingest.asOwner(`UPDATE request_mark SET claimed_at = claimed_at - interval '2 hours'`);
  const other = await pool.connect();
  await other.query(`BEGIN; UPDATE request_mark SET release_id = release_id WHERE mark = 'held'`);
  expect(await postgresRequestMarks(pool).claim('new', '01NEW')).toBe('01NEW');
  await other.query('COMMIT');
  other.release();
  expect((await ingest.asOwner('SELECT mark FROM request_mark ORDER BY mark')).map(({ mark }) => mark)).toEqual(['held', 'new']);
});
