import { bootstrap } from '@alloy/ledger';
import { startTestIngest, sha256, type TestIngest } from '../../apps/ingest/src/testing/test-ingest';
import { openIssuer, type LocalIssuer } from '../../apps/ingest/src/testing/local-issuer';
import { commandsOf, runCommands } from '../support/guide';

const GUIDE = 'ci-without-a-token';
const ADMIN = 'the-token-of-whoever-reads-the-guide';

let ingest: TestIngest;
let issuer: LocalIssuer;
beforeAll(async () => {
  [issuer, ingest] = await Promise.all([openIssuer(), startTestIngest({ ALLOY_ALLOW_LOOPBACK: 'true' })]);
  await bootstrap({ databaseUrl: ingest.database.url, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterAll(async () => {
  await ingest?.close();
  await issuer?.close();
});

/** Runs the commands under a heading after those at the top of the guide; returns the last JSON that they print. */
async function run(heading: string, env: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const printed = await runCommands([...commandsOf(GUIDE, ''), ...commandsOf(GUIDE, heading)].join('\n'), {
    ALLOY: `http://127.0.0.1:${ingest.port}`,
    TOKEN: ADMIN,
    ...env,
  });
  return JSON.parse(printed.slice(Math.max(printed.lastIndexOf('{"release_id"'), printed.lastIndexOf('{"id"')))) as Record<string, unknown>;
}

const actorOf = async ({ release_id: id }: Record<string, unknown>) => (await ingest.ledger.log.load(String(id))).events[0]!.actor;

it('creates a release with the ID token of a CI job', async () => {
  const token = await issuer.sign({ aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', environment: 'production' });
  expect(await actorOf(await run('The token of the job', { ISSUER: issuer.url, JOB_TOKEN: token }))).toEqual({
    kind: 'ci',
    id: 'github:acme/shop',
  });
});

it('creates a release with a signature', async () => {
  expect(await actorOf(await run('A signature'))).toEqual({ kind: 'ci', id: 'webhook:shop' });
});

it('creates a release from a tag, which Alloy resolves in the registry', async () => {
  expect(await run('The tag latest')).toMatchObject({
    id: 'shop',
    policies: { production: { resolveDigest: true, webhookSecret: 'door' } },
  });
});
