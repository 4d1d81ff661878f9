import { services, type Service } from '@alloy/contracts';
import { findNatsServer, freePort, spawnDetached, startNats, type Nats, type Running } from '@alloy/embedded';
import { jetstreamManager } from '@nats-io/jetstream';
import { nkeys, type NatsConnection } from '@nats-io/transport-node';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually';
import { connectNats, consumerLag, inboxPrefixOf, JetStreamPublisher, JetStreamStrategy, natsUserOf, natsUsers, onPoke, poke, STREAM, type Durable, type ForgedMessage, type Poke, type SettlementKind, type Wake } from './index';
import { jwtOperator } from './testing/jwt-operator';

const passwords = Object.fromEntries(services.map((service) => [natsUserOf(service), `password-of-${service}`]));
const ADMIN = { name: 'admin', password: 'password-of-admin' };
const event = (n: number) => ({ id: `id-${n}`, family: 'decision', type: 'StepStarted', stream: `release-${n}`, version: 1 });

describe('the services’ users of nats-server', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-nats-users-'));
  const opened: NatsConnection[] = [];
  let server: Nats;

  const urlAs = (user: string, password: string): string => server.url.replace('//', `//${user}:${password}@`);
  const as = async (service: Service): Promise<NatsConnection> => {
    const connection = await connectNats({ url: urlAs(natsUserOf(service), passwords[natsUserOf(service)]!), name: service, inboxPrefix: inboxPrefixOf(service) });
    opened.push(connection);
    return connection;
  };
  /** What the server refused on that connection. */
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

  it('let nobody in without credentials or with wrong ones, and say at once what to do', async () => {
    const host = server.url.replace('nats://', '');
    await expect(connectNats({ url: server.url, name: 'stranger' })).rejects.toMatchObject({ code: 'nats_refused', message: expect.stringMatching(`^the NATS server at ${host} refused the credentials .*NATS_URL, or NATS_CREDS or NATS_NKEY`) });
    await expect(connectNats({ url: urlAs('alloy_planner', 'guessed'), name: 'stranger' })).rejects.toMatchObject({ code: 'nats_refused' });
    expect(statSync(join(dir, 'nats.conf')).mode & 0o777).toBe(0o600);
  });

  it.each<Durable>(['planner', 'executor', 'watcher', 'notifier'])('let %s make the stream and its consumer, take wakes and acknowledge them', async (durable) => {
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
  });

  it.each(['planner', 'watcher'] as const)('let the relay in the %s make the stream anew after it was wiped, and say where it stands', async (host) => {
    const admin = await connectNats({ url: urlAs(ADMIN.name, ADMIN.password), name: 'admin' });
    opened.push(admin);
    await (await jetstreamManager(admin)).streams.delete(STREAM);
    const publisher = new JetStreamPublisher(await as(host));
    await publisher.publish(event(2));
    expect((await publisher.position()).last).toBe(1);
  });

  it('bring commit notifications from whoever appends to whoever acts', async () => {
    const pokes: Poke[] = [];
    const [planner, ingest, executor] = [await as('planner'), await as('ingest'), await as('executor')];
    onPoke(planner, (one) => pokes.push(one));
    await planner.flush();
    poke(ingest, [{ ...event(3), family: 'intent', type: 'AbortRequested' }]);
    poke(executor, [{ ...event(4), family: 'outcome', type: 'ManifestsApplied' }]);
    await eventually(() => expect(pokes.map(({ wake }) => wake.family).sort()).toEqual(['intent', 'outcome']));
  });

  it('refuse a wake that the notifier forges, a commit notification of another family, and the replies of others', async () => {
    const [notifier, watcher, planner] = [await as('notifier'), await as('watcher'), await as('planner')];
    const [byNotifier, byWatcher] = [refusals(notifier), refusals(watcher)];
    const pokes: Poke[] = [];
    onPoke(planner, (one) => pokes.push(one));
    await planner.flush();
    const { last } = await new JetStreamPublisher(planner).position();
    notifier.publish('alloy.event.decision.StepStarted.release-9', '{}');
    notifier.subscribe(`${inboxPrefixOf('planner')}.>`);
    poke(watcher, [event(9)]);
    await eventually(() => expect(byNotifier.sort()).toEqual([expect.stringMatching(/publish.*alloy\.event\.decision/i), expect.stringMatching(/subscription.*_INBOX_planner/i)]));
    await eventually(() => expect(byWatcher).toEqual([expect.stringMatching(/publish.*alloy\.poke\.decision/i)]));
    await expect((await jetstreamManager(notifier, { timeout: 1_000 })).streams.delete(STREAM)).rejects.toThrow(/permission/i);
    expect((await new JetStreamPublisher(planner).position()).last).toBe(last);
    expect(pokes).toEqual([]);
  });

  it('set forged messages aside with their reason, and handle none', async () => {
    const admin = await connectNats({ url: urlAs(ADMIN.name, ADMIN.password), name: 'admin' });
    opened.push(admin);
    const forged: ForgedMessage[] = [];
    const settled: SettlementKind[] = [];
    const strategy = new JetStreamStrategy({ connection: await as('watcher'), durable: 'watcher', early: true, onForged: (message) => forged.push(message), onSettled: (kind) => settled.push(kind) });
    const handled: unknown[] = [];
    strategy.addHandler('alloy.event.>', async (wake: unknown) => void handled.push(wake), true);
    strategy.listen(() => undefined);
    const subject = 'alloy.event.decision.StepStarted.release-forged';
    for (const payload of ['', '{}', '{"id":"x","version":0}', '{"id":7,"version":1}']) admin.publish(subject, payload);
    admin.publish('alloy.event.rumour', '{"id":"x","version":1}');
    await eventually(() => expect(forged).toHaveLength(5));
    expect(forged.map(({ reason }) => reason).sort()).toEqual(['bad_payload', 'bad_payload', 'bad_payload', 'bad_payload', 'bad_subject']);
    expect(settled.filter((kind) => kind === 'setAside')).toHaveLength(5);
    admin.publish('alloy.poke.decision.StepStarted.release-forged', '-1');
    admin.publish('alloy.poke.rumour', '1');
    await eventually(() => expect(forged).toHaveLength(7));
    expect(handled.filter((wake) => (wake as Wake).stream === 'release-forged')).toEqual([]);
    await strategy.close();
  });

  it('are adopted as they are, and replaced when they change, on the same port', async () => {
    const other = join(dir, 'other');
    const first = await startNats({ dir: other, users: [ADMIN] });
    const same = await startNats({ dir: other, users: [ADMIN] });
    expect([same.pid, same.adopted]).toEqual([first.pid, true]);
    const changed = await startNats({ dir: other, users: [{ ...ADMIN, password: 'another' }] });
    try {
      expect([changed.adopted, changed.port]).toEqual([false, first.port]);
      await expect(connectNats({ url: changed.url.replace('//', '//admin:password-of-admin@'), name: 'old' })).rejects.toMatchObject({ code: 'nats_refused' });
      await (await connectNats({ url: changed.url.replace('//', '//admin:another@'), name: 'new' })).close();
    } finally {
      await changed.stop();
    }
  });
});

