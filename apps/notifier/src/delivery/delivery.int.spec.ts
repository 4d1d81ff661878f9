import { Webhook } from 'standardwebhooks';
import { eventually } from '../../../../test/support/eventually';
import { Receiver, type Reply } from '../testing/receiver';
import { SIGNING_KEY, Stage } from '../testing/stage';
import { SUSPEND_AFTER } from './deliver';

let stage: Stage;
let receiver: Receiver;
let other: Receiver;
beforeEach(async () => {
  [stage, receiver, other] = await Promise.all([Stage.open(), Receiver.open(), Receiver.open()]);
  await stage.routes([hook('team')], { 'team-url': receiver.url(), 'other-url': other.url(), key: SIGNING_KEY });
});
afterEach(async () => {
  await Promise.all([receiver.close(), other.close()]);
  await stage.close();
});

const hook = (name: string, more: object = {}) => ({ name, kind: 'webhook', urlSecret: `${name}-url`, keySecret: 'key', ...more });
const endings = { events: ['promoted', 'rolledBack', 'stuck'] };
const types = (from = receiver) => from.got.map(({ json }) => json.type);
const keys = (from = receiver) => from.got.map(({ headers }) => headers['webhook-id']);
/** Makes postponed messages due. */
const idle = () => eventually(async () => expect(await stage.ledger.outbox.dueRoutes()).toEqual([]));
const has = (count: number, from = receiver) => eventually(() => expect(from.got).toHaveLength(count));

describe('a route', () => {
  it('receives the messages of a release in order, each once, with a verifiable signature', async () => {
    await stage.release('promoted');
    await stage.release('rolledBack');
    await stage.notifier().run();
    await has(6);
    expect(types()).toEqual([
      'release.started', 'release.stagePassed', 'release.promoted', 'release.started', 'release.rollingBack',
      'release.rolledBack',
    ]);
    for (const { text, headers } of receiver.got)
      expect(() => new Webhook(SIGNING_KEY).verify(text, headers as Record<string, string>)).not.toThrow();
    expect(receiver.got[5]!.json.data).toMatchObject({
      service: 'shop', version: 'v2', environment: 'production', status: 'rolled back', author: 'ada', commit: 'abc',
      link: 'https://alloy.example.com/api/v1/releases/R2',
      reason: { text: 'canary errors 7.2 % of 250, limit 1.0 %', evidence: { canaryErrorRate: 0.072, threshold: 0.01, requests: 250 } },
      durationSeconds: expect.any(Number),
    });
    expect(new Set(keys()).size).toBe(6);
    await eventually(async () => expect(await stage.waiting()).toBe(0));
  });

  it('receives the types of its filter, formatted by its template', async () => {
    await stage.routes([hook('team', { events: ['promoted'], template: '{{service}} {{version}} by {{author}}: {{status}}' })]);
    await stage.release('promoted');
    await stage.notifier().run();
    await has(1);
    expect(receiver.got[0]!.json).toMatchObject({ type: 'release.promoted', data: { headline: 'shop v1 by ada: promoted' } });
  });

  it('receives no notification of earlier events', async () => {
    await stage.routes([]);
    await stage.release('promoted');
    await stage.notifier().run();
    await stage.routes([hook('team', endings)]);
    await stage.release('rolledBack');
    await stage.notifier().run();
    await has(1);
    expect(types()).toEqual(['release.rolledBack']);
  });

  it('with a changed filter does not receive queued messages that no longer match', async () => {
    receiver.replies.push({ status: 500 });
    await stage.release('promoted');
    await stage.notifier({ manual: true }).run();
    await has(1);
    await idle();
    await stage.routes([hook('team', { events: ['promoted'] })]);
    await eventually(async () => {
      await stage.makeAllDue();
      await stage.notifier({ manual: true }).run();
      expect(await stage.waiting()).toBe(0);
    });
    expect(types()).toEqual(['release.started', 'release.promoted']);
  });

  it('is removed with its queue once the policy does not contain it', async () => {
    receiver.replies.push({ status: 500 });
    await stage.release('promoted');
    await stage.notifier({ manual: true }).run();
    await has(1);
    await idle();
    await stage.routes([]);
    await eventually(async () => {
      await stage.makeAllDue();
      await stage.notifier({ manual: true }).run();
      expect(await stage.waiting()).toBe(0);
    });
    expect(receiver.got).toHaveLength(1);
  });

  it('exposes no secret in the log or the database', async () => {
    receiver.replies.push({ status: 500 }, { status: 410 });
    await stage.release('promoted');
    await stage.notifier().run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('route_disabled'));
    const tables = await Promise.all(
      ['event', 'delivery', 'delivery_route', 'notification', 'sealed_secret'].map((table) =>
        stage.owner.pool.query(`SELECT t::text AS row FROM ${table} t`),
      ),
    );
    const exposed = JSON.stringify([stage.lines, tables.map(({ rows }) => rows)]);
    for (const secret of [receiver.url(), SIGNING_KEY, Buffer.from(SIGNING_KEY).toString('base64')]) expect(exposed).not.toContain(secret);
  });
});

