import { type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { routeSchema, placeholders, notificationTypes } from '@alloy/policy';
import { request } from '@alloy/release/testing';
import { nodeActor, parseConfig, startService, type RunningService } from '@alloy/service';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestIngest, sha256, type TestIngest } from '../../apps/ingest/src/testing/test-ingest';
import { notifierConfig } from '../../apps/notifier/src/config';
import { NotifierModule, notifierStrategy } from '../../apps/notifier/src/notifier.module';
import { Receiver } from '../../apps/notifier/src/testing/receiver';
import { eventually } from '../support/eventually';
import { commandsOf, runCommands } from '../support/guide';

const GUIDE = 'notifications';
const ADMIN = 'the-token-of-the-reader-of-the-guide';
const text = readFileSync(join(__dirname, '..', '..', 'docs', 'guides', `${GUIDE}.md`), 'utf8');

let ingest: TestIngest;
let receiver: Receiver;
let owner: Ledger;
let relay: Relay;
let notifier: RunningService;
beforeAll(async () => {
  [ingest, receiver] = await Promise.all([startTestIngest(), Receiver.open()]);
  await bootstrap({ databaseUrl: ingest.database.url, user: 'root', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
  owner = createLedger({ databaseUrl: ingest.database.url, name: 'test' });
  relay = runningRelay(owner.pool);
  const env = {
    ...ingest.env,
    ALLOY_KEYSTORE: undefined,
    DATABASE_URL: ingest.database.roleUrl('alloy_notifier'),
    ALLOY_ALLOW_LOOPBACK: 'true',
    SWEEP_SECONDS: '0.1',
  };
  notifier = await startService({
    name: 'notifier',
    config: () => parseConfig(notifierConfig, env),
    module: (config) => NotifierModule.with(config),
    strategy: notifierStrategy,
    destination: { write: () => {} },
  });
});
afterAll(async () => {
  await notifier?.close();
  await relay?.stop();
  await owner?.close();
  await receiver?.close();
  await ingest?.close();
});

/** Runs the commands under a heading after those at the top of the guide. */
const run = (heading: string): Promise<string> =>
  runCommands([...commandsOf(GUIDE, ''), ...commandsOf(GUIDE, heading)].join('\n'), {
    ALLOY: `http://127.0.0.1:${ingest.port}`,
    TOKEN: ADMIN,
    HOOK: receiver.url(),
  });

const stuck = async (releaseId: string): Promise<void> => {
  const key = { releaseId, project: 'shop', environment: 'production' };
  await owner.log.append(key, [{ type: 'ReleaseRequested', data: request }], {
    expected: 0,
    actor: { kind: 'ci', id: 'ada' },
    causationId: null,
  });
  const reason = {
    code: 'rollback_deadline',
    rule: 'rollback.deadline',
    text: 'the rollback exceeded its deadline',
    evidence: {},
  } as const;
  await owner.log.append(key, [{ type: 'ReleaseStuck', data: { reason } }], { expected: 1, actor: nodeActor('planner') });
  relay.trigger();
};

it('creates a notification route and deletes it again', async () => {
  const printed = await run('A signed webhook');
  expect(printed).toContain('"items":[{"name":"hook-key","writtenBy":"root"');
  expect(printed).not.toContain(receiver.url());
  await stuck('R1');
  await eventually(() => expect(receiver.got).toHaveLength(1));
  expect(receiver.got[0]).toMatchObject({
    headers: { 'webhook-signature': expect.stringMatching(/^v1,/), 'webhook-id': expect.any(String) },
    json: {
      type: 'release.stuck',
      timestamp: expect.any(String),
      data: { headline: 'shop v2 in production: stuck (the rollback exceeded its deadline)' },
    },
  });

  await run('Remove routes');
  expect(await ingest.call('/api/v1/projects/shop', { token: ADMIN })).toMatchObject({
    json: { policies: { production: { notify: [] } } },
  });
  expect(await ingest.call('/api/v1/projects/shop/secrets', { token: ADMIN })).toMatchObject({ json: { items: [{ name: 'hook-key' }] } });
});

it('lists every channel kind, notification type and placeholder', () => {
  const kinds = routeSchema.options.map((option) => option.shape.kind.value);
  for (const name of [...kinds, ...notificationTypes]) expect(text).toContain(`\`${name}\``);
  for (const name of placeholders) expect(text).toContain(`{{${name}}}`);
});

const patch = (notify: readonly object[]) =>
  ingest.call('/api/v1/projects/shop', {
    method: 'PATCH',
    token: ADMIN,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ policy: { notify } }),
  });

it('refuses a template with an unknown placeholder', async () => {
  expect(await patch([{ name: 'team', kind: 'teams', urlSecret: 'x', template: '{{verison}}' }])).toMatchObject({
    status: 422,
    json: { code: 'invalid_value', pointer: '/policy/notify/0/template' },
  });
});

it('suggests the right key for a misspelled one', async () => {
  const answer = await patch([{ name: 'team', kind: 'teams', urlSecret: 'x', tempalte: 'y' }]);
  expect(answer).toMatchObject({
    status: 422,
    json: { code: 'unknown_key', pointer: '/policy/notify/0/tempalte', detail: expect.stringContaining('template') },
  });
});
