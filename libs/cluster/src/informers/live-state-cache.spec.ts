import type { KubeObject } from '@alloy/contracts';
import { ClusterError } from '../errors';
import { at, bundleOf, planOf } from '../testing/fixtures';
import { ModelInformers } from '../testing/model-informers';
import { second, upTo, withExperiment, withStable } from '../testing/scenarios';
import { nextWrite } from '../next-write';
import { desiredCluster } from '../desired-cluster';
import { nameHash } from '../testing/fixtures';
import { perform } from '../perform';
import { targetOf, type Write } from '../write';
import { LiveStateCache } from './live-state-cache';

const conflict = new ClusterError('conflict', 'PUT web: 409');
const [v1, v2] = [bundleOf('v1'), bundleOf('v2')];
const shared = [...v2.objects, ...v1.objects];
const stepOf = (kind: string, scenario = second(5)): number => planOf(scenario).steps.findIndex((step) => step.kind === kind);

/** A model cluster before the step, and a cache with the result of one live read. */
async function world(kind: string, scenario = second(5)) {
  const rig = await withStable(5);
  const step = stepOf(kind, scenario);
  await upTo(rig, 5, step, scenario);
  const informers = new ModelInformers(rig.cluster);
  const clock = { ms: 0 };
  const cache = new LiveStateCache(informers, () => clock.ms);
  const keep = async () => cache.keep('R2', { namespace: 'shop', workload: 'web', live: await rig.readLive(v2, v1), shared });
  const desired = desiredCluster({ installation: 'alloy', state: at(scenario, step, 40), bundle: v2, stable: v1, nameHash })!;
  /** Performs the next write according to a live read, and passes it to the cache. */
  const write = async (): Promise<Write> => {
    const next = nextWrite(desired, await rig.readLive(v2, v1));
    if (next.kind !== 'write') throw new Error(`expected a write, got ${next.kind}`);
    cache.wrote('R2', next.write, await perform(rig.cluster, next.write));
    return next.write;
  };
  await keep();
  return { rig, informers, cache, clock, keep, write };
}

