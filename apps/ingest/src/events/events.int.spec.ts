import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createPool, PostgresEventStore, type EventStore, type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap } from '@alloy/ledger';
import type { Pool } from 'pg';
import { eventually } from '../../../../test/support/eventually';
import { startTestIngest, OTHER_TOKEN, sha256, TOKEN, type TestIngest } from '../testing/test-ingest';
import { readFrames, appendReasons } from '../testing/some-events';

const EVERYWHERE = 'a-token-for-every-project';
let ingest: TestIngest;
let pool: Pool;
let store: EventStore;
let relay: Relay;
beforeAll(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'root', project: '*', tokenSha256: sha256(EVERYWHERE), tokenScope: 'admin' });
  pool = createPool(ingest.database.url, { name: 'events-test', max: 3 });
  store = new PostgresEventStore({ pool });
  relay = runningRelay(pool);
});
afterAll(async () => {
  await relay?.stop();
  await pool?.end();
  await ingest?.close();
});

/** Waits until each event has its seq. */
const ordered = (count: number) => eventually(async () => expect(await store.lastSeq()).toBe(count));
let received = 0;
const say = async (project: string, ...reasons: readonly string[]): Promise<void> => {
  await appendReasons(store, project, ...reasons);
  await ordered((received += reasons.length));
};

const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
interface Stream {
  readonly status: number;
  readonly answer: IncomingMessage;
  reasons(): readonly string[];
  lastId(): string;
  close(): void;
}
const follow = (query = '', headers: Record<string, string> = {}, token = TOKEN): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const request = get(
      `http://127.0.0.1:${ingest.port}/api/v1/events${query}`,
      { agent, headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers } },
      (answer) => {
        let text = '';
        answer
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('error', () => undefined);
        const frames = () => readFrames(text);
        // After the first comment no event is missed.
        answer.once('data', () =>
          resolve({
            status: answer.statusCode!,
            answer,
            reasons: () => frames().map(({ reason }) => reason),
            lastId: () => frames().at(-1)!.cursor,
            close: () => request.destroy(),
          }),
        );
      },
    );
    request.on('error', reject);
  });

