import { services, type Service } from '@alloy/contracts';
import { findNatsServer, freePort, spawnDetached, startNats, type Nats, type Running } from '@alloy/embedded';
import { jetstreamManager } from '@nats-io/jetstream';
import { nkeys, type NatsConnection } from '@nats-io/transport-node';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually';
import {
  connectNats, consumerLag, inboxPrefixOf, JetStreamPublisher, JetStreamStrategy, natsUserOf, natsUsers, onCommit,
  notifyCommit, STREAM, type Durable, type ForgedMessage, type CommitNotification, type SettlementKind, type Trigger,
} from './index';
import { jwtOperator } from './testing/jwt-operator';

const passwords = Object.fromEntries(services.map((service) => [natsUserOf(service), `password-of-${service}`]));
const ADMIN = { name: 'admin', password: 'password-of-admin' };
const event = (n: number) => ({ id: `id-${n}`, family: 'decision', type: 'StepStarted', stream: `release-${n}`, version: 1 });

describe('NATS users of the services', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-nats-users-'));
  const opened: NatsConnection[] = [];
  let server: Nats;

  const urlAs = (user: string, password: string): string => server.url.replace('//', `//${user}:${password}@`);
  const as = async (service: Service): Promise<NatsConnection> => {
    const connection = await connectNats({
      url: urlAs(natsUserOf(service), passwords[natsUserOf(service)]!),
      name: service,
      inboxPrefix: inboxPrefixOf(service),
    });
    opened.push(connection);
    return connection;
  };
  /** Operations that the server refused on that connection. */
  const refusals = (connection: NatsConnection): string[] => {
    const seen: string[] = [];
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'error') seen.push(status.error.message);
    })();
    return seen;
  };

  beforeAll(async () => {
    server = await startNats({ dir, users: [...natsUsers(passwords), ADMIN] });
  });
  afterAll(async () => {
    for (const connection of opened) await connection.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('are refused without credentials or with wrong ones, immediately and with a hint', async () => {
    const host = server.url.replace('nats://', '');
    await expect(connectNats({ url: server.url, name: 'stranger' })).rejects.toMatchObject({
      code: 'nats_refused',
      message: expect.stringMatching(`^the NATS server at ${host} refused the credentials .*NATS_URL, or set NATS_CREDS or NATS_NKEY`),
    });
    await expect(connectNats({ url: urlAs('alloy_planner', 'guessed'), name: 'stranger' })).rejects.toMatchObject({ code: 'nats_refused' });
    expect(statSync(join(dir, 'nats.conf')).mode & 0o777).toBe(0o600);
  });

  it.each<Durable>(['planner', 'executor', 'watcher', 'notifier'])(
    'allow %s to create the stream and its consumer, take triggers and acknowledge them',
    async (durable) => {
      const connection = await as(durable);
      const refused = refusals(connection);
      const settled: SettlementKind[] = [];
      const strategy = new JetStreamStrategy({ connection, durable, onSettled: (kind) => settled.push(kind) });
      strategy.listen(() => undefined);
      const publisher = new JetStreamPublisher(await as('planner'));
      await eventually(() => publisher.publish({ ...event(1), id: `for-${durable}` }));
      await eventually(() => expect(settled).toContain('done'));
      await eventually(async () => expect(await consumerLag(connection, durable)).toBe(0));
      await strategy.close();
      expect(refused).toEqual([]);
    },
  );

  it.each(['planner', 'watcher'] as const)(
    'allow the relay in the %s to create the stream again after it was deleted, and to read its position',
    async (host) => {
      const admin = await connectNats({ url: urlAs(ADMIN.name, ADMIN.password), name: 'admin' });
      opened.push(admin);
      await (await jetstreamManager(admin)).streams.delete(STREAM);
      const publisher = new JetStreamPublisher(await as(host));
      await publisher.publish(event(2));
      expect((await publisher.position()).last).toBe(1);
    },
  );

  it('allow writers to send commit notifications to the services that act', async () => {
    const notifications: CommitNotification[] = [];
    const [planner, ingest, executor] = [await as('planner'), await as('ingest'), await as('executor')];
    onCommit(planner, (one) => notifications.push(one));
    await planner.flush();
    notifyCommit(ingest, [{ ...event(3), family: 'intent', type: 'AbortRequested' }]);
    notifyCommit(executor, [{ ...event(4), family: 'outcome', type: 'ManifestsApplied' }]);
    await eventually(() => expect(notifications.map(({ trigger }) => trigger.family).sort()).toEqual(['intent', 'outcome']));
  });

  it('refuse a trigger forged by the notifier, a commit notification of another family, and reading replies of other services', async () => {
    const [notifier, watcher, planner] = [await as('notifier'), await as('watcher'), await as('planner')];
    const [byNotifier, byWatcher] = [refusals(notifier), refusals(watcher)];
    const notifications: CommitNotification[] = [];
    onCommit(planner, (one) => notifications.push(one));
    await planner.flush();
    const { last } = await new JetStreamPublisher(planner).position();
    notifier.publish('alloy.event.decision.StepStarted.release-9', '{}');
    notifier.subscribe(`${inboxPrefixOf('planner')}.>`);
    notifyCommit(watcher, [event(9)]);
    await eventually(() =>
      expect(byNotifier.sort()).toEqual([
        expect.stringMatching(/publish.*alloy\.event\.decision/i),
        expect.stringMatching(/subscription.*_INBOX_planner/i),
      ]),
    );
    await eventually(() => expect(byWatcher).toEqual([expect.stringMatching(/publish.*alloy\.poke\.decision/i)]));
    await expect((await jetstreamManager(notifier, { timeout: 1_000 })).streams.delete(STREAM)).rejects.toThrow(/permission/i);
    expect((await new JetStreamPublisher(planner).position()).last).toBe(last);
    expect(notifications).toEqual([]);
  });

  it('cannot prevent forged messages of an administrator; these are dead-lettered and not handled', async () => {
    const admin = await connectNats({ url: urlAs(ADMIN.name, ADMIN.password), name: 'admin' });
    opened.push(admin);
    const forged: ForgedMessage[] = [];
    const settled: SettlementKind[] = [];
    const strategy = new JetStreamStrategy({
      connection: await as('watcher'),
      durable: 'watcher',
      early: true,
      onForged: (message) => forged.push(message),
      onSettled: (kind) => settled.push(kind),
    });
    const handled: unknown[] = [];
    strategy.addHandler('alloy.event.>', async (trigger: unknown) => void handled.push(trigger), true);
    strategy.listen(() => undefined);
    const subject = 'alloy.event.decision.StepStarted.release-forged';
    for (const payload of ['', '{}', '{"id":"x","version":0}', '{"id":7,"version":1}']) admin.publish(subject, payload);
    admin.publish('alloy.event.rumour', '{"id":"x","version":1}');
    await eventually(() => expect(forged).toHaveLength(5));
    expect(forged.map(({ reason }) => reason).sort()).toEqual(['bad_payload', 'bad_payload', 'bad_payload', 'bad_payload', 'bad_subject']);
    expect(settled.filter((kind) => kind === 'deadLettered')).toHaveLength(5);
    admin.publish('alloy.poke.decision.StepStarted.release-forged', '-1');
    admin.publish('alloy.poke.rumour', '1');
    await eventually(() => expect(forged).toHaveLength(7));
    expect(handled.filter((trigger) => (trigger as Trigger).stream === 'release-forged')).toEqual([]);
    await strategy.close();
  });

  it('are kept by an adopted server, and replaced on the same port when they change', async () => {
    const other = join(dir, 'other');
    const first = await startNats({ dir: other, users: [ADMIN] });
    const same = await startNats({ dir: other, users: [ADMIN] });
    expect([same.pid, same.adopted]).toEqual([first.pid, true]);
    const changed = await startNats({ dir: other, users: [{ ...ADMIN, password: 'another' }] });
    try {
      expect([changed.adopted, changed.port]).toEqual([false, first.port]);
      await expect(connectNats({ url: changed.url.replace('//', '//admin:password-of-admin@'), name: 'old' })).rejects.toMatchObject({
        code: 'nats_refused',
      });
      await (await connectNats({ url: changed.url.replace('//', '//admin:another@'), name: 'new' })).close();
    } finally {
      await changed.stop();
    }
  });
});

