import { Webhook } from 'standardwebhooks';
import { eventually } from '../../../../test/support/eventually';
import { Receiver, type Reply } from '../testing/receiver';
import { SIGNING_KEY, Stage } from '../testing/stage';
import { SET_ASIDE_AFTER } from './deliver';

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
/** What failed has been put off. */
const idle = () => eventually(async () => expect(await stage.ledger.outbox.dueRoutes()).toEqual([]));
const has = (count: number, from = receiver) => eventually(() => expect(from.got).toHaveLength(count));

describe('a route', () => {
  it('tells a release in order, each message once, signed as the receiver can check', async () => {
    await stage.release('promoted');
    await stage.release('rolledBack');
    await stage.voice().run();
    await has(6);
    expect(types()).toEqual(['release.started', 'release.stagePassed', 'release.promoted', 'release.started', 'release.rollingBack', 'release.rolledBack']);
    for (const { text, headers } of receiver.got) expect(() => new Webhook(SIGNING_KEY).verify(text, headers as Record<string, string>)).not.toThrow();
    expect(receiver.got[5]!.json.data).toMatchObject({
      service: 'shop', version: 'v2', environment: 'production', status: 'rolled back', author: 'ada', commit: 'abc', link: 'https://alloy.example.com/api/v1/releases/R2',
      reason: { text: 'canary errors 7.2 % of 250, limit 1.0 %', evidence: { canaryErrorRate: 0.072, threshold: 0.01, requests: 250 } }, durationSeconds: expect.any(Number),
    });
    expect(new Set(keys()).size).toBe(6);
    await eventually(async () => expect(await stage.waiting()).toBe(0));
  });

  it('tells what its filter lets through, by its template', async () => {
    await stage.routes([hook('team', { events: ['promoted'], template: '{{service}} {{version}} by {{author}}: {{status}}' })]);
    await stage.release('promoted');
    await stage.voice().run();
    await has(1);
    expect(receiver.got[0]!.json).toMatchObject({ type: 'release.promoted', data: { headline: 'shop v1 by ada: promoted' } });
  });

  it('is told nothing of what was before it', async () => {
    await stage.routes([]);
    await stage.release('promoted');
    await stage.voice().run();
    await stage.routes([hook('team', endings)]);
    await stage.release('rolledBack');
    await stage.voice().run();
    await has(1);
    expect(types()).toEqual(['release.rolledBack']);
  });

  it('whose filter has changed is spared what waits and is wanted no more', async () => {
    receiver.replies.push({ status: 500 });
    await stage.release('promoted');
    await stage.voice({ byHand: true }).run();
    await has(1);
    await idle();
    await stage.routes([hook('team', { events: ['promoted'] })]);
    await eventually(async () => {
      await stage.timePasses();
      await stage.voice({ byHand: true }).run();
      expect(await stage.waiting()).toBe(0);
    });
    expect(types()).toEqual(['release.started', 'release.promoted']);
  });

  it('is forgotten, with what waits for it, once the policy has it no more', async () => {
    receiver.replies.push({ status: 500 });
    await stage.release('promoted');
    await stage.voice({ byHand: true }).run();
    await has(1);
    await idle();
    await stage.routes([]);
    await eventually(async () => {
      await stage.timePasses();
      await stage.voice({ byHand: true }).run();
      expect(await stage.waiting()).toBe(0);
    });
    expect(receiver.got).toHaveLength(1);
  });

  it('shows no secret, neither in its log nor in the database', async () => {
    receiver.replies.push({ status: 500 }, { status: 410 });
    await stage.release('promoted');
    await stage.voice().run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('route_disabled'));
    const tables = await Promise.all(['event', 'delivery', 'delivery_route', 'notification', 'sealed_secret'].map((table) => stage.owner.pool.query(`SELECT t::text AS row FROM ${table} t`)));
    const told = JSON.stringify([stage.lines, tables.map(({ rows }) => rows)]);
    for (const secret of [receiver.url(), SIGNING_KEY, Buffer.from(SIGNING_KEY).toString('base64')]) expect(told).not.toContain(secret);
  });
});

