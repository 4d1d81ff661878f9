import { run } from './run';
import { fakeApi, feed } from './testing/fake-api';
import { fakeIo } from './testing/fake-io';
import { canary, ID } from './testing/releases';

it('Ctrl-C ends a wait with 130, and prints that the release continues', async () => {
  const api = fakeApi({
    [`GET /api/v1/releases/${ID}`]: () => canary(),
    [`GET /api/v1/releases/${ID}/events`]: () => ({ items: [], nextCursor: null }),
    'GET /api/v1/events': (asked) => {
      if (asked.headers.get('accept') !== 'text/event-stream') return new Response('', { headers: { 'next-cursor': 'c1' } });
      setImmediate(() => fake.interrupt());
      return feed(asked);
    },
  });
  const fake = fakeIo({
    fetch: api.fetch,
    env: { ALLOY_URL: 'https://alloy.test', ALLOY_TOKEN: 'token' },
    sleep: (_ms, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  });
  expect(await run(['status', ID, '--wait'], fake.io)).toBe(130);
  expect(fake.err()).toBe(`release ${ID} continues without this command; alloy abort ${ID} ends it\n`);
});