describe('the live-state cache', () => {
  it('returns the result of the live read, with Deployments and pods as the watches have reported them since', async () => {
    const { rig, cache } = await world('shiftTraffic');
    const before = await rig.readLive(v2, v1);
    expect(cache.recall('R2', shared)).toMatchObject({
      web: { replicas: before.web!.replicas, ready: before.web!.ready },
      canary: { ready: before.canary!.ready },
    });
    rig.cluster.setReady(rig.cluster.podsOf('web')[0]!, false);
    expect(cache.recall('R2', shared)?.web?.ready).toBe(before.web!.ready - 1);
  });

  it('returns undefined for a release without an entry, for a forgotten one, and while the watches are not synced', async () => {
    const { cache, informers } = await world('shiftTraffic');
    expect(cache.recall('R1', shared)).toBeUndefined();
    informers.synced = false;
    expect(cache.recall('R2', shared)).toBeUndefined();
    informers.synced = true;
    expect(cache.recall('R2', shared)).toBeDefined();
    cache.forget('R2');
    expect([cache.recall('R2', shared), cache.rest('R2', shared)]).toEqual([undefined, undefined]);
  });

  it('returns the autoscaler from the watches, or from the live read if the watches do not follow autoscalers', async () => {
    const { cache, informers } = await world('shiftTraffic');
    expect(cache.recall('R2', shared)!.hpa).toBeNull();
    informers.autoscalers = [
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 9 },
      } as KubeObject,
    ];
    expect(cache.recall('R2', shared)!.hpa).toMatchObject({ max: 9 });
    expect(cache.rest('R2', shared)!.hpa).toMatchObject({ max: 9 });
    informers.synced = false;
    expect(cache.rest('R2', shared)).toBeUndefined();
  });

  it('is behind after a refused write until the watches report a newer version, for at most a second', async () => {
    const { rig, cache, clock, informers } = await world('scaleCanary');
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' };
    const resourceVersion = rig.cluster.find('Deployment', 'web-canary')!.metadata.resourceVersion!;
    expect(cache.isBehind('R2')).toBe(false);
    cache.distrust('R2', { verb: 'scale', ref, resourceVersion, replicas: 1 }, conflict);
    expect([cache.isBehind('R2'), cache.recall('R2', shared)]).toEqual([true, undefined]);
    informers.silence();
    await rig.cluster.scale(ref, 4, resourceVersion);
    clock.ms = 999;
    expect(cache.isBehind('R2')).toBe(true);
    informers.resume();
    expect([cache.isBehind('R2'), cache.recall('R2', shared)?.canary?.replicas]).toEqual([false, 4]);
    cache.distrust(
      'R2',
      { verb: 'scale', ref, resourceVersion: rig.cluster.find('Deployment', 'web-canary')!.metadata.resourceVersion!, replicas: 1 },
      conflict,
    );
    clock.ms += 1_000;
    expect([cache.isBehind('R2'), cache.recall('R2', shared)]).toEqual([false, undefined]);
  });

  it('is not behind after a write that failed for a reason other than a conflict', async () => {
    const { cache } = await world('scaleCanary');
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' };
    cache.distrust('R2', { verb: 'scale', ref, resourceVersion: '1', replicas: 1 }, new ClusterError('forbidden', 'PUT scale: 403'));
    expect([cache.isBehind('R2'), cache.recall('R2', shared)]).toEqual([false, undefined]);
  });

  it('returns undefined for a manifest whose object was not read', async () => {
    const { cache } = await world('shiftTraffic');
    const other: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } };
    expect([cache.recall('R2', [...shared, other]), cache.rest('R2', [...shared, other])]).toEqual([undefined, undefined]);
  });

  it('contains the writes of this process before the watches report them', async () => {
    const { rig, cache, informers, write } = await world('scaleCanary');
    informers.silence();
    expect((await write()).verb).toBe('fence');
    const fenced = cache.recall('R2', shared)!.canary!.object;
    expect(fenced.metadata).toMatchObject({
      resourceVersion: rig.cluster.find('Deployment', 'web-canary')!.metadata.resourceVersion,
      annotations: { 'alloy.dev/fence': 'alloy/2/40' },
    });
    expect((await write()).verb).toBe('scale');
    expect(cache.recall('R2', shared)!.canary).toMatchObject({
      replicas: 1,
      object: { metadata: { resourceVersion: rig.cluster.find('Deployment', 'web-canary')!.metadata.resourceVersion } },
    });
  });

  it('contains creations and deletions by this process, also of copies', async () => {
    const { rig, cache, informers, write } = await world('apply');
    informers.silence();
    const created: string[] = [];
    for (let writes = 0; writes < 3; writes += 1) created.push(targetOf(await write()).kind);
    const live = cache.recall('R2', shared)!;
    expect([created, live.copies.size, live.canary?.replicas]).toEqual([
      ['ConfigMap', 'Secret', 'Deployment'],
      (await rig.readLive(v2, v1)).copies.size,
      0,
    ]);
    const { metadata: { uid = '', resourceVersion = '' } } = rig.cluster.find('Deployment', 'web-canary')!;
    const removal = {
      verb: 'delete',
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' },
      uid,
      resourceVersion,
    } as const;
    cache.wrote('R2', removal, await perform(rig.cluster, removal));
    expect(cache.recall('R2', shared)!.canary).toBeNull();
  });

  it('contains the baseline of an experiment as it has written it, and as the watches report it', async () => {
    const { rig, cache, informers, keep, write } = await world('scaleBaseline', withExperiment(5));
    expect(cache.recall('R2', shared)!.baseline).toBeNull();
    informers.silence();
    expect([(await write()).verb, (await write()).verb]).toEqual(['create', 'scale']);
    expect(cache.recall('R2', shared)!.baseline).toMatchObject({ replicas: 3, ready: 0 });
    await keep();
    expect(cache.recall('R2', shared)!.baseline).toMatchObject({ replicas: 3 });
    informers.resume();
    while (rig.settle());
    expect(cache.recall('R2', shared)!.baseline).toMatchObject({ replicas: 3, ready: 3 });
  });

  it('uses the watches once they report a version at least as new as its own', async () => {
    const { rig, cache, write } = await world('scaleCanary');
    await write();
    const { metadata } = rig.cluster.find('Deployment', 'web-canary')!;
    await rig.cluster.scale({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' }, 4, metadata.resourceVersion!);
    expect(cache.recall('R2', shared)!.canary!.replicas).toBe(4);
  });

  it('contains no Deployment after a live read has found none, although the watches still report it', async () => {
    const { rig, cache, informers, keep } = await world('shiftTraffic');
    informers.silence();
    const { metadata: { uid = '', resourceVersion = '' } } = rig.cluster.find('Deployment', 'web-canary')!;
    await rig.cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' }, { uid, resourceVersion });
    expect(cache.recall('R2', shared)!.canary).not.toBeNull();
    await keep();
    expect(cache.recall('R2', shared)!.canary).toBeNull();
  });

  it('drops the Deployments after a failed write to a Deployment, and the whole entry after a failed write to another object', async () => {
    const { cache, keep } = await world('shiftTraffic');
    const ref = (kind: string) => ({ apiVersion: 'v1', kind, name: 'web' });
    cache.distrust('R2', { verb: 'scale', ref: ref('Deployment'), resourceVersion: '1', replicas: 1 }, conflict);
    expect([cache.recall('R2', shared), cache.rest('R2', shared) === undefined]).toEqual([undefined, false]);
    await keep();
    expect(cache.recall('R2', shared)).toBeDefined();
    cache.distrust('R2', { verb: 'delete', ref: ref('Secret'), resourceVersion: '1', uid: 'u' }, conflict);
    expect([cache.recall('R2', shared), cache.rest('R2', shared)]).toEqual([undefined, undefined]);
  });

  it('follows the namespace of a release until the release is forgotten, also after a failed write', async () => {
    const { cache, informers } = await world('shiftTraffic');
    expect(informers.followers).toEqual(['shop R2']);
    cache.distrust(
      'R2',
      { verb: 'delete', ref: { apiVersion: 'v1', kind: 'Secret', name: 'web' }, resourceVersion: '1', uid: 'u' },
      conflict,
    );
    cache.forget('R2');
    expect(informers.followers).toEqual([]);
  });

  it('removes an entry that was not used for 15 minutes', async () => {
    const { rig, cache, clock } = await world('shiftTraffic');
    clock.ms += 15 * 60_000;
    cache.keep('R3', { namespace: 'shop', workload: 'web', live: await rig.readLive(v2, v1), shared });
    expect([cache.rest('R2', shared), cache.rest('R3', shared) === undefined]).toEqual([undefined, false]);
  });
});