describe('a server with its own configuration', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-own-nats-'));
  const running: Running[] = [];
  afterAll(async () => {
    for (const one of running) await one.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Host and port. */
  const serve = async (config: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const port = await freePort();
    running.push(
      await spawnDetached({
        command: await findNatsServer(),
        args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(dir, String(port)), '-c', config],
        log: join(dir, 'nats.log'),
        env: { PATH: process.env['PATH'], ...env },
      }),
    );
    return `127.0.0.1:${port}`;
  };
  const conf = (text: string): string => {
    const file = join(dir, 'own.conf');
    writeFileSync(file, text);
    return file;
  };

  it('accepts services by deploy/nats.conf, with passwords that look like numbers', async () => {
    const env = Object.fromEntries(services.map((service) => [`ALLOY_NATS_PASSWORD_${service.toUpperCase()}`, '"12e5"']));
    const host = await serve(join(__dirname, '../../../deploy/nats.conf'), env);
    const planner = await connectNats({ url: `nats://alloy_planner:12e5@${host}`, name: 'planner', inboxPrefix: inboxPrefixOf('planner') });
    await new JetStreamPublisher(planner).publish(event(1)).catch(async () => new JetStreamPublisher(planner).publish(event(1)));
    await planner.close();
    await expect(connectNats({ url: `nats://alloy_planner:12e6@${host}`, name: 'planner' })).rejects.toMatchObject({
      code: 'nats_refused',
    });
  });

  it('accepts a token in NATS_URL', async () => {
    const host = await serve(conf('authorization: { token: "s3cr3t" }'));
    await (await connectNats({ url: `nats://s3cr3t@${host}`, name: 'planner' })).close();
    await expect(connectNats({ url: `nats://other@${host}`, name: 'planner' })).rejects.toMatchObject({ code: 'nats_refused' });
  });

  it('accepts the nkey in a file', async () => {
    const pair = nkeys.createUser();
    const host = await serve(conf(`authorization: { users: [ { nkey: ${pair.getPublicKey()} } ] }`));
    const nkeyFile = join(dir, 'user.nk');
    writeFileSync(nkeyFile, `-----BEGIN USER NKEY SEED-----\n${Buffer.from(pair.getSeed()).toString()}\n------END USER NKEY SEED------\n`);
    await (await connectNats({ url: `nats://${host}`, name: 'planner', nkeyFile })).close();
    writeFileSync(nkeyFile, Buffer.from(nkeys.createUser().getSeed()));
    await expect(connectNats({ url: `nats://${host}`, name: 'planner', nkeyFile })).rejects.toMatchObject({ code: 'nats_refused' });
  });

  it('accepts a .creds file, and refuses a user of another operator and an expired one', async () => {
    const operator = jwtOperator();
    const host = await serve(conf(operator.config));
    const credsFile = join(dir, 'user.creds');
    const connect = (content: string) => {
      writeFileSync(credsFile, content);
      return connectNats({ url: `nats://${host}`, name: 'planner', credsFile });
    };
    await (await connect(operator.creds())).close();
    await expect(connect(jwtOperator().creds())).rejects.toMatchObject({ code: 'nats_refused' });
    await expect(connect(operator.creds(1))).rejects.toMatchObject({ code: 'nats_refused' });
  });
});
