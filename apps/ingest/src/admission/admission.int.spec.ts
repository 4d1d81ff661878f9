import type { Ledger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { body } from '../testing/deploy-body';
import { startTestIngest, TOKEN, type TestIngest } from '../testing/test-ingest';
import { LEDGER } from '../tokens';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest({ REQUESTS_AT_ONCE: '1', REQUEST_WAIT_SECONDS: '0.1' });
});
afterAll(() => ingest?.close());

const post = (tag: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${ingest.port}/api/webhook/deploy`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body({ image_tag: tag })),
  });
const metric = async (name: string): Promise<string | undefined> =>
  new RegExp(`^${name} (.*)$`, 'm').exec((await ingest.call('/metrics', { token: null })).text)?.[1];

it('answers 429 with Retry-After to a request that is not admitted in time, and accepts requests afterwards', async () => {
  const { log } = ingest.app.get<Ledger>(LEDGER);
  const append = log.append.bind(log);
  let release: (() => void) | undefined;
  jest.spyOn(log, 'append').mockImplementationOnce(async (...args) => {
    await new Promise<void>((resolve) => (release = resolve));
    return append(...args);
  });
  const slow = post('v1');
  await eventually(() => expect(release).toBeDefined());
  const refused = await post('v2');
  expect((await ingest.call('/api/v1/projects')).status).toBe(200);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[1-9]\d*$/)]);
  expect(await refused.json()).toMatchObject({ code: 'overloaded' });
  expect(await metric('alloy_requests_refused_total')).toBe('1');
  release!();
  expect((await slow).status).toBe(202);
  expect((await post('v3')).status).toBe(202);
});
