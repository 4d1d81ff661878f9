import { ClusterError, type ClusterErrorCode } from '@alloy/cluster';
import { releaseStream, type KubeObject, type OrderedEvent, type StoredEvent } from '@alloy/contracts';
import type { Loaded } from '@alloy/ledger';
import { drifted, happyUntil, Scenario, START } from '@alloy/release/testing';
import { KubernetesEventPublisher, type KubernetesEventPublisherDeps } from './kubernetes-event-publisher';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', uid: 'u1' } };
const MINUTE = 60_000;
// eslint-disable-next-line alloy/no-retired-words -- the label of a metric
const CREATED = 'told';

/** A log with one release, a cluster that stores Kubernetes Events, and a stopped clock. */
class Fixture {
  readonly scenario = new Scenario();
  readonly events = new Map<string, KubeObject>();
  readonly outcomes: string[] = [];
  calls = 0;
  counts = 0;
  deployment: KubeObject | undefined = web;
  failure: ClusterErrorCode | undefined;
  held = true;
  monotonic = 0;
  now = Date.parse(START);

  publishers(count = 1): readonly KubernetesEventPublisher[] {
    return Array.from({ length: count }, (_, index) => new KubernetesEventPublisher(this.deps(`executor-${index}`)));
  }

  /** The Kubernetes Events as `kubectl describe` lists them. */
  lines(): readonly string[] {
    return [...this.events.values()].map(({ reason, series }) =>
      `${String(reason)}${series ? ` x${(series as { count: number }).count}` : ''}`);
  }

  private deps(instance: string): KubernetesEventPublisherDeps {
    const stored = (): readonly OrderedEvent[] =>
      this.scenario.log.map((event, index) => ({ ...(event as unknown as StoredEvent), stream: releaseStream('R2'), seq: index + 1 }));
    const load = async (): Promise<Loaded> => ({ state: this.scenario.state, events: stored(), now: this.now });
    const readOrdered: KubernetesEventPublisherDeps['store']['readOrdered'] = async ({ after = 0, limit = 500 } = {}) =>
      stored().filter(({ seq }) => seq > after).slice(0, limit);
    return {
      store: { readOrdered, lastSeq: async () => stored().length },
      log: { load, context: async () => this.scenario.context }, leases: { acquire: async () => (this.held ? 1 : undefined) },
      reporter: { controller: 'alloy.dev/executor', instance }, onPublished: (outcome) => this.outcomes.push(outcome),
      now: () => this.monotonic,
      cluster: {
        get: async ({ kind, name }) => (kind === 'Deployment' ? this.deployment : this.events.get(name)),
        create: async (object) => this.write(object),
        patch: async ({ name }, _type, body) =>
          this.count({ ...this.events.get(name)!, ...(body as object), metadata: this.events.get(name)!.metadata }),
      },
    };
  }

  private write(object: KubeObject): KubeObject {
    this.calls += 1;
    if (this.failure) {
      throw new ClusterError(this.failure, 'POST events', this.failure === 'too_many_requests' ? { retryAfterSeconds: 5 } : {});
    }
    if (this.events.has(object.metadata.name)) throw new ClusterError('already_exists', 'POST events');
    return this.keep(object);
  }

  private count(object: KubeObject): KubeObject {
    this.counts += 1;
    return this.keep(object);
  }

  private keep(object: KubeObject): KubeObject {
    this.events.set(object.metadata.name, object);
    return object;
  }
}

const started = ['ReleaseStarted', 'StageStarted', 'TrafficShifted'];

describe('KubernetesEventPublisher', () => {
  let fixture: Fixture;
  beforeEach(() => void (fixture = new Fixture()));

  it('follows the log and publishes no Event twice, even after a restart and with two replicas', async () => {
    const [first, second] = fixture.publishers(2);
    fixture.scenario.given(happyUntil('analyse'));
    await first!.round();
    expect(fixture.lines()).toEqual(started);
    await first!.round();
    expect(fixture.calls).toBe(3);
    await second!.round();
    expect(fixture.outcomes).toEqual([...Array(3).fill(CREATED), 'known', 'known', 'known']);
    fixture.scenario.given(drifted(), drifted());
    await second!.round();
    await first!.round();
    expect(fixture.lines()).toEqual([...started, 'DriftDetected x2']);
    expect(fixture.counts).toBe(0);
    fixture.scenario.given(drifted());
    await first!.round();
    await second!.round();
    expect(fixture.lines()).toEqual([...started, 'DriftDetected x3']);
    expect(fixture.counts).toBe(1);
    expect(fixture.events.get([...fixture.events.keys()][0]!)).toMatchObject({
      apiVersion: 'v1', kind: 'Event', eventTime: '2026-01-01T00:00:00.000000Z',
      reportingComponent: 'alloy.dev/executor', reportingInstance: 'executor-0',
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u1' },
      type: 'Normal', action: 'ReleaseStarted',
    });
  });

  it('skips events so old that the cluster may have deleted their Kubernetes Events', async () => {
    fixture.scenario.given(happyUntil('analyse'));
    fixture.now += 11 * MINUTE;
    await fixture.publishers()[0]!.round();
    expect(fixture.calls).toBe(0);
  });

  it('publishes the events of a first release once its Deployment exists', async () => {
    const [publisher] = fixture.publishers();
    fixture.deployment = undefined;
    fixture.scenario.given(happyUntil('analyse'));
    await publisher!.round();
    expect(fixture.calls).toBe(0);
    fixture.deployment = web;
    await publisher!.round();
    expect(fixture.lines()).toEqual(started);
  });

  it('publishes only with the lease, and publishes recent events after taking it over', async () => {
    const [publisher] = fixture.publishers();
    fixture.held = false;
    fixture.scenario.given(happyUntil('analyse'));
    await publisher!.round();
    expect(fixture.calls).toBe(0);
    fixture.held = true;
    await publisher!.round();
    expect(fixture.lines()).toEqual(started);
  });

  it('drops each event once and continues if the cluster forbids it', async () => {
    const [publisher] = fixture.publishers();
    fixture.failure = 'forbidden';
    fixture.scenario.given(happyUntil('analyse'));
    await publisher!.round();
    await publisher!.round();
    expect([fixture.calls, fixture.outcomes]).toEqual([3, ['dropped', 'dropped', 'dropped']]);
  });

  it('retries a temporary failure, but not before the time in the API server\'s Retry-After', async () => {
    const [publisher] = fixture.publishers();
    fixture.scenario.given(happyUntil('analyse'));
    fixture.failure = 'too_many_requests';
    await expect(publisher!.round()).rejects.toThrow('POST events');
    fixture.failure = undefined;
    await publisher!.round();
    expect(fixture.calls).toBe(1);
    fixture.monotonic += 5_001;
    await publisher!.round();
    expect(fixture.lines()).toEqual(started);
  });
});
