import { createLedger } from '@alloy/ledger';
import { readFileSync } from 'node:fs';
import { Receiver, type Reply } from '../../apps/notifier/src/testing/receiver';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { quickPolicy } from './quick-policy';

const project = 'shop';
const notify = [
  {
    name: 'team',
    kind: 'webhook' as const,
    urlSecret: 'hook-url',
    keySecret: 'hook-key',
    events: ['started' as const, 'promoted' as const],
  },
];
let installation: Installation;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.open();
  installation = await Installation.start({ projects: { [project]: { ...quickPolicy, notify } } });
  const ledger = createLedger({
    databaseUrl: installation.addresses().databaseUrl,
    secretsKey: Buffer.from(readFileSync(installation.home.secretsKey, 'utf8').trim(), 'base64'),
  });
  await ledger.secrets.put(project, 'hook-url', receiver.url(), 'test');
  await ledger.secrets.put(project, 'hook-key', `whsec_${Buffer.alloc(24, 5).toString('base64')}`, 'test');
  await ledger.close();
});
afterAll(async () => {
  await installation?.stop();
  await receiver?.close();
});

const sent = () =>
  receiver.got.map(({ headers, json }) => ({
    key: headers['webhook-id'],
    type: json.type as string,
    version: json.data.version as string,
  }));
const wanted = (...versions: string[]) =>
  versions.flatMap((version) => [
    { type: 'release.started', version },
    { type: 'release.promoted', version },
  ]);
const distinct = () => [...new Map(sent().map(({ key, type, version }) => [key, { type, version }])).values()];
/** Long enough for the dead process' lease to expire. */
const patiently = { timeoutMs: 60_000 };

describe('a notifier', () => {
  it('that is killed with -9 between sending and recording sends all messages, and at most one of them twice', async () => {
    const { releases } = installation;
    receiver.replies.push('stall');
    const release = await releases.deploy(project, 'v1');
    await eventually(() => expect(receiver.got).toHaveLength(1), patiently);
    installation.kill('notifier');
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    await eventually(() => expect(distinct()).toEqual(wanted('v1')), patiently);
    expect(sent()).toHaveLength(3);
    expect(sent()[1]!.key).toBe(sent()[0]!.key);
  });

  it('that is stopped in order while it sends repeats no message', async () => {
    const { releases } = installation;
    let answer: (reply: Reply) => void = () => {};
    receiver.replies.push(new Promise((resolve) => (answer = resolve)));
    const before = sent().length;
    const starts = installation.starts()['notifier']!;
    const release = await releases.deploy(project, 'v2');
    await eventually(() => expect(receiver.got).toHaveLength(before + 1), patiently);
    installation.kill('notifier', 'SIGTERM');
    answer({});
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    await eventually(() => expect(distinct()).toEqual(wanted('v1', 'v2')), patiently);
    expect(sent()).toHaveLength(before + 2);
    expect(installation.starts()['notifier']).toBe(starts + 1);
  });
});