const page = async (query: string, token = TOKEN) => {
  const answer = await fetch(`http://127.0.0.1:${ingest.port}/api/v1/events${query}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  const lines = answer.ok
    ? text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { cursor: string; project: string; type: string; data: { reason: string } })
    : [];
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    link: answer.headers.get('link'),
    next: answer.headers.get('next-cursor'),
    lines,
    problem: answer.ok ? undefined : JSON.parse(text),
  };
};

describe('pages of events', () => {
  beforeAll(async () => {
    await say('shop', 'a', 'b', 'c');
    await say('theirs', 'secret');
  });

  it('are lines of JSON in the total order, each with its cursor', async () => {
    const first = await page('?project=shop&limit=2');
    expect(first).toMatchObject({
      status: 200,
      type: 'application/x-ndjson; charset=utf-8',
      lines: [{ project: 'shop', type: 'AbortRequested', data: { reason: 'a' } }, { data: { reason: 'b' } }],
    });
    expect(first.link).toBe(`</api/v1/events?project=shop&limit=2&after=${first.next}>; rel="next"`);
    const second = await page(`?project=shop&limit=2&after=${first.next}`);
    expect(second).toMatchObject({ lines: [{ data: { reason: 'c' } }], link: null });
    expect((await page(`?after=${second.next}`)).lines).toEqual([]);
    expect((await page(`?after=${first.lines[0]!.cursor}`)).lines.map(({ data }) => data.reason)).toEqual(['b', 'c']);
  });

  it('contain only the projects of the token', async () => {
    const mine = (await page('')).lines.map(({ project }) => project);
    expect(new Set(mine)).toEqual(new Set(['shop']));
    expect((await page('', OTHER_TOKEN)).lines.map(({ data }) => data.reason)).toEqual(['secret']);
    expect(new Set((await page('', EVERYWHERE)).lines.map(({ project }) => project))).toEqual(new Set(['shop', 'theirs']));
    expect(await page('?project=theirs')).toMatchObject({ status: 403, problem: { code: 'forbidden_project' } });
  });

  it('contain only the requested types', async () => {
    expect((await page('?type=AbortRequested,PauseRequested')).lines.length).toBeGreaterThan(0);
    expect((await page('?type=PauseRequested')).lines).toEqual([]);
    expect((await page('?release=01NOTHING')).lines).toEqual([]);
  });

  it('contain only the requested actor and times', async () => {
    const [first] = (await page('?limit=1')).lines as unknown as { occurredAt: string }[];
    expect((await page('?actor=demo')).lines.length).toBeGreaterThan(0);
    expect((await page('?actor=mallory')).lines).toEqual([]);
    expect((await page(`?since=${first!.occurredAt}`)).lines).toEqual((await page('')).lines);
    expect((await page('?since=2999-01-01T00:00:00%2B01:00')).lines).toEqual([]);
    expect((await page(`?until=${first!.occurredAt}`)).lines).toEqual([]);
    expect((await page('?raw=true')).lines).toEqual((await page('')).lines);
  });

  it.each([
    ['?after=x', '/after'],
    ['?limit=1001', '/limit'],
    ['?type=Nothing', '/type/0'],
    ['?projekt=shop', '/projekt'],
    ['?release=%2F', '/release'],
    ['?since=yesterday', '/since'],
    ['?since=0000-01-01T00:00:00Z', '/since'],
    ['?until=9999-12-31T23:59:59-23:59', '/until'],
    ['?raw=1', '/raw'],
  ])('refuse %s', async (query, pointer) => {
    expect(await page(query)).toMatchObject({ status: 422, problem: { pointer } });
  });
});

describe('the live feed', () => {
  it('sends new events, and after Last-Event-ID the missed ones, each once', async () => {
    const first = await follow('?project=shop');
    expect(first.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
    });
    await say('shop', '1', '2');
    await eventually(() => expect(first.reasons()).toEqual(['1', '2']));
    const last = first.lastId();
    first.close();
    await say('theirs', 'not mine');
    await say('shop', '3', '4');
    const second = await follow('?project=shop', { 'last-event-id': last });
    await say('shop', '5');
    await eventually(() => expect(second.reasons()).toEqual(['3', '4', '5']));
    second.close();
  });

  it('refuses a token that may not read, and an invalid cursor', async () => {
    const ask = async (query: string, headers: Record<string, string>) =>
      (await fetch(`http://127.0.0.1:${ingest.port}/api/v1/events${query}`, { headers: { accept: 'text/event-stream', ...headers } }))
        .status;
    expect(await ask('', {})).toBe(401);
    expect(await ask('?project=theirs', { authorization: `Bearer ${TOKEN}` })).toBe(403);
    expect(await ask('', { authorization: `Bearer ${TOKEN}`, 'last-event-id': 'x' })).toBe(422);
  });

  it('sends each event once, in order, to each of 1,000 followers on one ingest', async () => {
    const followers = await Promise.all(Array.from({ length: 1_000 }, () => follow()));
    expect(new Set(followers.map(({ status }) => status))).toEqual(new Set([200]));
    // Followers of the previous tests may still be connected.
    await eventually(async () => expect((await ingest.call('/metrics', { token: null })).text).toMatch(/alloy_event_followers 1000$/m));
    const reasons = Array.from({ length: 30 }, (_, n) => `n${n}`);
    for (const reason of reasons) await say('shop', reason);
    await eventually(() => followers.forEach((follower) => expect(follower.reasons()).toEqual(reasons)), { timeoutMs: 90_000 });

    // Half of them disconnect, miss some events, and reconnect at their position.
    const back = followers.slice(0, 500);
    const last = back[0]!.lastId();
    back.forEach((follower) => follower.close());
    await say('shop', 'missed');
    const again = await Promise.all(back.map(() => follow('', { 'last-event-id': last })));
    await say('shop', 'seen');
    await eventually(() => again.forEach((follower) => expect(follower.reasons()).toEqual(['missed', 'seen'])), { timeoutMs: 90_000 });
    [...followers, ...again].forEach((follower) => follower.close());
    await eventually(async () => expect((await ingest.call('/metrics', { token: null })).text).toMatch(/alloy_event_followers 0/), {
      timeoutMs: 90_000,
    });
  });

  it('disconnects a client that does not read, and buffers only little for it', async () => {
    const socket = connect(ingest.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nAccept: text/event-stream\r\n\r\n`);
    await eventually(async () => expect((await ingest.call('/metrics', { token: null })).text).toMatch(/alloy_event_followers 1/));
    socket.pause();
    const long = 'x'.repeat(20_000);
    const cutOff = async () => /alloy_event_followers 0/.test((await ingest.call('/metrics', { token: null })).text);
    for (let n = 0; n < 60 && !(await cutOff()); n += 1) await say('shop', ...Array.from({ length: 20 }, () => long));
    await eventually(async () => expect(await cutOff()).toBe(true));
    socket.destroy();
  });

  it('ends with the service without delaying it', async () => {
    const other = await startTestIngest();
    const answer = await fetch(`http://127.0.0.1:${other.port}/api/v1/events`, {
      headers: { authorization: `Bearer ${TOKEN}`, accept: 'text/event-stream' },
    });
    const ended = answer.text();
    await other.close();
    expect(await ended).toContain(':');
  });
});
