import { addressGuard } from '@alloy/service';
import { createServer, type AddressInfo } from 'node:net';
import { eventually } from '../../../../test/support/eventually';
import { aNotification } from '../testing/a-notification';
import { Receiver } from '../testing/receiver';
import { SmtpServer } from '../testing/smtp-server';
import { Stage } from '../testing/stage';
import { emailChannel } from './email-channel';

let stage: Stage;
let receiver: Receiver;
beforeEach(async () => {
  [stage, receiver] = await Promise.all([Stage.open(), Receiver.open()]);
});
afterEach(async () => {
  await receiver.close();
  await stage.close();
});

const settled = () => eventually(async () => expect(await stage.waiting()).toBe(0));
const log = () => stage.lines.join('\n');
const notifier = (manual = false) => stage.notifier({ slackApi: receiver.url('/api/'), pagerdutyUrl: receiver.url('/v2/enqueue'), manual });

describe('Slack with a bot\'s token', () => {
  const route = { name: 'team', kind: 'slack', tokenSecret: 'token', channel: 'C024BE91L' };
  const ok = (ts: string) => ({ body: JSON.stringify({ ok: true, channel: 'C024BE91L', ts }) });
  beforeEach(() => stage.routes([route], { token: 'xoxb-canary-bird' }));

  it('has one thread per release', async () => {
    receiver.replies.push(ok('1.1'), ok('1.2'), ok('1.3'), ok('2.1'), ok('2.2'), ok('2.3'));
    await stage.release('promoted');
    await stage.release('rolledBack');
    await notifier().run();
    await settled();
    expect(receiver.got.map(({ path, headers }) => [path, headers.authorization])).toEqual(
      Array.from({ length: 6 }, () => ['/api/chat.postMessage', 'Bearer xoxb-canary-bird']),
    );
    expect(receiver.got.map(({ json }) => [json.channel, json.thread_ts, json.reply_broadcast])).toEqual([
      ['C024BE91L', undefined, undefined], ['C024BE91L', '1.1', false], ['C024BE91L', '1.1', false],
      ['C024BE91L', undefined, undefined], ['C024BE91L', '2.1', false], ['C024BE91L', '2.1', true],
    ]);
    expect(receiver.got[5]!.json).toMatchObject({
      text: expect.stringContaining('shop v2 in production: rolled back'),
      blocks: expect.any(Array),
    });
    expect(log()).not.toContain('canary-bird');
  });

  it('continues the thread after a restart', async () => {
    receiver.replies.push(ok('1.1'), { status: 500 });
    await stage.release('promoted');
    const first = notifier(true);
    await first.run();
    await eventually(() => expect(receiver.got).toHaveLength(2));
    await first.stop();
    receiver.replies.push(ok('1.2'), ok('1.3'));
    await stage.makeAllDue();
    await notifier().run();
    await settled();
    expect(receiver.got.map(({ json }) => json.thread_ts)).toEqual([undefined, '1.1', '1.1', '1.1']);
  });

  it.each([
    ['a revoked token', '{"ok":false,"error":"token_revoked"}', 'route_disabled'],
    ['invalid blocks', '{"ok":false,"error":"invalid_blocks"}', 'it is dropped'],
    ['an internal error', '{"ok":false,"error":"internal_error"}', 'retrying'],
    ['an answer from another server', '<html>', 'retrying'],
  ])('handles %s in a 200 answer', async (_, body, said) => {
    receiver.replies.push({ body });
    await stage.release('promoted');
    await notifier().run();
    await eventually(() => expect(log()).toContain(said));
  });
});

it('Slack receives plain messages by an incoming webhook', async () => {
  await stage.routes([{ name: 'team', kind: 'slack', urlSecret: 'url', events: ['promoted'] }], { url: receiver.url('/services/T1/B1/x') });
  await stage.release('promoted');
  await notifier().run();
  await settled();
  expect(receiver.got).toMatchObject([
    { path: '/services/T1/B1/x', json: { text: expect.stringContaining('promoted'), blocks: expect.any(Array) } },
  ]);
});

it('Teams receives messages by a Workflows URL', async () => {
  await stage.routes([{ name: 'team', kind: 'teams', urlSecret: 'url', events: ['stuck'] }], { url: receiver.url('/workflows/1') });
  receiver.replies.push({ status: 202 });
  await stage.release('stuck');
  await notifier().run();
  await settled();
  expect(receiver.got).toMatchObject([
    { path: '/workflows/1', json: { type: 'message', attachments: [{ content: { type: 'AdaptiveCard' } }] } },
  ]);
});

