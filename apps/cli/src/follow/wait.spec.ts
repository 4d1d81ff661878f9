import { given, happyUntil } from '@alloy/release/testing';
import type { Release } from '../api/shapes';
import { alloy } from '../testing/alloy';
import { feed, problem, type Routes } from '../testing/fake-api';
import { canary, ID, release } from '../testing/releases';
import type { FakeOptions } from '../testing/fake-io';

const ended = (status: Release['status']) =>
  canary({
    status, step: null, version: 12,
    reason: { code: 'error_rate', rule: 'r', text: 'so it came', evidence: {} },
    times: { ...release().times, plannedAt: null, endedAt: '2026-01-01T00:01:00.000Z' },
  });
const event = (version: number, type: string, data: object) => ({
  id: `e${version}`,
  type,
  schema: 1,
  family: 'decision',
  project: 'shop',
  environment: 'production',
  actor: { kind: 'service', id: 'planner' },
  stream: `release-${ID}`,
  version,
  occurredAt: '2026-01-01T00:00:30.000Z',
  data,
});

/** A clock that advances only by sleeping. */
const virtual = (): FakeOptions => {
  let time = Date.UTC(2026, 0, 1);
  return {
    now: () => time,
    sleep: (ms, signal) => new Promise((resolve, reject) => {
      setImmediate(() => {
        if (signal.aborted) return reject(signal.reason);
        time += ms;
        resolve();
      });
    }),
  };
};
/** Sleeps until interrupted, so that only the server's feed resumes. */
const asleep: FakeOptions = {
  sleep: (_ms, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
};

/** A server whose release takes these states one after the other, the last one for ever; its log does not change. */
const server = (states: readonly (Release | (() => Response))[], more: Routes = {}): Routes => {
  let i = 0;
  return {
    [`GET /api/v1/releases/${ID}`]: () => {
      const state = states[Math.min(i++, states.length - 1)]!;
      return typeof state === 'function' ? state() : state;
    },
    [`GET /api/v1/releases/${ID}/events`]: ({ query }) => ({
      items:
        Number(query['cursor']) < 12 && i > 1
          ? [event(12, 'ReleaseRolledBack', { reason: { code: 'error_rate', rule: 'r', text: 'so it came', evidence: {} } })]
          : [],
      nextCursor: null,
    }),
    'GET /api/v1/events': (asked) =>
      asked.headers.get('accept') === 'text/event-stream' ? feed(asked) : new Response('', { headers: { 'next-cursor': 'c1' } }),
    ...more,
  };
};
const wait = (routes: Routes, options: FakeOptions, ...argv: string[]) => alloy(['status', ID, '--wait', ...argv], routes, options);
/** The log of a promoted canary. */
const stageLog: Routes = {
  [`GET /api/v1/releases/${ID}/events`]: ({ query }) => ({
    items:
      Number(query['cursor']) > 0
        ? []
        : given(happyUntil()).log.map((event) => ({ ...event, stream: `release-${ID}`, project: 'shop', environment: 'production' })),
    nextCursor: null,
  }),
};
/** A terminal that cannot redraw. */
const DUMB = { isTTY: true, env: { TERM: 'dumb' } };

describe('a wait', () => {
  it.each([
    ['promoted', 0],
    ['rolledBack', 3],
    ['failed', 3],
    ['stuck', 3],
    ['rejected', 6],
    ['superseded', 6],
    ['aborted', 6],
  ] as const)('for a release that is %s ends with %i', async (status, code) => {
    expect(await wait(server([canary(), ended(status)]), virtual())).toMatchObject({
      code,
      out: expect.stringContaining(`is ${status}: so it came [error_rate]\n`),
    });
  });

  it('ends with 5 when the release is paused', async () => {
    expect(await wait(server([canary(), ended('paused')]), virtual())).toMatchObject({
      code: 5,
      out: expect.stringContaining('is paused: so it came'),
    });
  });

  it('continues while a pending intent will end the pause', async () => {
    const asked = (...unanswered: string[]): Release => ({ ...ended('paused'), unanswered });
    expect(await wait(server([asked('resume', 'abort'), asked('abort'), ended('rolledBack')]), virtual())).toMatchObject({ code: 3 });
    expect(await wait(server([asked('pause'), ended('paused')]), virtual())).toMatchObject({ code: 5 });
    expect(await alloy(['status', ID], server([asked('resume')]))).toMatchObject({ code: 0, out: expect.stringContaining('is paused') });
  });

  it('ends with 4 at its time limit', async () => {
    const { code, err, asked } = await wait(server([canary()]), virtual(), '--timeout', '40s');
    expect({ code, err }).toEqual({
      code: 4,
      err: `alloy: release ${ID} is still releasing after 40 s; it continues without this command\n`,
    });
    // Without a feed the release is still read after 15, 30 and 40 seconds.
    expect(asked.filter(({ path }) => path === `/api/v1/releases/${ID}`).length).toBeLessThanOrEqual(5);
  });

  it('is implied by --timeout and --summary', async () => {
    expect(await alloy(['status', ID, '--timeout', '10s'], server([canary()]), virtual())).toMatchObject({ code: 4 });
    const posted = {
      'POST /api/v1/releases': () => ({ id: ID, project: 'shop', environment: 'production', imageTag: 'v2', status: 'requested' }),
    };
    expect(
      await alloy(
        ['deploy', '-f', '-', '--image-tag', 'v2', '--commit', 'a', '--summary', '/dev/null'],
        server([canary(), ended('rolledBack')], posted),
        { ...virtual(), stdin: 'a: 1' },
      ),
    ).toMatchObject({ code: 3 });
  });

  it('does not redraw on a terminal that cannot', async () => {
    const { out } = await wait(server([canary(), ended('promoted')]), { ...virtual(), ...DUMB });
    expect(out).toMatch(/^rolled back\n/);
    expect(out).not.toContain('\u001b');
  });

  it('prints progress lines, on stderr if stdout has a format for programs', async () => {
    const plain = await wait(server([canary(), ended('rolledBack')]), virtual());
    expect(plain.out).toMatch(/^rolled back\nrelease /);
    const json = await wait(server([canary(), ended('rolledBack')]), virtual(), '-o', 'json');
    expect(json.err).toBe('rolled back\n');
    expect(JSON.parse(json.out)).toMatchObject({ id: ID, status: 'rolledBack' });
  });

  it.each([['a pipeline', {}], ['a terminal', { isTTY: true }]])('prints a line for each event with --verbose in %s', async (_name, io) => {
    const { out } = await wait(server([canary(), ended('rolledBack')]), { ...virtual(), ...io, env: { NO_COLOR: '1' } }, '--verbose');
    expect(out).toMatch(/^2026-01-01T00:00:30\.000Z {2}01K9\S+ {2}v12 {3}planner +ReleaseRolledBack .*so it came/);
  });

  it('folds by stage in a log of GitHub Actions', async () => {
    const { out } = await wait(server([canary(), ended('rolledBack')], stageLog), { ...virtual(), env: { GITHUB_ACTIONS: 'true' } });
    expect(out).toMatch(/::group::canary 17 %\ncanary 17 %: 1 of 1 pods ready\n::endgroup::\n17 % passed/);
  });

  it('resumes on events of the live feed, which starts at the end of the log', async () => {
    let say: (text: string) => void = () => {};
    // One read follows the start of the feed; only an event causes the third.
    let looks = 0;
    const routes = server([], {
      [`GET /api/v1/releases/${ID}`]: () => {
        looks += 1;
        if (looks === 2)
          setImmediate(() => say(`id: c2\ndata: ${JSON.stringify({ ...event(12, 'ReleasePromoted', {}), cursor: 'c2' })}\n\n`));
        return looks < 3 ? canary() : ended('promoted');
      },
      'GET /api/v1/events': (asked) =>
        asked.headers.get('accept') === 'text/event-stream'
          ? feed(asked, (speak) => void (say = speak))
          : new Response('', { headers: { 'next-cursor': 'c1' } }),
    });
    const { code, asked } = await wait(routes, asleep, '-o', 'name');
    expect({ code, looks }).toEqual({ code: 0, looks: 3 });
    expect(asked.find(({ headers }) => headers.get('accept') === 'text/event-stream')).toMatchObject({
      query: { release: ID, after: 'c1' },
    });
  });

  it('polls if there is no feed', async () => {
    const none = { 'GET /api/v1/events': () => problem(403, 'forbidden', 'No feed for you.') };
    const { code, err } = await wait(server([canary(), canary(), canary(), ended('promoted')], none), virtual(), '-o', 'name');
    expect({ code, err: err.split('\n')[0] }).toEqual({ code: 0, err: 'no live feed, polling every 2 s: No feed for you. [forbidden]' });
  });

  const away = (): Response => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) });
  };

  it('survives a short outage of Alloy, but not a long one, nor a server that never answered', async () => {
    expect(
      await wait(
        server([canary(), away, () => problem(503, 'unavailable', 'Not yet.'), () => new Response('', { status: 502 }), ended('promoted')]),
        virtual(),
      ),
    ).toMatchObject({
      code: 0,
      err: 'retrying: no Alloy answers at https://alloy.test: connect ECONNREFUSED\nAlloy answers again\n',
    });
    expect(await wait(server([canary(), away]), virtual())).toMatchObject({ code: 1, err: expect.stringMatching(/no Alloy answers/) });
    expect(await wait(server([away]), virtual())).toMatchObject({ code: 1, err: expect.stringMatching(/^alloy: no Alloy answers at/) });
  });

  it('respects Retry-After', async () => {
    const times: number[] = [];
    const clock = virtual();
    const busy = (): Response => (
      times.push(clock.now!()),
      new Response(JSON.stringify({ code: 'too_many_requests', detail: 'Too many.' }), { status: 429, headers: { 'retry-after': '40' } })
    );
    const { code } = await wait(server([canary(), busy, () => (times.push(clock.now!()), Response.json(ended('promoted')))]), clock);
    expect({ code, waited: times[1]! - times[0]! >= 40_000 }).toEqual({ code: 0, waited: true });
  });

  it('for a release that was just accepted survives an immediate outage', async () => {
    const posted = {
      'POST /api/v1/releases': () => ({ id: ID, project: 'shop', environment: 'production', imageTag: 'v2', status: 'requested' }),
    };
    const deploy = (...states: (Release | (() => Response))[]) =>
      alloy(['deploy', '-f', '-', '--image-tag', 'v2', '--commit', 'a', '--timeout', '40s'], server(states, posted), {
        ...virtual(),
        stdin: 'a: 1',
      });
    expect(await deploy(away, away, ended('promoted'))).toMatchObject({ code: 0 });
    expect(await deploy(away)).toMatchObject({ code: 4, err: expect.stringContaining('is still unreachable after 40 s') });
  });

  it('opens its feed once Alloy answers', async () => {
    let asked = 0;
    const away503 = (): Response => problem(503, 'unavailable', 'Not yet.');
    const routes = server([canary(), canary(), canary(), canary(), ended('promoted')], {
      'GET /api/v1/events': (request) =>
        ++asked < 3
          ? away503()
          : request.headers.get('accept') === 'text/event-stream'
            ? feed(request)
            : new Response('', { headers: { 'next-cursor': 'c1' } }),
    });
    const { code, err } = await wait(routes, virtual(), '-o', 'name');
    expect({ code, output: err.includes('no live feed') }).toEqual({ code: 0, output: false });
  });

  it('ends if the release is unknown', async () => {
    expect(
      await wait({ [`GET /api/v1/releases/${ID}`]: () => problem(404, 'unknown_release', 'The release does not exist.') }, virtual()),
    ).toMatchObject({ code: 1 });
  });
});

