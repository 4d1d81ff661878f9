import { createLedger, type Ledger } from '@alloy/ledger';
import { type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import type { ReleaseEvent } from '@alloy/release';
import { request } from '@alloy/release/testing';
import { Registry } from 'prom-client';
import { pino } from 'pino';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { samplesOf, sumOf } from '../../../../test/support/samples';
import { DeploymentReport } from './deployment-report';

const silent = pino({ level: 'silent' });
const reason = { code: 'busy', rule: 'policy.whenBusy', text: 'release R0 is under way', evidence: {} } as const;
const rejected: ReleaseEvent = { type: 'ReleaseRejected', data: { reason } };
const rolledBack: ReleaseEvent = { type: 'ReleaseRolledBack', data: { reason: { ...reason, code: 'crash_loop' } } };
const stuck: ReleaseEvent = { type: 'ReleaseStuck', data: { reason: { ...reason, code: 'rollback_deadline' } } };
const shifted = (reached: number): ReleaseEvent => ({
  type: 'TrafficShifted',
  data: { step: 2, attempt: 1, decision: 5, asked: 50, reached, canaryReady: 1, stableReady: 1 },
});

interface Replica {
  readonly registry: Registry;
  readonly report: DeploymentReport;
}

describe('the release metrics', () => {
  const replicas: Replica[] = [];
  let database: TestDatabase;
  let ledger: Ledger;
  let notifier: Ledger;
  let relay: Relay;

  const start = (): Replica => {
    const registry = new Registry();
    const replica = { registry, report: new DeploymentReport(notifier, registry, silent, 0.05) };
    replica.report.start();
    replicas.push(replica);
    return replica;
  };
  const stop = async (replica: Replica): Promise<void> => {
    replicas.splice(replicas.indexOf(replica), 1);
    await replica.report.stop();
  };
  /** Sum over all replicas, as in Prometheus. */
  const scraped = async (): Promise<string> => (await Promise.all(replicas.map(({ registry }) => registry.metrics()))).join('\n');
  const reports = (name: string, labels: Readonly<Record<string, string>>, value: number) =>
    eventually(async () => expect(sumOf(samplesOf(await scraped()), name, labels)).toBe(value));
  const append = async (releaseId: string, ...events: readonly ReleaseEvent[]): Promise<void> => {
    await ledger.log.append({ releaseId, project: 'shop', environment: 'production' }, events, {
      expected: 'any',
      actor: { kind: 'service', id: 'test' },
    });
    relay.trigger();
  };
  const requested: ReleaseEvent = { type: 'ReleaseRequested', data: request };

  beforeAll(async () => {
    database = await createDatabase();
    ledger = createLedger({ databaseUrl: database.url, name: 'test' });
    notifier = createLedger({ databaseUrl: database.roleUrl('alloy_notifier'), name: 'test' });
    relay = runningRelay(ledger.pool);
  });
  afterAll(async () => {
    await Promise.all([...replicas].map(stop));
    await relay.stop();
    await Promise.all([ledger.close(), notifier.close()]);
    await database.drop();
  });

  const rejections = { version: 'v2', environment: 'production', status: 'rejected' };

  it('count each release once with several replicas', async () => {
    start();
    start();
    await append('R1', requested, rejected);
    await reports('deployments_total', rejections, 1);
    await append('R2', requested, rejected);
    await reports('deployments_total', rejections, 2);
    await reports('deployment_duration_seconds_count', { environment: 'production', status: 'rejected' }, 2);
  });

  it('are complete after all replicas were stopped for a while', async () => {
    await Promise.all([...replicas].map(stop));
    await append('R3', requested, rejected);
    const first = start();
    const second = start();
    await reports('deployments_total', rejections, 3);
    await reports('deployment_duration_seconds_count', { environment: 'production', status: 'rejected' }, 3);
    const shown = (await first.registry.metrics()).includes('deployments_total') ? first : second;
    await stop(shown);
    await reports('deployments_total', rejections, 3);
  });

  it('show the canary\'s traffic until the release ends', async () => {
    await append('R4', requested, shifted(50));
    await reports('canary_traffic_weight', { service: 'shop', environment: 'production' }, 50);
    await append('R5', requested, rejected);
    await reports('deployments_total', rejections, 4);
    await reports('canary_traffic_weight', { service: 'shop', environment: 'production' }, 50);
    await append('R4', rolledBack);
    await reports('deployments_rollback_total', { environment: 'production', reason: 'crash_loop' }, 1);
    await reports('canary_traffic_weight', { service: 'shop', environment: 'production' }, 0);
    await reports('deployments_total', { version: 'v2', status: 'rolledBack' }, 1);
  });

  it('count a stuck release that is rolled back later as stuck and as one rollback', async () => {
    const before = sumOf(samplesOf(await scraped()), 'deployments_total', {});
    await append('R6', requested, shifted(50), stuck);
    await reports('deployments_total', { version: 'v2', status: 'stuck' }, 1);
    await append('R6', rolledBack);
    await reports('deployments_rollback_total', { environment: 'production', reason: 'crash_loop' }, 2);
    const samples = samplesOf(await scraped());
    expect(sumOf(samples, 'deployments_total', {})).toBe(before + 1);
    expect(sumOf(samples, 'deployments_total', { status: 'rolledBack' })).toBe(1);
    expect(sumOf(samples, 'deployment_duration_seconds_count', {})).toBe(before + 1);
  });
});
