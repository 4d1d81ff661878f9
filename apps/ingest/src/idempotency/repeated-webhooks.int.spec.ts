import { bootstrap, postgresRequestMarks, type Ledger } from '@alloy/ledger';
import type { Answer } from '../testing/answer';
import { base64, body, files, manifest } from '../testing/deploy-body';
import { openDoor, sha256, type Door } from '../testing/door';
import { playRelease } from '../testing/play-release';
import { LEDGER } from '../tokens';

let door: Door;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(() => door?.close());

const idOf = (answer: Answer): string => {
  expect(answer.status).toBe(202);
  return answer.json.release_id as string;
};
const requested = async () => (await door.asOwner(`SELECT stream FROM event WHERE type = 'ReleaseRequested'`)).length;
/** As if so many seconds had passed since the request and its release. */
const age = async (seconds: number): Promise<void> => {
  await door.asOwner(`
    UPDATE request_mark SET claimed_at = claimed_at - interval '${seconds} seconds';
    ALTER TABLE event DISABLE TRIGGER USER; UPDATE event SET occurred_at = occurred_at - interval '${seconds} seconds'; ALTER TABLE event ENABLE TRIGGER USER`);
};

it('gives a webhook that is repeated within a minute the first answer, and makes one release', async () => {
  const first = await door.deploy(body());
  await age(50);
  const again = await door.deploy(body());
  expect([again.status, again.text, again.type]).toEqual([first.status, first.text, first.type]);
  expect(await requested()).toBe(1);
});

it('makes a new release after a minute', async () => {
  const first = idOf(await door.deploy(body()));
  await age(61);
  const second = idOf(await door.deploy(body()));
  expect(second).not.toBe(first);
  expect(idOf(await door.deploy(body()))).toBe(second);
});

it('takes the release itself for the beginning of the minute', async () => {
  const first = idOf(await door.deploy(body()));
  await door.asOwner(`UPDATE request_mark SET claimed_at = claimed_at - interval '61 seconds'`);
  expect(idOf(await door.deploy(body()))).toBe(first);
});

it('gives the same release however it stands by then', async () => {
  const first = idOf(await door.deploy(body({ strategy: 'rollout' })));
  expect((await playRelease(door, first)).status).toBe('promoted');
  expect(idOf(await door.deploy(body({ strategy: 'rollout' })))).toBe(first);
});

it('makes one release of many webhooks at once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => door.deploy(body())));
  expect(new Set(answers.map(idOf)).size).toBe(1);
  expect(await requested()).toBe(1);
  expect(await door.asOwner('SELECT FROM artifact')).toHaveLength(1);
});

it('takes another wrapping of base64 for the same file', async () => {
  const first = idOf(await door.deploy(body()));
  const wrapped = Object.fromEntries(Object.entries(files()).map(([name, text]) => [name, text.replace(/(.{20})/g, '$1\n')]));
  expect(idOf(await door.deploy(body({ files: wrapped })))).toBe(first);
});

it.each<[string, Record<string, unknown>]>([
  ['tag', { image_tag: 'v2' }], ['commit', { commit_sha: 'def456' }], ['strategy', { strategy: 'rollout' }], ['Secret', { files: { ...files(), secret: base64(manifest.secret.replace('canary-bird', 'canary-cat')) } }],
  ['further file', { files: { ...files(), more: base64('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n') } }],
])('makes another release of another %s', async (_what, change) => {
  const first = idOf(await door.deploy(body()));
  expect(idOf(await door.deploy(body(change)))).not.toBe(first);
  expect(await requested()).toBe(2);
});

it('makes another release of another token', async () => {
  await bootstrap({ databaseUrl: door.database.url, user: 'demo', project: 'shop', tokenSha256: sha256('a-second-token-of-demo') });
  const first = idOf(await door.deploy(body()));
  expect(idOf(await door.post('/api/webhook/deploy', body(), 'a-second-token-of-demo'))).not.toBe(first);
});

describe('after the commit', () => {
  /** Postgres breaks away right after the next commit, and, where `also`, is not there to be asked for what was committed. */
  const breakAfterCommit = (also: boolean): void => {
    const { log } = door.app.get<Ledger>(LEDGER);
    const broken = () => Promise.reject(Object.assign(new Error('connection terminated'), { code: 'ECONNRESET' }));
    const append = log.append.bind(log);
    jest.spyOn(log, 'append').mockImplementationOnce(async (...args) => {
      await append(...args);
      return broken();
    });
    if (also) jest.spyOn(log, 'load').mockImplementationOnce(broken);
  };

  it('a failure that leaves the database reachable is answered with the release', async () => {
    breakAfterCommit(false);
    const id = idOf(await door.deploy(body()));
    expect((await door.ledger.log.load(id)).state.status).toBe('requested');
  });

  it('503 with Retry-After is followed by the same release', async () => {
    breakAfterCommit(true);
    const failed = await fetch(`http://127.0.0.1:${door.port}/api/webhook/deploy`, { method: 'POST', headers: { authorization: 'Bearer test-token-that-is-long-enough', 'content-type': 'application/json' }, body: JSON.stringify(body()) });
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[1-9]\d*$/)]);
    expect(await requested()).toBe(1);
    const id = idOf(await door.deploy(body()));
    expect(await requested()).toBe(1);
    expect(await door.asOwner(`SELECT FROM event WHERE stream = 'release-${id}'`)).toHaveLength(1);
  });
});

it('makes the release that a refusal has not made, once the cause is gone', async () => {
  await door.asOwner(`UPDATE project_policy SET environment = 'staging' WHERE project = 'shop'`);
  expect((await door.deploy(body())).status).toBe(422);
  await door.asOwner(`UPDATE project_policy SET environment = 'production' WHERE project = 'shop'`);
  idOf(await door.deploy(body()));
  expect(await requested()).toBe(1);
});

it('keeps of a request only what no digest of its Secrets can be compared with', async () => {
  idOf(await door.deploy(body()));
  const [row] = await door.asOwner('SELECT * FROM request_mark');
  const texts = [manifest.secret, files().secret, JSON.stringify(body()), JSON.stringify(files())];
  for (const text of texts) expect(JSON.stringify(row)).not.toContain(sha256(text));
  expect(row!['mark']).toMatch(/^[0-9a-f]{64}$/);
});

it('removes old marks, and none that another call holds', async () => {
  const { pool } = door.app.get<Ledger>(LEDGER);
  await postgresRequestMarks(pool).claim('old', '01OLD');
  await postgresRequestMarks(pool).claim('held', '01HELD');
  await door.asOwner(`UPDATE request_mark SET claimed_at = claimed_at - interval '2 hours'`);
  const other = await pool.connect();
  await other.query(`BEGIN; UPDATE request_mark SET release_id = release_id WHERE mark = 'held'`);
  expect(await postgresRequestMarks(pool).claim('new', '01NEW')).toBe('01NEW');
  await other.query('COMMIT');
  other.release();
  expect((await door.asOwner('SELECT mark FROM request_mark ORDER BY mark')).map(({ mark }) => mark)).toEqual(['held', 'new']);
});