describe('a release on a terminal', () => {
  it('is a tree that is redrawn until the release ends', async () => {
    const pods = {
      items: [{ track: 'canary', name: 'web-canary-1', phase: 'Running', ready: true, restarts: 0, startedAt: null, reason: null }],
      observedAt: '2026-01-01T00:00:00.000Z',
    };
    const { code, out } = await alloy(
      ['watch', ID],
      server([canary(), ended('promoted')], { [`GET /api/v1/releases/${ID}/pods`]: () => pods }),
      { ...virtual(), isTTY: true, env: { NO_COLOR: '1' } },
    );
    expect(code).toBe(0);
    const [first = '', second = ''] = out.split(/\u001b\[\d+A\r/);
    expect(first).toContain('Status:     ◌ releasing');
    expect(first).toContain('web-canary-1');
    expect(second).toContain('Status:     ✔ promoted');
  });

  it('shows below the tree that Alloy is unavailable, until it answers again', async () => {
    const routes = server([canary(), () => problem(503, 'unavailable', 'Not yet.'), canary(), ended('promoted')], {
      [`GET /api/v1/releases/${ID}/pods`]: () => ({ items: [], observedAt: '2026-01-01T00:01:00.000Z' }),
    });
    const { code, out, err } = await alloy(['watch', ID], routes, { ...virtual(), isTTY: true, env: { NO_COLOR: '1' } });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const drawn = out.split(/\u001b\[\d+A\r/);
    expect(drawn.map((one) => one.includes('retrying: Not yet. [unavailable]'))).toEqual(drawn.map((_, n) => n === 1));
    expect(drawn.at(-1)).toContain('Status:     ✔ promoted');
  });

  it('waits a limited time for the last observation of its pods', async () => {
    const seen = (name: string, observedAt: string) => ({
      items: [{ track: 'stable', name, phase: 'Running', ready: true, restarts: 0, startedAt: null, reason: null }],
      observedAt,
    });
    const play = (...looks: object[]) =>
      alloy(
        ['watch', ID],
        server([canary(), ended('promoted')], { [`GET /api/v1/releases/${ID}/pods`]: () => (looks.length > 1 ? looks.shift() : looks[0]) }),
        { ...virtual(), isTTY: true, env: { NO_COLOR: '1' } },
      );
    const early = seen('web-early', '2026-01-01T00:00:59.000Z');
    const last = (await play(early, early, early, seen('web-late', '2026-01-01T00:01:00.000Z'))).out.split(/\u001b\[\d+A\r/).at(-1)!;
    expect({ late: last.includes('web-late'), early: last.includes('web-early') }).toEqual({ late: true, early: false });
    expect(await play(early)).toMatchObject({ code: 0, out: expect.stringContaining('web-early') });
  });

  it('is the newest one by default', async () => {
    const routes = server([ended('promoted')], { 'GET /api/v1/releases': () => ({ items: [release()], nextCursor: null }) });
    expect(await alloy(['watch'], routes, virtual())).toMatchObject({
      code: 0,
      asked: [{ path: '/api/v1/releases', query: { project: 'shop', limit: '1' } }, { path: `/api/v1/releases/${ID}` }, expect.anything()],
    });
    expect(await alloy(['watch'], { 'GET /api/v1/releases': () => ({ items: [], nextCursor: null }) }, virtual())).toMatchObject({
      code: 1,
      err: 'alloy: there is no release yet\n',
    });
  });
});
