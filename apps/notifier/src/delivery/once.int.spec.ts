import type { Outbox } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { Receiver, type Reply } from '../testing/receiver';
import { SIGNING_KEY, Stage } from '../testing/stage';

let stage: Stage;
let receiver: Receiver;
beforeEach(async () => {
  [stage, receiver] = await Promise.all([Stage.open(), Receiver.open()]);
  await stage.routes([{ name: 'team', kind: 'webhook', urlSecret: 'url', keySecret: 'key', events: ['promoted'] }], {
    url: receiver.url(),
    key: SIGNING_KEY,
  });
});
afterEach(async () => {
  await receiver.close();
  await stage.close();
});

const keys = () => receiver.got.map(({ headers }) => headers['webhook-id']);
const settled = () => eventually(async () => expect(await stage.waiting()).toBe(0));

it('a notifier sends nothing twice when stopped while sending', async () => {
  let answer: (reply: Reply) => void = () => {};
  receiver.replies.push(new Promise<Reply>((resolve) => (answer = resolve)));
  await stage.release('promoted');
  await stage.release('promoted');
  const first = stage.notifier();
  await first.run();
  await eventually(() => expect(receiver.got).toHaveLength(1));
  const stopped = first.stop();
  answer({});
  await stopped;
  expect(receiver.got).toHaveLength(1);
  await stage.notifier().run();
  await settled();
  expect(new Set(keys()).size).toBe(2);
  expect(receiver.got).toHaveLength(2);
});

it('a notifier repeats at most one message, with the same key, after a kill between sending and recording', async () => {
  for (let n = 0; n < 3; n += 1) await stage.release('promoted');
  // The process dies after the answer and before the record, so its later steps never happen.
  const killed: Outbox = { ...stage.ledger.outbox, settle: () => new Promise(() => {}) };
  const dead = stage.notifier({ outbox: killed });
  await dead.run();
  await eventually(() => expect(receiver.got).toHaveLength(1));
  dead.stop = async () => {};
  const next = stage.notifier();
  await next.run();
  expect(receiver.got).toHaveLength(1);
  await stage.expireLeases();
  await next.run();
  await settled();
  expect(receiver.got).toHaveLength(4);
  expect(keys()[0]).toBe(keys()[1]);
  expect(new Set(keys()).size).toBe(3);
});

it('several notifiers send each message once', async () => {
  for (let n = 0; n < 5; n += 1) await stage.release('promoted');
  const notifiers = Array.from({ length: 5 }, () => stage.notifier());
  await Promise.all(notifiers.map((notifier) => notifier.run()));
  await eventually(async () => {
    await Promise.all(notifiers.map((notifier) => notifier.run()));
    expect(await stage.waiting()).toBe(0);
  });
  expect(receiver.got).toHaveLength(5);
  expect(new Set(keys()).size).toBe(5);
});

it('a notifier sends nothing again after its cursor was reset', async () => {
  await stage.release('promoted');
  await stage.notifier().run();
  await settled();
  await stage.owner.pool.query(`UPDATE projection_cursor SET seq = 0 WHERE name = 'notifier'`);
  await stage.release('promoted');
  await stage.notifier().run();
  await settled();
  await eventually(() => expect(receiver.got).toHaveLength(2));
  expect(new Set(keys()).size).toBe(2);
});
