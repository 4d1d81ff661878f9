import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, OTHER_TOKEN, sha256, TOKEN, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
});
afterEach(() => ingest?.close());

const deploy = (key: string, content: unknown = body(), token = TOKEN): Promise<Answer> =>
  ingest.call('/api/webhook/deploy', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(content),
  });
const promoted = async (tag: string): Promise<string> => {
  const { json } = await deploy(`release-${tag}`, body({ image_tag: tag, strategy: 'rollout' }));
  expect((await playRelease(ingest, json.release_id)).status).toBe('promoted');
  return json.release_id as string;
};
const post = (path: string, key: string, content: unknown = {}): Promise<Answer> =>
  ingest.call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(content),
  });
const requested = async () => (await ingest.asOwner(`SELECT stream FROM event WHERE type = 'ReleaseRequested'`)).length;

/** The state after a process was killed between the append and the record of its response. */
const killed = () =>
  ingest.asOwner(`UPDATE idempotency_key SET status = NULL, body = NULL, claimed_until = clock_timestamp() - interval '1 second'`);

it('repeats the first status and body, byte for byte, and creates one release', async () => {
  const first = await deploy('build-1');
  expect(first.status).toBe(202);
  const again = await deploy('build-1');
  expect([again.status, again.text, again.type]).toEqual([first.status, first.text, first.type]);
  expect(await requested()).toBe(1);
});

it('creates another release for another key, and without a key', async () => {
  const found = [await deploy('build-1'), await deploy('build-2'), await ingest.deploy(body())].map(({ json }) => json.release_id);
  expect(new Set(found).size).toBe(3);
  expect(found.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
});

it('refuses another body with the same key', async () => {
  await deploy('build-1');
  expect(await deploy('build-1', body({ image_tag: 'v2' }))).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
  expect(await requested()).toBe(1);
});

it('creates one release for many concurrent requests, and answers early repetitions with Retry-After', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => deploy('build-1')));
  expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0);
  for (const { status, json } of answers)
    expect([{ status, code: json.code }]).toContainEqual(
      status === 202 ? { status: 202, code: undefined } : { status: 409, code: 'in_flight' },
    );
  expect((await deploy('build-1')).status).toBe(202);
  expect(await requested()).toBe(1);
});

it('answers with Retry-After while the first request is in progress', async () => {
  await deploy('build-1');
  await ingest.asOwner(`UPDATE idempotency_key SET status = NULL, body = NULL, claimed_until = clock_timestamp() + interval '1 minute'`);
  const answer = await fetch(`http://127.0.0.1:${ingest.port}/api/webhook/deploy`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'idempotency-key': 'build-1' },
    body: JSON.stringify(body()),
  });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '1']);
  expect(await answer.json()).toMatchObject({ code: 'in_flight' });
});

it('finds the release of a process that was killed before it stored its response', async () => {
  const first = await deploy('build-1');
  await killed();
  const again = await deploy('build-1');
  expect([again.status, again.text]).toEqual([first.status, first.text]);
  expect(await requested()).toBe(1);
});

it('carries out the request of a process that was killed before the append', async () => {
  await ingest.asOwner(
    `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '57P01'; END $$;
     CREATE TRIGGER no BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no()`,
  );
  expect((await deploy('build-1')).status).toBe(503);
  expect(await requested()).toBe(0);
  await ingest.asOwner('DROP TRIGGER no ON event');
  const again = await deploy('build-1');
  expect(again.status).toBe(202);
  expect((await deploy('build-1')).text).toBe(again.text);
  expect(await requested()).toBe(1);
});

it('stores nothing of a refusal', async () => {
  expect((await deploy('build-1', body({ image_tag: 'latest' }))).status).toBe(422);
  expect((await deploy('build-1')).status).toBe(202);
});

it('is separate for each account', async () => {
  await bootstrap({ databaseUrl: ingest.database.url, user: 'ann', project: 'shop', tokenSha256: sha256('the-token-of-ann-herself') });
  const [mine, hers] = [await deploy('build-1'), await deploy('build-1', body({ user_id: 'ann' }), 'the-token-of-ann-herself')];
  expect([mine.status, hers.status]).toEqual([202, 202]);
  expect(mine.json.release_id).not.toBe(hers.json.release_id);
  expect((await deploy('build-1', body(), OTHER_TOKEN)).status).toBe(403);
});

it('forgets a key after a day', async () => {
  const first = await deploy('build-1');
  await ingest.asOwner(`UPDATE idempotency_key SET created_at = created_at - interval '25 hours'`);
  expect((await deploy('build-1')).json.release_id).not.toBe(first.json.release_id);
});

it.each(['', 'two words', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
  expect(await deploy(key)).toMatchObject({ status: 400, json: { code: 'bad_idempotency_key' } });
});

it('applies to intents for a release: they are appended once, also across a crash', async () => {
  const { json } = await deploy('build-1');
  const abort = () => post(`/api/v1/releases/${json.release_id}/abort`, 'stop-1', { reason: 'wrong' });
  const first = await abort();
  expect(first.status).toBe(202);
  expect((await abort()).text).toBe(first.text);
  await killed();
  expect((await abort()).text).toBe(first.text);
  await killed();
  expect((await playRelease(ingest, json.release_id)).status).toBe('aborted');
  expect((await abort()).text).toBe(first.text);
  expect(await ingest.asOwner(`SELECT FROM event WHERE type = 'AbortRequested'`)).toHaveLength(1);
  expect((await post(`/api/v1/releases/${json.release_id}/pause`, 'stop-1', { reason: 'wrong' })).json.code).toBe('idempotency_key_reused');
});

it('applies to retries and rollbacks', async () => {
  const [v1] = [await promoted('v1'), await promoted('v2')];
  for (const path of [`/api/v1/releases/${v1}/retry`, '/api/v1/projects/shop/rollback']) {
    const first = await post(path, `again${path}`);
    expect(first.status).toBe(202);
    await killed();
    expect((await post(path, `again${path}`)).text).toBe(first.text);
    expect((await post(path, `again${path}`)).text).toBe(first.text);
  }
  expect(await requested()).toBe(4);
});
