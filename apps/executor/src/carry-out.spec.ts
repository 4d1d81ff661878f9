import { LiveStateCache, type Cluster } from '@alloy/cluster';
import {
  at, bundleOf, configMap, first, indexOf, ModelInformers, nameHash, performUntil, planOf, Rig, rollingBack, second, switched, upTo,
  withServices, withStable,
} from '@alloy/cluster/testing';
import type { Reason, ReleaseEvent, RunningState, State } from '@alloy/release';
import { carryOut } from './carry-out';
import type { ExecutorPorts } from './executor-ports';
import { PruneMemory } from './prune-memory';
import { WaitLimits } from './wait-limits';
import { WriteBudget } from './write-budget';

const READS = ['get', 'list'];
const scaleCanary = planOf(second(5)).steps.findIndex(({ kind }) => kind === 'scaleCanary');
const bundles: Readonly<Record<string, ReturnType<typeof bundleOf>>> = { R1: bundleOf('v1'), R2: bundleOf('v2') };

/**
 * A model cluster before `step`; the default is the first scaling of the canary. `done` has the calls in order, with
 * consecutive reads as one.
 */
async function world(step = scaleCanary) {
  const rig = await withStable(5);
  await upTo(rig, 5, step);
  return worldOf(rig, at(second(5), step, 40));
}

function worldOf(rig: Rig, state: RunningState) {
  /** The state of the release in the log. */
  const stream: { state: State } = { state };
  const done: string[] = [];
  const appended: ReleaseEvent[] = [];
  const cluster = spied(rig, done);
  const informers = new ModelInformers(rig.cluster);
  const clock = { ms: 0 };
  const cache = new LiveStateCache(informers, () => clock.ms);
  const ports: ExecutorPorts = {
    cluster, informers, cache,
    installation: 'alloy',
    budget: new WriteBudget(() => 0),
    waitLimits: new WaitLimits(() => clock.ms),
    pruning: new PruneMemory(),
    sealed: new Map(),
    artifacts: {
      open: async (digest: string) => bundles[digest]!,
      nameHash: (_project: string, content: string) => nameHash(content),
    } as unknown as ExecutorPorts['artifacts'],
    log: {
      load: async () => {
        done.push('stream');
        return { state: stream.state, events: [], now: 0 };
      },
      append: async (_key: unknown, events: readonly ReleaseEvent[]) => void appended.push(...events),
    } as unknown as ExecutorPorts['log'],
  };
  return { rig, state, done, appended, informers, cache, ports, clock, stream };
}

const METHODS = ['get', 'list', 'create', 'patch', 'scale', 'delete', 'apply'] as const;

function spied(rig: Rig, done: string[]): Cluster {
  const call = (method: (typeof METHODS)[number]) => (...args: readonly unknown[]): unknown => {
    const { kind, name } = args[0] as { readonly kind: string; readonly name?: string };
    const made = READS.includes(method) ? 'read' : `${method} ${kind} ${name ?? ''}`;
    if (done.at(-1) !== 'read' || made !== 'read') done.push(made);
    return (rig.cluster[method] as (...all: readonly unknown[]) => unknown).call(rig.cluster, ...args);
  };
  return Object.assign(Object.create(rig.cluster) as Cluster, Object.fromEntries(METHODS.map((method) => [method, call(method)])));
}

/** Fills the cache as after a live read of everything. */
async function fillCache({ rig, state, cache }: Awaited<ReturnType<typeof world>>): Promise<void> {
  const shared = [...bundles['R2']!.objects, ...bundles['R1']!.objects];
  cache.keep(state.releaseId, { namespace: 'shop', workload: 'web', live: await rig.readLive(bundles['R2']!, bundles['R1']!), shared });
}

const fence = 'patch Deployment web-canary';
const scale = ['stream', 'scale Deployment web-canary', 'stream'];
const reason: Reason = { code: 'paused_by_person', rule: 'test', text: 'test', evidence: {} };
const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
const outcome = [{ type: 'WorkloadScaled', data: { step: scaleCanary, attempt: 1, decision: 40, track: 'canary', replicas: 1, target } }];

