import { startNats, tether, type Nats } from '@alloy/embedded';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually';
import {
  connectNats, JetStreamContext, JetStreamPublisher, JetStreamStrategy, onCommit, notifyCommit, STREAM,
  type CommitNotification, type SettlementKind, type Trigger,
} from './index';

class Seen {
  readonly decisions: string[] = [];
  readonly all: string[] = [];
  failures = 0;
  deliveries = 0;
}

@Controller()
class Handlers {
  constructor(@Inject(Seen) private readonly seen: Seen) {}

  @EventPattern('alloy.event.decision.>')
  async onDecision(@Payload() trigger: Trigger): Promise<void> {
    this.seen.decisions.push(trigger.stream);
  }

  @EventPattern<string>('alloy.event.*.StepStarted.*')
  async onStep(@Payload() trigger: Trigger, @Ctx() context: JetStreamContext): Promise<void> {
    this.seen.deliveries = context.deliveries;
    if (this.seen.failures-- > 0) throw new Error('not yet');
    this.seen.all.push(trigger.stream);
  }
}

@Module({ controllers: [Handlers], providers: [Seen] })
class App {}

/** A lost consumer is detected by missed heartbeats, then recreated with increasing intervals. */
const patiently = { timeoutMs: 60_000 };

const event = (n: number, family = 'decision', type = 'StepStarted') => ({
  id: `id-${family}-${n}`,
  family,
  type,
  stream: `release-${n}`,
  version: 1,
});

