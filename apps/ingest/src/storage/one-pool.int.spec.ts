import { body } from '../testing/deploy-body';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

const CONNECTIONS = `
  SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND usename = 'alloy_ingest' GROUP BY 1`;

it('ingest has one pool: under concurrent load it has at most ten connections, all with its name', async () => {
  const reading = ['/api/v1/projects', '/api/v1/releases', '/api/v1/projects/shop/history', '/api/v1/events', '/api/v1/projects/shop'];
  let isDone = false;
  const answers = Promise.all(
    Array.from({ length: 20 }, (_, n) => [ingest.deploy(body({ image_tag: `v${n}` })), ...reading.map((path) => ingest.call(path))]).flat(),
  ).finally(() => (isDone = true));
  const seen: { readonly name: string; readonly count: number }[] = [];
  while (!isDone) {
    seen.push(...((await ingest.asOwner(CONNECTIONS)) as unknown as typeof seen));
  }
  expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set([200, 202]));
  // A probe of the start may still be connected.
  expect([...new Set(seen.map(({ name }) => name))].filter((name) => name !== 'alloy-probe')).toEqual(['alloy-ingest']);
  expect(Math.max(...seen.map(({ count }) => count))).toBeLessThanOrEqual(10);
});
