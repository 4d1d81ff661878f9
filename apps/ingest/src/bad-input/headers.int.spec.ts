import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { body } from '../testing/deploy-body';
import { startTestIngest, TOKEN, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest({ ALLOY_TRUST_PROXY: '127.0.0.1', RATE_LIMIT_PER_ADDRESS: '0', RATE_LIMIT_PER_TOKEN: '0' });
});
afterAll(() => ingest?.close());

/** Headers that ingest reads and that may reach Postgres, a date or a response. */
const headers = [
  'authorization', 'idempotency-key', 'last-event-id', 'traceparent', 'tracestate', 'webhook-id', 'webhook-timestamp',
  'webhook-signature', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'host', 'accept', 'content-encoding',
  'user-agent',
];
const values = [
  '', ' ', 'null', '-1', '1e999',
  '9'.repeat(400),
  '253402300800',
  '9999-99-99T99:99:99Z',
  '\u00ff\u00fe',
  '%00',
  `"'\\;--`,
  'a,b,,c',
  '::ffff:999.1.1.1',
  `Bearer ${'a'.repeat(7_000)}`,
];
const routes = [['POST', '/api/webhook/deploy'], ['GET', '/api/v1/events'], ['GET', '/api/v1/projects']] as const;

const statusOf = (method: string, path: string, extra: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...extra };
    const asked = request({ port: ingest.port, host: '127.0.0.1', method, path, headers: sent, agent: false }, (answer) => {
      resolve(answer.statusCode!);
      answer.destroy();
    });
    asked.on('error', reject);
    asked.end(method === 'POST' ? JSON.stringify(body()) : undefined);
  });

it.each(headers)('answers with a status below 500 for any value of the header %s', async (header) => {
  for (const [method, path] of routes) {
    for (const value of values) {
      const status = await statusOf(method, path, { [header]: value });
      expect({ method, path, value, isServerError: status >= 500 }).toEqual({ method, path, value, isServerError: false });
    }
  }
});
