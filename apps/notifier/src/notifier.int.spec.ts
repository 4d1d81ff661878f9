import { startNats, type Nats } from '@alloy/embedded';
import type { Relay } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import { createLedger, type Ledger } from '@alloy/ledger';
import { request } from '@alloy/release/testing';
import { nodeActor, parseConfig, startService, type RunningService } from '@alloy/service';
import { connectNats, JetStreamPublisher, type NatsConnection } from '@alloy/transport';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { notifierConfig } from './config';
import { NotifierModule, notifierStrategy } from './notifier.module';

class Lines extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  notifications(): Array<Record<string, unknown>> {
    return this.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => 'eventId' in line);
  }
}

describe('notifier, on a real Postgres and a real nats-server', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-notifier-'));
  const lines = new Lines();
  const notifiers: RunningService[] = [];
  let nats: Nats;
  let connection: NatsConnection;
  let database: TestDatabase;
  let ledger: Ledger;
  let relay: Relay;

  const startNotifier = async (): Promise<void> => {
    const env = {
      PORT: '0',
      DATABASE_URL: database.roleUrl('alloy_notifier'),
      NATS_URL: nats.url,
      SWEEP_SECONDS: '300',
      ALLOY_SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
    };
    notifiers.push(
      await startService({
        name: 'notifier',
        config: () => parseConfig(notifierConfig, env),
        module: (c) => NotifierModule.with(c),
        strategy: notifierStrategy,
        destination: lines,
      }),
    );
  };
  const stopNotifiers = () => Promise.all(notifiers.splice(0).map((service) => service.close()));
  const reject = async (releaseId: string): Promise<void> => {
    const key = { releaseId, project: 'shop', environment: 'production' };
    await ledger.log.append(key, [{ type: 'ReleaseRequested', data: request }], {
      expected: 0,
      actor: { kind: 'ci', id: 'demo' },
      causationId: null,
    });
    const reason = { code: 'busy', rule: 'policy.whenBusy', text: 'release R0 is under way', evidence: {} } as const;
    await ledger.log.append(key, [{ type: 'ReleaseRejected', data: { reason } }], { expected: 1, actor: nodeActor('planner') });
    relay.trigger();
  };

  beforeAll(async () => {
    [nats, database] = await Promise.all([startNats({ dir: join(dir, 'nats') }), createDatabase()]);
    connection = await connectNats({ url: nats.url, name: 'test' });
    ledger = createLedger({ databaseUrl: database.url, name: 'test' });
    relay = aRelay({ pool: ledger.pool, publisher: new JetStreamPublisher(connection), onError: () => undefined });
    relay.start();
  });
  afterAll(async () => {
    await stopNotifiers();
    await relay.stop();
    await connection.close();
    await ledger.close();
    await Promise.all([nats.stop(), database.drop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  it('sends the end of a release on a trigger, once with two replicas', async () => {
    await Promise.all([startNotifier(), startNotifier()]);
    await reject('R1');
    await eventually(() => expect(lines.notifications()).toHaveLength(1));
    expect(lines.notifications()[0]).toMatchObject({
      service: 'notifier', project: 'shop', environment: 'production', version: 'v2', what: 'rejected', releaseId: 'R1',
      reason: { code: 'busy' }, msg: expect.stringMatching(/^shop v2 in production: rejected after .* s \(release R0 is under way\)$/),
    });
  });

  it('sends nothing again after an orderly stop, and catches up on later events', async () => {
    await stopNotifiers();
    await reject('R2');
    await startNotifier();
    await eventually(() => expect(lines.notifications().map(({ releaseId }) => releaseId)).toEqual(['R1', 'R2']));
  });

  it('deletes old records of sent notifications', async () => {
    const notifications = async () =>
      (
        await ledger.pool.query<{ old: boolean }>(`SELECT told_at < clock_timestamp() - interval '89 days' AS old FROM notification`)
      ).rows.map(({ old }) => old);
    await eventually(async () => expect(await notifications()).toHaveLength(2));
    await stopNotifiers();
    await ledger.pool.query(
      `UPDATE notification SET told_at = told_at - interval '91 days' WHERE ctid = (SELECT ctid FROM notification LIMIT 1)`,
    );
    await startNotifier();
    await eventually(async () => expect(await notifications()).toEqual([false]));
  });

  it('refuses to start without the master key', () => {
    expect(() => parseConfig(notifierConfig, { DATABASE_URL: 'x', NATS_URL: 'x' })).toThrow(/ALLOY_SECRETS_KEY/);
  });
});
