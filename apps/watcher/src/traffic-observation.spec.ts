import {
  ClusterError, SharedInformers, TrafficInformers, type Cluster, type Query, type Watching, type WatchEvent,
} from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { Measurement } from '@alloy/ledger';
import type { ReleaseEvent, RouteTraffic } from '@alloy/release';
import { abortedBy, after, given, happyUntil, inspected, meanwhile, policy, requested } from '@alloy/release/testing';
import type { Workloads } from './cluster-reader';
import { UnreadTraffic } from './drift/unread-traffic';
import { informedClusterReader } from './informed-cluster-reader';
import { Observation, type ObservationDeps } from './observation';
import { crashed, deployment, healthy, pod } from './testing/canary';

const plan: RouteTraffic = {
  route: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'shop' },
  service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
};
const denial = (verb: string, resource: string, group: string) => new ClusterError(
  'forbidden',
  `GET ${resource}: 403 ${resource} is forbidden: cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "shop"`,
);
const ROUTES = ['httproutes', 'gateway.networking.k8s.io'] as const;

/**
 * A canary during its analysis, whose route another client has deleted. `denied`: verbs that the watcher may not use on
 * routes.
 */
function world(...denied: readonly string[]) {
  const release = given(
    meanwhile({ policy: { ...policy, traffic: { router: 'gatewayApi', drainSeconds: 5 } } }), requested(),
    inspected({ traffic: plan }), happyUntil('analyse'),
  );
  const clock = { ms: 0 };
  const seen = { status: healthy as object, requests: 0, denied: new Set(denied), gets: 0 };
  /** What a live read of the route finds. */
  const live = { read: (): KubeObject | undefined => undefined };
  const warnings: string[] = [];
  const rows: Measurement[] = [];
  const fails = (verb: string, kind: string): boolean => kind === 'HTTPRoute' && seen.denied.has(verb);
  const watching = new Set<() => void>();
  const cluster = {
    watch: ({ kind }: Query, onEvent: (event: WatchEvent) => void, options: Parameters<Cluster['watch']>[2] = {}): Watching => {
      const state = { objects: new Map<string, KubeObject>(), failure: undefined as unknown };
      const tried = () => {
        const verb = ['list', 'watch'].find((one) => fails(one, kind));
        state.failure = verb && denial(verb, ...ROUTES);
        if (verb) options.onFailure?.(state.failure);
        else onEvent({ type: 'synced', objects: [] });
      };
      watching.add(tried);
      return Object.assign(state, { synced: Promise.resolve(), retry: () => undefined, stop: () => void watching.delete(tried) });
    },
    get: async ({ kind }: { readonly kind: string }) => {
      seen.gets += kind === 'HTTPRoute' ? 1 : 0;
      if (fails('get', kind)) throw denial('get', ...ROUTES);
      return kind === 'HTTPRoute' ? live.read() : undefined;
    },
  } as unknown as Cluster;
  const unread = new UnreadTraffic((_fields, text) => warnings.push(text));
  const onFailure = (namespace: string | undefined, error: unknown) => unread.report(namespace, error);
  const routers = new TrafficInformers({ cluster, onChange: () => undefined, onFailure });
  const { traffic, liveTraffic } = informedClusterReader(cluster, new SharedInformers(cluster), routers, onFailure);
  const workloads = async (): Promise<Workloads> => ({
    stable: { deployment: deployment('web', 5), pods: [pod('web-1', healthy)] },
    canary: { deployment: deployment('web-canary', 1), pods: [pod('web-canary-1', seen.status)] },
  });
  const deps = {
    log: {
      load: async () => ({ state: release.state, events: release.log, now: release.now }),
      append: async (_key: unknown, events: readonly ReleaseEvent[]) =>
        release.play(events.map((event) => ({ actor: { kind: 'service', id: 'watcher' }, event }))),
    },
    isMine: () => true, onDrift: () => undefined, monotonic: () => clock.ms,
    measurements: { record: async (more: readonly Measurement[]) => void rows.push(...more), read: async () => rows },
    observedPods: { record: async () => undefined },
    reader: {
      follow: () => undefined, failure: () => undefined, workloads, traffic, liveTraffic,
      deployments: async () => ({ stable: deployment('web', 5), canary: deployment('web-canary', 1) }),
      scrape: async () => ({ kind: 'page', text: `http_requests_total{code="200"} ${(seen.requests += 10)}\n` }),
    },
  } as unknown as ObservationDeps;
  const observation = new Observation({ releaseId: 'R2', project: 'shop', environment: 'production' }, deps);
  /** Observes and judges once a second; meanwhile each watch tries again. */
  const turns = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.ms += 1_000;
      release.play([after(1)]);
      await observation.observe();
      for (const tried of [...watching]) tried();
      if (observation.confirm(release.state.version)) await observation.prove(undefined);
      await observation.judge();
    }
  };
  const types = () => release.log.map(({ type }) => type);
  return { release, seen, live, observation, turns, types, warnings };
}