describe('a receiver that', () => {
  beforeEach(() => stage.routes([hook('team', endings)]));

  it('answers 500 gets the same message again, under the same key', async () => {
    receiver.replies.push({ status: 500 }, { status: 502 });
    await stage.release('promoted');
    await stage.voice().run();
    await has(3);
    expect(new Set(keys()).size).toBe(1);
    await eventually(async () => expect(await stage.waiting()).toBe(0));
    expect(receiver.got).toHaveLength(3);
  });

  it('answers 429 gets it when it said, not before', async () => {
    receiver.replies.push({ status: 429, headers: { 'retry-after': '2' } });
    await stage.release('promoted');
    await stage.voice().run();
    await has(2);
    expect(receiver.got[1]!.at - receiver.got[0]!.at).toBeGreaterThanOrEqual(1_990);
  });

  it('redirects is not followed', async () => {
    receiver.replies.push({ status: 307, headers: { location: other.url() } });
    await stage.release('promoted');
    await stage.voice().run();
    await has(2);
    expect(other.got).toHaveLength(0);
  });

  it('answers 410 is told nothing more until its settings change, and somebody is alerted', async () => {
    receiver.replies.push({ status: 410 });
    await stage.release('promoted');
    const voice = stage.voice();
    await voice.run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('"alert":"route_disabled"'));
    await stage.release('rolledBack');
    await stage.timePasses();
    await voice.run();
    await eventually(async () => expect((await stage.ledger.outbox.dueRoutes()).length).toBe(0));
    expect(receiver.got).toHaveLength(1);
    await stage.owner.secrets.put('shop', 'team-url', receiver.url('/new'), 'demo');
    await stage.timePasses();
    await voice.run();
    await has(3);
    expect(receiver.got.map(({ path }) => path)).toEqual(['/hook', '/new', '/new']);
    expect(types()).toEqual(['release.promoted', 'release.promoted', 'release.rolledBack']);
  });

  it('stalls holds up nobody else', async () => {
    await stage.routes([hook('team', endings), hook('other', endings)]);
    let answer: (reply: Reply) => void = () => {};
    receiver.replies.push(new Promise<Reply>((resolve) => (answer = resolve)));
    await stage.release('promoted');
    const voice = stage.voice({ timeoutMs: 60_000 });
    await voice.run();
    await has(1, other);
    await stage.release('rolledBack');
    await voice.run();
    await has(2, other);
    expect(types()).toEqual(['release.promoted']);
    answer({});
    await has(2);
    expect(types()).toEqual(['release.promoted', 'release.rolledBack']);
  });

  it('does not answer in time gets the message again', async () => {
    receiver.replies.push('stall');
    await stage.release('promoted');
    await stage.voice({ timeoutMs: 300 }).run();
    await has(2);
    expect(new Set(keys()).size).toBe(1);
  });

  it('is dead is set aside with one alert while the others go on, and hears all of it once it lives', async () => {
    await stage.routes([hook('team', endings), hook('other', endings)]);
    receiver.replies.push(...Array.from({ length: SET_ASIDE_AFTER + 1 }, () => ({ status: 503 })));
    await stage.release('promoted');
    const voice = stage.voice({ byHand: true });
    for (let tries = 1; tries <= SET_ASIDE_AFTER + 1; tries += 1) {
      await stage.timePasses();
      await eventually(async () => {
        await voice.run();
        expect(receiver.got).toHaveLength(tries);
      });
      await idle();
    }
    expect(stage.lines.filter((line) => line.includes('"alert":"route_failing"'))).toHaveLength(1);
    await stage.release('rolledBack');
    await voice.run();
    await has(2, other);
    expect(await stage.ledger.outbox.countTroubles()).toBe(1);
    await stage.timePasses();
    await eventually(async () => {
      await voice.run();
      expect(await stage.ledger.outbox.countTroubles()).toBe(0);
      expect(await stage.waiting()).toBe(0);
    });
    expect(receiver.got).toHaveLength(SET_ASIDE_AFTER + 3);
  });

  it('lost its secret gets everything once there is one', async () => {
    await stage.owner.secrets.remove('shop', 'team-url');
    await stage.release('promoted');
    const voice = stage.voice();
    await voice.run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('there is no secret team-url'));
    await stage.owner.secrets.put('shop', 'team-url', receiver.url(), 'demo');
    await stage.timePasses();
    await voice.run();
    await has(1);
  });

  it('lives at a forbidden address is not spoken to', async () => {
    await stage.release('promoted');
    await stage.voice({ allowLoopback: false }).run();
    await eventually(() => expect(stage.lines.join('\n')).toContain('address_refused'));
    expect(receiver.got).toHaveLength(0);
  });
});