describe('carryOut', () => {
  it('waits for draining pods for at most a quarter of the deadline of a shift, and then records the shift', async () => {
    const { steps } = planOf(second(5));
    const shrinking = steps.findIndex((step) => step.kind === 'shiftTraffic' && step.split.stable === 3);
    const { rig, state, appended, ports, clock } = await world(shrinking);
    rig.cluster.drains = true;
    expect(await carryOut(state, ports)).toMatchObject({ kind: 'waiting' });
    clock.ms = steps[shrinking]!.deadline * 250 - 1;
    expect(await carryOut(state, ports)).toMatchObject({ kind: 'waiting' });
    expect(appended).toEqual([]);
    clock.ms += 1;
    await carryOut(state, ports);
    expect(appended).toMatchObject([{ type: 'TrafficShifted', data: { canaryReady: 3, stableReady: 3 } }]);
  });

  it('fences and adds pods by what the watches report, and reads the stream before each write', async () => {
    const all = await world();
    await fillCache(all);
    await carryOut(all.state, all.ports);
    expect(all.done).toEqual([fence, ...scale]);
    expect(all.appended).toEqual(outcome);
  });

  it('switches a Service only after it has read the pods, which the watches may report as ready too long', async () => {
    const scenario = switched(3);
    const step = indexOf(scenario, 'shiftTraffic');
    const rig = await withServices(3);
    await performUntil(rig, scenario, step);
    const all = worldOf(rig, at(scenario, step, 40));
    await fillCache(all);
    const calls: string[] = [];
    const [list, patch] = [all.ports.cluster.list.bind(all.ports.cluster), all.ports.cluster.patch.bind(all.ports.cluster)];
    all.ports.cluster.list = (ref) => (calls.push(`list ${ref.kind}`), list(ref));
    all.ports.cluster.patch = (ref, ...rest) => (calls.push(`patch ${ref.kind} ${ref.name}`), patch(ref, ...rest));
    await carryOut(all.state, all.ports);
    expect(calls.filter((call) => /Pod|patch/.test(call))).toEqual([
      'patch Deployment web-canary', 'list Pod', 'list Pod', 'patch Service web',
    ]);
    expect(all.appended).toMatchObject([{ type: 'TrafficShifted', data: { reached: 100 } }]);
  });

  it('removes pods only after it has read the cluster and then the stream', async () => {
    const { steps } = planOf(second(5));
    const all = await world(steps.findIndex((step) => step.kind === 'shiftTraffic' && step.split.stable === 3));
    await fillCache(all);
    await carryOut(all.state, all.ports);
    const first = all.done.indexOf('scale Deployment web');
    expect(all.done.slice(first - 2, first)).toEqual(['read', 'stream']);
  });

  describe('after a conflict of the fencing annotation', () => {
    /** Another client has changed the canary, and the watches have not reported it yet. */
    async function refused() {
      const all = await world();
      await fillCache(all);
      all.informers.silence();
      const { metadata } = all.rig.cluster.find('Deployment', 'web-canary')!;
      await all.rig.cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' }, 'merge', {
        metadata: { resourceVersion: metadata.resourceVersion, annotations: { by: 'another client' } },
      });
      expect(await carryOut(all.state, all.ports)).toMatchObject({ kind: 'waiting', seconds: 1 });
      expect([all.done, all.appended]).toEqual([[fence], []]);
      return all;
    }

    it('waits for the watches to report the change, and continues without a live read', async () => {
      const all = await refused();
      all.informers.resume();
      await carryOut(all.state, all.ports);
      expect(all.done).toEqual([fence, fence, ...scale]);
      expect(all.appended).toEqual(outcome);
    });

    it('reads live if the watches have reported nothing for a second', async () => {
      const all = await refused();
      all.clock.ms += 1_000;
      await carryOut(all.state, all.ports);
      expect(all.done).toEqual([fence, 'read', 'stream', fence, ...scale]);
      expect(all.appended).toEqual(outcome);
    });
  });

  it('reads a copy live before it deletes the copy, even after the watches suggested another write', async () => {
    const all = await world();
    const { rig, ports } = all;
    const state = rollingBack(second(5), 'releasing', 40) as RunningState;
    all.stream.state = state;
    for (;;) {
      const next = await rig.ask(state, bundles['R2']!, bundles['R1']!);
      const isDeletion = next.kind === 'write' && next.write.verb === 'delete';
      if (isDeletion) {
        await fillCache(all);
        all.informers.silence();
      }
      if (next.kind === 'write') await rig.perform(next.write);
      else expect([next.kind, rig.settle()]).toEqual(['wait', true]);
      if (isDeletion) break;
    }
    const calls: string[] = [];
    const [get, remove] = [ports.cluster.get.bind(ports.cluster), ports.cluster.delete.bind(ports.cluster)];
    ports.cluster.get = (ref) => (calls.push(`get ${ref.kind}`), get(ref));
    ports.cluster.delete = (ref, preconditions) => (calls.push(`delete ${ref.kind}`), remove(ref, preconditions));
    await carryOut(state, ports);
    expect(calls).toEqual([...Array<string>(3).fill('get Deployment'), 'get ConfigMap', 'delete ConfigMap']);
  });

  it('reads all objects of a batch live before it changes one, and the stream once after that', async () => {
    const all = await world(planOf(second(5)).steps.length - 1);
    const extra = (colour: string) => ['a', 'b', 'c'].map((name) => ({ ...configMap(colour), metadata: { name, namespace: 'shop' } }));
    const { ports, rig, state } = all;
    const with3 = { ...bundles['R2']!, objects: [...bundles['R2']!.objects, ...extra('v2')] };
    for (const object of extra('v1')) await rig.cluster.create(object);
    const artifacts = { ...ports.artifacts, open: async (digest: string) => (digest === 'R2' ? with3 : bundles[digest]!) };
    const shared = [...with3.objects, ...bundles['R1']!.objects];
    all.cache.keep(state.releaseId, { namespace: 'shop', workload: 'web', live: await rig.readLive(with3, bundles['R1']!), shared });
    await carryOut(state, { ...ports, artifacts });
    expect(all.done.slice(0, 6)).toEqual(['read', 'stream', ...Array(4).fill('apply ConfigMap ')]);
    for (const name of ['settings', 'a', 'b', 'c']) expect(rig.cluster.find('ConfigMap', name)).toMatchObject({ data: { COLOUR: 'v2' } });
  });

  it('delays only the write of a batch that another client keeps undoing', async () => {
    const all = await world(planOf(second(5)).steps.findIndex(({ kind }) => kind === 'apply'));
    const { ports, rig, state } = all;
    await fillCache(all);
    const fought = { ...configMap('v2'), metadata: { name: 'fought', namespace: 'shop' } };
    const calm = { ...fought, metadata: { ...fought.metadata, name: 'calm' } };
    const more = { ...bundles['R2']!, objects: [...bundles['R2']!.objects, fought, calm] };
    const artifacts = { ...ports.artifacts, open: async (digest: string) => (digest === 'R2' ? more : bundles[digest]!) };
    for (let time = 0; time < 4; time += 1) ports.budget.made(state.releaseId, 40, { verb: 'create', object: fought });
    expect(await carryOut(state, { ...ports, artifacts })).toMatchObject({ kind: 'waiting', seconds: 5 });
    expect([rig.cluster.find('ConfigMap', 'calm'), rig.cluster.find('ConfigMap', 'fought')]).toEqual([expect.anything(), undefined]);
  });

  it('reads live first if the cache is empty or the watches are not synced', async () => {
    for (const known of [false, true]) {
      const all = await world();
      if (known) await fillCache(all);
      all.informers.synced = !known;
      await carryOut(all.state, all.ports);
      expect(all.done.slice(0, 3)).toEqual(['read', 'stream', fence]);
      expect(all.appended).toEqual(outcome);
    }
  });

  it('waits, and records that the step is done, without a live read', async () => {
    const all = await world();
    await carryOut(all.state, all.ports);
    all.done.length = all.appended.length = 0;
    await carryOut(all.state, all.ports);
    expect(all.done).toEqual([]);
    expect(all.appended).toEqual(outcome);
  });

  it('keeps in the cache what it read and wrote last', async () => {
    const all = await world();
    await carryOut(all.state, all.ports);
    expect(all.cache.recall('R2', bundles['R2']!.objects)?.canary).toMatchObject({ replicas: 1 });
    expect(all.ports.sealed.get('R2')).toEqual({ bundle: 'R2', stable: 'R1' });
  });

  it.each<[string, (state: RunningState) => State]>([
    ['a pause', (state) => ({ ...state, status: 'paused', pausedAt: state.updatedAt, pauseReason: reason }) as State],
    ['a newer decision', (state) => rollingBack(second(5), 'releasing', state.version + 1)],
    ['the end of the release', (state) => ({ ...state, status: 'rolledBack', endedAt: state.updatedAt, reason }) as State],
  ])('writes nothing more after %s in the middle of a step', async (_, next) => {
    const all = await world();
    const { cluster } = all.ports;
    const patch = cluster.patch.bind(cluster);
    cluster.patch = async (...args) => {
      const fenced = await patch(...args);
      all.stream.state = next(all.state);
      return fenced;
    };
    expect(await carryOut(all.state, all.ports)).toEqual({ kind: 'acted' });
    expect(all.done).toEqual(['read', 'stream', fence, 'stream']);
    expect(all.appended).toEqual([]);
  });

  describe('after the API server executed the creation of the canary late', () => {
    const apply = planOf(second(5)).steps.findIndex(({ kind }) => kind === 'apply');

    async function createdLate(since: (rig: Rig) => Promise<void>): Promise<Rig> {
      const all = await world();
      const { ports, stream } = all;
      const rig = await withStable(5);
      const state = at(second(5), apply, 2);
      const create = rig.cluster.create.bind(rig.cluster);
      stream.state = state;
      const late: Cluster['create'] = async (object) => {
        if (object.kind !== 'Deployment') return create(object);
        stream.state = rollingBack(second(5), 'releasing', 9);
        await rig.finish(stream.state as RunningState, bundles['R2']!, bundles['R1']!);
        const created = await create(object);
        await since(rig);
        return created;
      };
      const informers = new ModelInformers(rig.cluster);
      const cluster = Object.assign(Object.create(rig.cluster) as Cluster, { create: late });
      await carryOut(state, { ...ports, informers, cache: new LiveStateCache(informers, () => 0), cluster });
      return rig;
    }

    it('deletes the canary, because the release has been rolled back meanwhile', async () => {
      const rig = await createdLate(async () => undefined);
      expect(rig.cluster.all('Deployment').map(({ metadata }) => metadata.name)).toEqual(['web']);
    });

    it('keeps the canary if a newer decision has fenced it', async () => {
      const rig = await createdLate(async ({ cluster }) => {
        const { metadata: { resourceVersion } } = cluster.find('Deployment', 'web-canary')!;
        await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' }, 'merge', {
          metadata: { resourceVersion, annotations: { 'alloy.dev/fence': 'alloy/3/1' } },
        });
      });
      expect(rig.cluster.find('Deployment', 'web-canary')).toBeDefined();
    });
  });

  it('keeps what it created if another executor was first to record that the step is done', async () => {
    const { ports, stream } = await world();
    const rig = new Rig();
    const promote = planOf(first(2)).steps.findIndex(({ kind }) => kind === 'promote');
    await rig.finish(at(first(2), 0, 2), bundles['R1']!, null);
    const state = at(first(2), promote, 9);
    stream.state = state;
    const late: Cluster['create'] = async (object) => {
      const created = await rig.cluster.create(object);
      stream.state = { ...state, current: { ...state.current!, effectDone: true } } as State;
      return created;
    };
    const informers = new ModelInformers(rig.cluster);
    const cluster = Object.assign(Object.create(rig.cluster) as Cluster, { create: late });
    const cache = new LiveStateCache(informers, () => 0);
    expect(await carryOut(state, { ...ports, informers, cache, cluster })).toEqual({ kind: 'acted' });
    expect(rig.cluster.find('Deployment', 'web')).toBeDefined();
  });
});