describe('JetStream transport', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-transport-'));
  const stops: Array<() => Promise<unknown>> = [];
  const settled: SettlementKind[] = [];
  /** Whether the handlers' dependencies work. */
  let isAway = false;
  let server: Nats;
  let connection: NatsConnection;
  let seen: Seen;
  let publisher: JetStreamPublisher;

  /** Stops when this process ends, however it ends. */
  const start = async (port?: number): Promise<void> => {
    server = await startNats({ dir: join(dir, 'nats'), ...(port === undefined ? {} : { port }) });
    const untether = tether(server.pid, 'KILL');
    stops.push(async () => untether());
  };

  beforeAll(async () => {
    await start();
    connection = await connectNats({ url: server.url, name: 'test' });
    const strategy = new JetStreamStrategy({
      connection, durable: 'planner', early: true,
      canWork: async () => !isAway,
      onSettled: (kind) => settled.push(kind),
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(App, { strategy, logger: false });
    await app.listen();
    seen = app.get(Seen);
    publisher = new JetStreamPublisher(connection);
    stops.push(() => app.close(), () => connection.close(), async () => server.stop());
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(() => {
    isAway = false;
    Object.assign(seen, { failures: 0 });
    for (const list of [seen.decisions, seen.all, settled]) list.length = 0;
  });

  it('passes a trigger to every handler whose pattern matches, and acknowledges triggers without a handler', async () => {
    await publisher.publish(event(1));
    await publisher.publish(event(2, 'outcome', 'ManifestsApplied'));
    await publisher.publish(event(3));
    await eventually(() => expect(settled).toEqual(['done', 'done', 'done']));
    expect(seen.decisions).toEqual(['release-1', 'release-3']);
    expect(seen.all).toEqual(['release-1', 'release-3']);
  });

  it('publishes an event once', async () => {
    await publisher.publish(event(4));
    await publisher.publish(event(4));
    await publisher.publish(event(5));
    await eventually(() => expect(seen.all).toContain('release-5'));
    expect(seen.all.filter((stream) => stream === 'release-4')).toHaveLength(1);
  });

  it('delivers a failed trigger again', async () => {
    seen.failures = 1;
    await publisher.publish(event(6));
    await eventually(() => expect(seen.all).toEqual(['release-6']));
    expect(seen.deliveries).toBe(2);
    expect(settled).toEqual(['later', 'done']);
  });

  it('acknowledges triggers that fail while a dependency of the handler does not work, however often', async () => {
    isAway = true;
    seen.failures = 30;
    for (let n = 100; n < 130; n += 1) await publisher.publish(event(n));
    await eventually(() => expect(settled).toEqual(Array(30).fill('left')));
    isAway = false;
    await publisher.publish(event(130));
    await eventually(() => expect(seen.all).toEqual(['release-130']));
    expect(seen.deliveries).toBe(1);
    // The server processes an acknowledgement asynchronously.
    await eventually(async () =>
      expect((await (await jetstreamManager(connection)).consumers.info(STREAM, 'planner')).num_ack_pending).toBe(0),
    );
  });

  it('dead-letters a message with a bad subject, and continues', async () => {
    connection.publish('alloy.event.rumour');
    await publisher.publish(event(7));
    await eventually(() => expect(settled).toEqual(expect.arrayContaining(['deadLettered', 'done'])));
    expect(seen.all).toEqual(['release-7']);
  });

  it('can be closed before it has started', async () => {
    const strategy = new JetStreamStrategy({ connection, durable: 'watcher' });
    strategy.listen(() => undefined);
    await expect(strategy.close()).resolves.toBeUndefined();
  });

  it('delivers commit notifications to the relay', async () => {
    const notifications: CommitNotification[] = [];
    const end = onCommit(connection, (one) => notifications.push(one));
    notifyCommit(connection, [event(20), event(21, 'outcome', 'ManifestsApplied')]);
    await eventually(() => expect(notifications).toHaveLength(2));
    expect(notifications[1]).toEqual({ trigger: { family: 'outcome', type: 'ManifestsApplied', stream: 'release-21' }, version: 1 });
    end();
    notifyCommit(connection, [event(20)]);
    // The service of this suite receives it, too.
    await eventually(() => expect(seen.all).toEqual(['release-20', 'release-20']));
    expect(notifications).toHaveLength(2);
  });

  it('handles an event at its commit notification, and not again when JetStream delivers it', async () => {
    notifyCommit(connection, [event(30)]);
    await eventually(() => expect(seen.all).toEqual(['release-30']));
    expect(seen.deliveries).toBe(0);
    await publisher.publish(event(30));
    await publisher.publish({ ...event(30), id: 'another', version: 2 });
    await eventually(() => expect(settled).toEqual(['done', 'done']));
    expect(seen.all).toEqual(['release-30', 'release-30']);
    expect(seen.deliveries).toBe(1);
  });

  it('handles it when JetStream delivers it, if handling failed at the commit notification', async () => {
    seen.failures = 1;
    notifyCommit(connection, [event(31)]);
    await eventually(() => expect(seen.failures).toBe(0));
    expect(seen.all).toEqual([]);
    await publisher.publish(event(31));
    await eventually(() => expect(seen.all).toEqual(['release-31']));
    expect(settled).toEqual(['done']);
  });

  it('recreates a deleted stream with its consumer, and reports another stream to the relay', async () => {
    const before = await publisher.position();
    expect(await publisher.position()).toEqual(before);
    expect(before.last).toBeGreaterThan(0);
    await (await jetstreamManager(connection)).streams.delete(STREAM);
    await publisher.publish(event(8));
    await eventually(() => expect(seen.all).toEqual(['release-8']), patiently);
    const after = await publisher.position();
    expect(after.store).not.toBe(before.store);
    expect(after.last).toBe(1);
  });

  it('recreates a deleted consumer', async () => {
    await (await jetstreamManager(connection)).consumers.delete(STREAM, 'planner');
    await publisher.publish(event(9));
    await eventually(() => expect(seen.all).toContain('release-9'), patiently);
  });

  it.each([
    ['with its store', false, 10],
    ['with its store wiped', true, 11],
  ])('continues when the server is killed and returns %s', async (_, wipe, n) => {
    const { port } = server;
    process.kill(server.pid, 'SIGKILL');
    await server.stop();
    if (wipe) rmSync(join(dir, 'nats', 'store'), { recursive: true, force: true });
    await start(port);
    await eventually(() => publisher.publish(event(n)), patiently);
    await eventually(() => expect(seen.all).toContain(`release-${n}`), patiently);
  });
});
