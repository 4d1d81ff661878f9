import type { Outbox } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { Receiver, type Reply } from '../testing/receiver';
import { SIGNING_KEY, Stage } from '../testing/stage';

let stage: Stage;
let receiver: Receiver;
beforeEach(async () => {
  [stage, receiver] = await Promise.all([Stage.open(), Receiver.open()]);
  await stage.routes([{ name: 'team', kind: 'webhook', urlSecret: 'url', keySecret: 'key', events: ['promoted'] }], { url: receiver.url(), key: SIGNING_KEY });
});
afterEach(async () => {
  await receiver.close();
  await stage.close();
});

const keys = () => receiver.got.map(({ headers }) => headers['webhook-id']);
const settled = () => eventually(async () => expect(await stage.waiting()).toBe(0));

it('tells nothing twice when it is stopped while a message is on its way', async () => {
  let answer: (reply: Reply) => void = () => {};
  receiver.replies.push(new Promise<Reply>((resolve) => (answer = resolve)));
  await stage.release('promoted');
  await stage.release('promoted');
  const first = stage.voice();
  await first.run();
  await eventually(() => expect(receiver.got).toHaveLength(1));
  const stopped = first.stop();
  answer({});
  await stopped;
  expect(receiver.got).toHaveLength(1);
  await stage.voice().run();
  await settled();
  expect(new Set(keys()).size).toBe(2);
  expect(receiver.got).toHaveLength(2);
});

it('tells at most one message twice after a kill between sending and recording, under the same key', async () => {
  for (let n = 0; n < 3; n += 1) await stage.release('promoted');
  // The process ends after the answer and before the record: what it would have done never happens.
  const killed: Outbox = { ...stage.ledger.outbox, settle: () => new Promise(() => {}) };
  const dead = stage.voice({ outbox: killed });
  await dead.run();
  await eventually(() => expect(receiver.got).toHaveLength(1));
  dead.stop = async () => {};
  const next = stage.voice();
  await next.run();
  expect(receiver.got).toHaveLength(1);
  await stage.leasesRunOut();
  await next.run();
  await settled();
  expect(receiver.got).toHaveLength(4);
  expect(keys()[0]).toBe(keys()[1]);
  expect(new Set(keys()).size).toBe(3);
});

it('tells each message once, two notifiers or five', async () => {
  for (let n = 0; n < 5; n += 1) await stage.release('promoted');
  const voices = Array.from({ length: 5 }, () => stage.voice());
  await Promise.all(voices.map((voice) => voice.run()));
  await eventually(async () => {
    await Promise.all(voices.map((voice) => voice.run()));
    expect(await stage.waiting()).toBe(0);
  });
  expect(receiver.got).toHaveLength(5);
  expect(new Set(keys()).size).toBe(5);
});

it('tells nothing again when the cursor was set back', async () => {
  await stage.release('promoted');
  await stage.voice().run();
  await settled();
  await stage.owner.pool.query(`UPDATE projection_cursor SET seq = 0 WHERE name = 'notifier'`);
  await stage.release('promoted');
  await stage.voice().run();
  await settled();
  await eventually(() => expect(receiver.got).toHaveLength(2));
  expect(new Set(keys()).size).toBe(2);
});