describe('Observation of the traffic', () => {
  it('records that the route was deleted, after a second and a live read', async () => {
    const { turns, types, seen } = world();
    await turns(2);
    expect([seen.gets, types().includes('TrafficDrifted')]).toEqual([0, false]);
    await turns(1);
    expect([seen.gets, types().slice(-2)]).toEqual([1, ['TrafficDrifted', 'RollbackDecided']]);
  });

  it('records nothing that a live read finds otherwise, until that has lasted for a second', async () => {
    const { turns, types, live } = world();
    const rewritten = { apiVersion: 'v1', kind: 'HTTPRoute', metadata: { name: 'shop' }, spec: { rules: [] } } as unknown as KubeObject;
    live.read = () => rewritten;
    await turns(4);
    expect(types()).not.toContain('TrafficDrifted');
  });

  it('records nothing if a newer decision was made while it read the cluster', async () => {
    const { release, turns, types, live } = world();
    live.read = () => void release.play([abortedBy('ann', 'enough')]);
    await turns(3);
    expect(types()).toContain('RollbackDecided');
    expect(types()).not.toContain('TrafficDrifted');
  });

  it('fails if the live read fails for another reason than a missing permission', async () => {
    const { turns, live, warnings } = world();
    live.read = () => { throw new ClusterError('unreachable', 'GET httproutes: ECONNREFUSED'); };
    await expect(turns(3)).rejects.toThrow('ECONNREFUSED');
    expect(warnings).toEqual([]);
  });

  it.each(['get', 'list', 'watch'])('analyses the canary as without it if the watcher may not %s routes, and warns once', async (verb) => {
    const { turns, types, warnings } = world(verb);
    await turns(8);
    expect(types()).toContain('VerdictReached');
    expect(types().filter((type) => type === 'ClusterAccessFailed' || type === 'TrafficDrifted')).toEqual([]);
    expect(warnings).toEqual([
      `the watcher may not ${verb} httproutes.gateway.networking.k8s.io in namespace shop (403): give its Role that right (deploy/rbac), ` +
        'or create the namespace if it is missing; alloy project rbac PROJECT | kubectl apply -n shop -f - gives the watcher what the ' +
        "project's router needs. Until then a release notices only at its next write if another client changes what divides its traffic",
    ]);
  });

  it.each(['get', 'list'])('records a crash of the canary if the watcher may not %s routes', async (verb) => {
    const { turns, types, seen } = world(verb);
    await turns(2);
    seen.status = crashed;
    await turns(1);
    expect(types()).toContain('WorkloadDegraded');
  });

  it('does not observe again within a second because of what the watcher may not read', async () => {
    const { turns, observation, seen } = world('get');
    await turns(2);
    expect(observation.needsObservation).toBe(true);
    await turns(1);
    expect([observation.needsObservation, seen.gets]).toEqual([false, 1]);
  });

  it('records what is still wrong once the watcher has the permission', async () => {
    const { turns, types, seen } = world('get');
    await turns(3);
    seen.denied.clear();
    await turns(2);
    expect(types()).toContain('TrafficDrifted');
  });
});