describe('a receiver that', () => {
  beforeEach(() => stage.routes([hook('team', endings)]));

  it('answers 500 receives the same message again, with the same key', async () => {
    receiver.replies.push({ status: 500 }, { status: 502 });
    await stage.release('promoted');
    await stage.notifier().run();
    await has(3);
    expect(new Set(keys()).size).toBe(1);
    await eventually(async () => expect(await stage.waiting()).toBe(0));
    expect(receiver.got).toHaveLength(3);
  });

  it('answers 429 receives it after Retry-After, not before', async () => {
    receiver.replies.push({ status: 429, headers: { 'retry-after': '2' } });
    await stage.release('promoted');
    await stage.notifier().run();
    await has(2);
    expect(receiver.got[1]!.at - receiver.got[0]!.at).toBeGreaterThanOrEqual(1_990);
  });

  it('redirects is not followed', async () => {
    receiver.replies.push({ status: 307, headers: { location: other.url() } });
    await stage.release('promoted');
    await stage.notifier().run();
    await has(2);
    expect(other.got).toHaveLength(0);
  });

  it('answers 410 receives nothing until its settings change, and an alert is logged', async () => {
    receiver.replies.push({ status: 410 });
    await stage.release('promoted');
    const notifier = stage.notifier();
    await notifier.run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('"alert":"route_disabled"'));
    await stage.release('rolledBack');
    await stage.makeAllDue();
    await notifier.run();
    await eventually(async () => expect((await stage.ledger.outbox.dueRoutes()).length).toBe(0));
    expect(receiver.got).toHaveLength(1);
    await stage.owner.secrets.put('shop', 'team-url', receiver.url('/new'), 'demo');
    await stage.makeAllDue();
    await notifier.run();
    await has(3);
    expect(receiver.got.map(({ path }) => path)).toEqual(['/hook', '/new', '/new']);
    expect(types()).toEqual(['release.promoted', 'release.promoted', 'release.rolledBack']);
  });

  it('stalls does not block other routes', async () => {
    await stage.routes([hook('team', endings), hook('other', endings)]);
    let answer: (reply: Reply) => void = () => {};
    receiver.replies.push(new Promise<Reply>((resolve) => (answer = resolve)));
    await stage.release('promoted');
    const notifier = stage.notifier({ timeoutMs: 60_000 });
    await notifier.run();
    await has(1, other);
    await stage.release('rolledBack');
    await notifier.run();
    await has(2, other);
    expect(types()).toEqual(['release.promoted']);
    answer({});
    await has(2);
    expect(types()).toEqual(['release.promoted', 'release.rolledBack']);
  });

  it('does not answer in time receives the message again', async () => {
    receiver.replies.push('stall');
    await stage.release('promoted');
    await stage.notifier({ timeoutMs: 300 }).run();
    await has(2);
    expect(new Set(keys()).size).toBe(1);
  });

  it('is down is suspended with one alert while others continue, and receives all messages once it is up', async () => {
    await stage.routes([hook('team', endings), hook('other', endings)]);
    receiver.replies.push(...Array.from({ length: SUSPEND_AFTER + 1 }, () => ({ status: 503 })));
    await stage.release('promoted');
    const notifier = stage.notifier({ manual: true });
    for (let tries = 1; tries <= SUSPEND_AFTER + 1; tries += 1) {
      await stage.makeAllDue();
      await eventually(async () => {
        await notifier.run();
        expect(receiver.got).toHaveLength(tries);
      });
      await idle();
    }
    expect(stage.lines.filter((line) => line.includes('"alert":"route_failing"'))).toHaveLength(1);
    await stage.release('rolledBack');
    await notifier.run();
    await has(2, other);
    expect(await stage.ledger.outbox.countTroubles()).toBe(1);
    await stage.makeAllDue();
    await eventually(async () => {
      await notifier.run();
      expect(await stage.ledger.outbox.countTroubles()).toBe(0);
      expect(await stage.waiting()).toBe(0);
    });
    expect(receiver.got).toHaveLength(SUSPEND_AFTER + 3);
  });

  it('lost its secret receives all messages once the secret exists', async () => {
    await stage.owner.secrets.remove('shop', 'team-url');
    await stage.release('promoted');
    const notifier = stage.notifier();
    await notifier.run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('there is no secret team-url'));
    await stage.owner.secrets.put('shop', 'team-url', receiver.url(), 'demo');
    await stage.makeAllDue();
    await notifier.run();
    await has(1);
  });

  it('has a forbidden address is not contacted', async () => {
    await stage.release('promoted');
    await stage.notifier({ allowLoopback: false }).run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('address_refused'));
    expect(receiver.got).toHaveLength(0);
  });
});
