import { bootstrap } from '@alloy/ledger';
import { startTestIngest, sha256, type TestIngest } from '../../apps/ingest/src/testing/test-ingest';
import { commandsOf, runCommands } from '../support/guide';

const GUIDE = 'who-may-do-what';
const ROOT_TOKEN = 'the-token-of-whoever-reads-the-guide';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'root', project: 'shop',
    tokenSha256: sha256(ROOT_TOKEN),
    tokenScope: 'admin',
    tokenProjects: ['*'],
  });
});
afterAll(() => ingest?.close());

/** Runs the commands under a heading after those at the top of the guide. */
const run = (heading: string): Promise<string> =>
  runCommands([...commandsOf(GUIDE, ''), ...commandsOf(GUIDE, heading)].join('\n'), {
    ALLOY: `http://127.0.0.1:${ingest.port}`,
    TOKEN: ROOT_TOKEN,
  });
/** The last of several JSON answers that were printed one after the other. */
const lastOf = (printed: string): Record<string, unknown> =>
  JSON.parse(printed.slice(printed.lastIndexOf('{"id"'))) as Record<string, unknown>;

it('creates a token that the migrate step accepts', async () => {
  expect(await run('The first administrator')).toMatch(/^ALLOY_BOOTSTRAP_TOKEN=alloy_[0-9a-f]{64}\n$/);
});

it('creates a CI token for one project, changes that project\'s policy, and revokes the token', async () => {
  const made = lastOf(await run('A token for CI'));
  expect(made).toMatchObject({ user: 'ci', scope: 'deploy', projects: ['books'], token: expect.stringMatching(/^alloy_/) });
  const token = String(made['token']);
  expect(await ingest.call('/api/v1/projects/books', { token })).toMatchObject({
    status: 200,
    json: { policies: { production: { namespace: 'books' } } },
  });
  expect((await ingest.call('/api/v1/projects/shop', { token })).status).toBe(403);

  expect(lastOf(await run('The policy of a project'))).toMatchObject({
    id: 'books',
    policies: { production: { namespace: 'books', whenBusy: 'queue', progressDeadline: 300, analysis: { mode: 'health' } } },
  });

  expect(await run('List and revoke tokens')).toContain('"name":"books, main branch"');
  expect((await ingest.call('/api/v1/projects/books', { token })).status).toBe(401);
});