describe('a server with a configuration of its own', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-own-nats-'));
  const running: Running[] = [];
  afterAll(async () => {
    for (const one of running) await one.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Host and port. */
  const serve = async (config: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const port = await freePort();
    running.push(await spawnDetached({ command: await findNatsServer(), args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(dir, String(port)), '-c', config], log: join(dir, 'nats.log'), env: { PATH: process.env['PATH'], ...env } }));
    return `127.0.0.1:${port}`;
  };
  const conf = (text: string): string => {
    const file = join(dir, 'own.conf');
    writeFileSync(file, text);
    return file;
  };

  it('lets services in by deploy/nats.conf, with passwords that look like numbers', async () => {
    const env = Object.fromEntries(services.map((service) => [`ALLOY_NATS_PASSWORD_${service.toUpperCase()}`, '"12e5"']));
    const host = await serve(join(__dirname, '../../../deploy/nats.conf'), env);
    const planner = await connectNats({ url: `nats://alloy_planner:12e5@${host}`, name: 'planner', inboxPrefix: inboxPrefixOf('planner') });
    await new JetStreamPublisher(planner).publish(event(1)).catch(async () => new JetStreamPublisher(planner).publish(event(1)));
    await planner.close();
    await expect(connectNats({ url: `nats://alloy_planner:12e6@${host}`, name: 'planner' })).rejects.toMatchObject({ code: 'nats_refused' });
  });

  it('lets in by a token in NATS_URL', async () => {
    const host = await serve(conf('authorization: { token: "s3cr3t" }'));
    await (await connectNats({ url: `nats://s3cr3t@${host}`, name: 'planner' })).close();
    await expect(connectNats({ url: `nats://other@${host}`, name: 'planner' })).rejects.toMatchObject({ code: 'nats_refused' });
  });

  it('lets in by the nkey in a file', async () => {
    const pair = nkeys.createUser();
    const host = await serve(conf(`authorization: { users: [ { nkey: ${pair.getPublicKey()} } ] }`));
    const nkeyFile = join(dir, 'user.nk');
    writeFileSync(nkeyFile, `-----BEGIN USER NKEY SEED-----\n${Buffer.from(pair.getSeed()).toString()}\n------END USER NKEY SEED------\n`);
    await (await connectNats({ url: `nats://${host}`, name: 'planner', nkeyFile })).close();
    writeFileSync(nkeyFile, Buffer.from(nkeys.createUser().getSeed()));
    await expect(connectNats({ url: `nats://${host}`, name: 'planner', nkeyFile })).rejects.toMatchObject({ code: 'nats_refused' });
  });

  it('lets in by a .creds file, and neither a user of another operator nor one whose time has passed', async () => {
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
