import { eventually } from '../../../../test/support/eventually';
import { run } from '../run';
import { fakeIo, type FakeIo } from '../testing/fake-io';
import { readPieces } from './read-pieces';

type Answer = () => Response | Promise<Response>;
const encoder = new TextEncoder();
/** A stream that sends this text and then breaks, ends, or (open) stays silent. */
const stream = (end: 'breaks' | 'ends' | 'stays', ...pieces: readonly string[]): Answer => () =>
  new Response(new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      if (end === 'ends') controller.close();
    },
    pull: (controller) => (end === 'breaks' ? controller.error(new Error('reset')) : undefined),
  }));
const event = (n: number): string =>
  `id: c${n}\ndata: ${JSON.stringify({ cursor: `c${n}`, type: 'Something', stream: 'release-1', version: n, actor: { kind: 'user', id: 'anna' }, occurredAt: '2026-01-01T00:00:00.000Z' })}\n\n`;
const refused: Answer = () => new Response(JSON.stringify({ code: 'forbidden', detail: 'No.' }), { status: 403 });

async function follow(
  answers: readonly Answer[],
  lines: number,
): Promise<{
  readonly code: number;
  readonly asked: readonly (string | null)[];
  readonly fake: FakeIo;
  readonly pauses: readonly number[];
}> {
  const asked: (string | null)[] = [];
  const pauses: number[] = [];
  const left = [...answers];
  const fake: FakeIo = fakeIo({
    env: { ALLOY_URL: 'http://alloy', ALLOY_TOKEN: 't' },
    fetch: async (_url, init) => {
      asked.push(new Headers(init?.headers).get('last-event-id'));
      const next = left.shift();
      if (!next) throw new TypeError('fetch failed');
      return next();
    },
    sleep: async (ms, signal) => {
      pauses.push(ms);
      if (fake.out().split('\n').length > lines || pauses.length > 20) fake.interrupt();
      signal.throwIfAborted();
    },
  });
  return { code: await run(['events', '--follow', '-o', 'name'], fake.io), asked, fake, pauses };
}

it('followLog delivers each event once and in order, however often the stream breaks', async () => {
  const cut = event(2);
  const { code, asked, fake } = await follow(
    [
      stream('ends', ':\n\nid: c0\n\n'),
      stream('ends', event(1), cut.slice(0, 20)),
      stream('breaks', ':\n\n'),
      stream('ends', cut, event(3)),
    ],
    3,
  );
  expect(fake.out()).toBe('c1\nc2\nc3\n');
  expect(asked).toEqual([null, 'c0', 'c1', 'c1']);
  expect(code).toBe(130);
});

it('followLog ends on Ctrl-C, even if the connection does not abort', async () => {
  const open = fakeIo({ env: { ALLOY_URL: 'http://alloy', ALLOY_TOKEN: 't' }, fetch: async () => stream('stays', event(1))() });
  const ended = run(['events', '--follow', '-o', 'name'], open.io);
  await eventually(() => expect(open.out()).toBe('c1\n'));
  open.interrupt();
  expect(await ended).toBe(130);
});

it('followLog treats a silent connection as broken', async () => {
  const silent = readPieces((await stream('stays', ':\n\n')()).body!, { signal: new AbortController().signal, silence: 20 });
  expect((await silent.next()).done).toBe(false);
  await expect(silent.next()).rejects.toMatchObject({ code: 'silence' });
});

it('followLog retries with increasing intervals while the server does not answer', async () => {
  const { pauses, fake } = await follow([stream('ends', event(1))], 99);
  expect(pauses.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  expect(fake.err()).toContain('the stream broke');
});

it('followLog ends if Alloy refuses the request, and if it never answered', async () => {
  expect(await follow([stream('ends', event(1)), refused], 99)).toMatchObject({ code: 6, asked: [null, 'c1'] });
  expect(await follow([], 99)).toMatchObject({ code: 1, asked: [null] });
});