it('PagerDuty gets an incident, which the next promotion resolves', async () => {
  await stage.routes([{ name: 'team', kind: 'pagerduty', keySecret: 'key' }], { key: 'R0UT1NGKEY' });
  receiver.replies.push({ status: 202 }, { status: 202 });
  await stage.release('rolledBack');
  await stage.release('promoted');
  await notifier().run();
  await settled();
  const dedup_key = 'alloy/alloy/shop/production';
  expect(receiver.got.map(({ json }) => json)).toEqual([
    expect.objectContaining({
      routing_key: 'R0UT1NGKEY', event_action: 'trigger', dedup_key,
      payload: expect.objectContaining({ severity: 'error' }),
    }),
    { routing_key: 'R0UT1NGKEY', event_action: 'resolve', dedup_key },
  ]);
});

it('CDEvents contain the version that runs now', async () => {
  await stage.routes([{ name: 'broker', kind: 'cdevents', urlSecret: 'url' }], { url: receiver.url() });
  await stage.release('promoted');
  await stage.release('promoted');
  await stage.release('rolledBack');
  await notifier().run();
  await settled();
  expect(receiver.got.map(({ headers, json }) => [headers['content-type'], json.type])).toEqual(
    ['deployed', 'upgraded', 'rolledback'].map((predicate) => ['application/cloudevents+json', `dev.cdevents.service.${predicate}.0.3.0`]),
  );
});

describe('e-mail', () => {
  let smtp: SmtpServer;
  beforeEach(async () => {
    smtp = await SmtpServer.open();
    await stage.routes(
      [
        {
          name: 'team', kind: 'email', serverSecret: 'smtp', from: 'alloy@example.com',
          to: ['team@example.com', 'lead@example.com'],
          events: ['rolledBack'],
          template: '{{service}} {{version}}: {{status}}',
        },
      ],
      { smtp: smtp.url() },
    );
  });
  afterEach(() => smtp.close());

  it('arrives complete in the thread of the release', async () => {
    await stage.release('rolledBack');
    await notifier().run();
    await settled();
    const mail = smtp.mails[0]!.replaceAll('=\r\n', '');
    for (const part of [
      'Subject: shop v1: rolled back', 'To: team@example.com, lead@example.com',
      'In-Reply-To: <release-R1@example.com>', 'Auto-Submitted: auto-generated', 'Author: ada',
      'Reason: canary errors 7.2 % of 250',
      'https://alloy.example.com/api/v1/releases/R1',
    ])
      expect(mail).toContain(part);
  });

  it('is sent again with the same id if the server is busy', async () => {
    smtp.refusals.push('451 later');
    await stage.release('rolledBack');
    await notifier().run();
    await settled();
    expect(smtp.mails).toHaveLength(1);
    expect(log()).toContain('answered 451');
  });

  it('is dropped if the server refuses it permanently', async () => {
    smtp.refusals.push('554 no');
    await stage.release('rolledBack');
    await notifier().run();
    await settled();
    expect([smtp.mails, log().includes('it is dropped')]).toEqual([[], true]);
  });

  it('times out if the server never finishes its answer', async () => {
    const slow = createServer((socket) => {
      const timer = setInterval(() => socket.write('220-wait\r\n'), 50);
      socket.on('error', () => undefined).on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const server = `smtp://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const route = { name: 'team', kind: 'email' as const, serverSecret: 'smtp', from: 'alloy@example.com', to: ['team@example.com'] };
    const message = {
      notification: aNotification(),
      headline: 'x',
      key: 'k',
      route,
      secret: async () => server,
      thread: { find: async () => undefined, keep: async () => {} },
    };
    await expect(emailChannel(addressGuard({ allowLoopback: true }), 400).send(message)).rejects.toMatchObject({ verdict: 'retry' });
    await new Promise((resolve) => slow.close(resolve));
  });

  it('is not sent to a forbidden address', async () => {
    await stage.release('rolledBack');
    await stage.notifier({ allowLoopback: false }).run();
    await eventually(() => expect(log()).toContain('no answer'));
    expect(smtp.mails).toEqual([]);
  });
});
