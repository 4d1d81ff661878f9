import type { Bundle, KubeObject } from '@alloy/contracts';
import type { RunningState } from '@alloy/release';
import type { Deployment } from './json';
import { at, bundleOf, configMap, deployment, planOf, rollingBack, service, type Scenario } from './testing/fixtures';
import { Rig } from './testing/rig';
import { second, texts, upTo, withStable } from './testing/scenarios';
import type { Write } from './write';

const indexOf = (scenario: Scenario, kind: string): number => planOf(scenario).steps.findIndex((step) => step.kind === kind);
const [v1Bundle, v2Bundle] = [bundleOf('v1'), bundleOf('v2')];
const replicasOf = (rig: Rig, name: string): number | undefined =>
  (rig.cluster.find('Deployment', name) as Deployment | undefined)?.spec.replicas;

describe('nextWrite in special cases', () => {
  it.each([
    [5, 2],
    [3, 6],
  ])(
    'promotes from %i pods to the %i of the manifest, and never has fewer ready pods than the lower of both',
    async (replicas, promoted) => {
      const rig = await withStable(replicas);
      const scenario = { ...second(replicas), promoted };
      await upTo(rig, replicas, indexOf(scenario, 'promote'));
      const least: number[] = [];
      rig.onWrite = (_write, _before, after) => void least.push(after.total);
      for (const kind of ['promote', 'retire']) {
        expect((await rig.finish(at(scenario, indexOf(scenario, kind), 30), v2Bundle, v1Bundle)).last.kind).toBe('done');
        while (rig.settle());
      }
      expect(Math.min(...least)).toBeGreaterThanOrEqual(Math.min(replicas, promoted));
      expect([replicasOf(rig, 'web'), rig.cluster.readyPods('web')]).toEqual([promoted, promoted]);
    },
  );

  it('does not scale stable down if it has an autoscaler', async () => {
    const rig = await withStable(3);
    await rig.cluster.create({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    } as KubeObject);
    await upTo(rig, 3, indexOf(second(3), 'promote'));
    expect(replicasOf(rig, 'web')).toBe(3);
  });

  it.each(['promote', 'rollback'] as const)(
    'ends a %s with the maximum number of pods of the autoscaler, if that scales in meanwhile',
    async (kind) => {
      const rig = await withStable(4);
      const spec = { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3 };
      await upTo(rig, 4, indexOf(second(4), 'promote'));
      await rig.cluster.create({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web' },
        spec,
      } as KubeObject);
      await rig.cluster.scale(
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        3,
        rig.cluster.find('Deployment', 'web')!.metadata.resourceVersion!,
      );
      const state = kind === 'promote' ? at(second(4), indexOf(second(4), 'promote'), 30) : rollingBack(second(4), 'releasing', 30);
      expect((await rig.finish(state, v2Bundle, v1Bundle)).last.kind).toBe('done');
      expect([replicasOf(rig, 'web'), rig.cluster.readyPods('web')]).toEqual([3, 3]);
    },
  );

  it('does not scale stable down while another client rolls out a change of it', async () => {
    const rig = await withStable(3);
    await upTo(rig, 3, 5);
    const web = rig.cluster.find('Deployment', 'web') as Deployment;
    const edited = {
      ...web,
      spec: { ...web.spec, template: { ...web.spec.template, metadata: { labels: { app: 'web' } } } },
    } as Deployment;
    await rig.cluster.apply(edited, { manager: 'kubectl-edit' });
    rig.cluster.reconcile('web');
    expect((await rig.finish(at(second(3), 4, 30), v2Bundle, v1Bundle)).last.kind).toBe('done');
    rig.settle();
    const shift = () => rig.ask(at(second(3), 5, 31), v2Bundle, v1Bundle);
    const fence = await shift();
    expect(fence).toMatchObject({ kind: 'write', write: { verb: 'fence', ref: { name: 'web' } } });
    if (fence.kind === 'write') await rig.perform(fence.write);
    expect(await shift()).toEqual({ kind: 'wait', for: 'stable_settled' });
    while (rig.settle());
    expect(await shift()).toMatchObject({ kind: 'write', write: { verb: 'scale', replicas: 2 } });
  });

  it('does not scale stable down before the canary has as many ready pods as the split requires', async () => {
    const rig = await withStable(5);
    await upTo(rig, 5, indexOf(second(5), 'shiftTraffic'));
    const [canary] = rig.cluster.podsOf('web-canary');
    rig.cluster.setReady(canary!, false);
    const shift = at(second(5), indexOf(second(5), 'shiftTraffic'), 30);
    const fence = await rig.ask(shift, v2Bundle, v1Bundle);
    if (fence.kind === 'write') await rig.perform(fence.write);
    expect(await rig.ask(shift, v2Bundle, v1Bundle)).toEqual({ kind: 'wait', for: 'canary_ready' });
    expect(replicasOf(rig, 'web')).toBe(5);
  });

  it('restores the old template in a rollback before it adds pods, so that no new pods have the failed version', async () => {
    const rig = await withStable(3);
    await upTo(rig, 3, indexOf(second(3), 'promote'));
    const promote = await rig.ask(at(second(3), indexOf(second(3), 'promote'), 20), v2Bundle, v1Bundle);
    if (promote.kind === 'write') await rig.perform(promote.write);
    rig.cluster.reconcile('web');
    expect(replicasOf(rig, 'web')).toBeLessThan(3);
    const { writes } = await rig.finish(rollingBack(second(3), 'promoting', 30), v2Bundle, v1Bundle);
    expect(
      texts(writes)
        .filter((text) => /^(apply|scale) .*\bweb\b(?!-)/.test(text))
        .slice(0, 2),
    ).toEqual([expect.stringMatching(/^apply Deployment web/), 'scale web to 3']);
  });

  it('creates the copies that the old template reads before it restores that template', async () => {
    const rig = await withStable(3);
    await upTo(rig, 3, indexOf(second(3), 'promote'));
    const promote = await rig.ask(at(second(3), indexOf(second(3), 'promote'), 20), v2Bundle, v1Bundle);
    if (promote.kind === 'write') await rig.perform(promote.write);
    const copies = [...(await rig.readLive(v2Bundle, v1Bundle)).copies.values()];
    expect(copies.length).toBeGreaterThan(0);
    for (const { kind, apiVersion, metadata } of copies)
      await rig.cluster.delete({ apiVersion, kind, name: metadata.name }, { uid: metadata.uid, resourceVersion: metadata.resourceVersion });
    const { writes } = await rig.finish(rollingBack(second(3), 'promoting', 30), v2Bundle, v1Bundle);
    const order = texts(writes);
    const template = order.findIndex((text) => /^apply Deployment web/.test(text));
    const lastCopy = order.findLastIndex((text) => /^create (ConfigMap|Secret)/.test(text));
    expect(lastCopy).toBeGreaterThanOrEqual(0);
    expect(lastCopy).toBeLessThan(template);
  });

  it('refuses a canary with the strategy Recreate, and a canary Deployment that Alloy did not create', async () => {
    const recreate: Bundle = { workload: 'web', objects: [deployment('shop:v2', 2, { strategy: { type: 'Recreate' } })] };
    const rig = await withStable(2);
    expect(await rig.ask(at(second(2), 0, 2), recreate, v1Bundle)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'strategy_unsupported' },
    });
    const own = deployment('shop:x', 1);
    await rig.cluster.create({ ...own, metadata: { name: 'web-canary', namespace: 'shop' } });
    expect(await rig.ask(at(second(2), 0, 2), v2Bundle, v1Bundle)).toMatchObject({ kind: 'refused', refusal: { code: 'foreign_owner' } });
  });

  it('restores in a rollback the shared objects that retirement has changed, and no others', async () => {
    const rig = await withStable(2);
    const scenario = second(2);
    const [ingress, changed] = [
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'new', namespace: 'shop' }, spec: {} },
      { ...service, metadata: { ...service.metadata, labels: { colour: 'new' } } },
    ];
    const wider: Bundle = {
      workload: 'web',
      objects: [...v2Bundle.objects.map((object) => (object === service ? changed : object)), ingress],
    };
    for (const [index, step] of planOf(scenario).steps.entries()) {
      if (step.kind !== 'analyse') await rig.finish(at(scenario, index, 2 + index), wider, v1Bundle);
      while (rig.settle());
    }
    expect(rig.cluster.find('ConfigMap', 'settings')).toMatchObject({ data: { COLOUR: 'v2' } });
    expect(rig.cluster.find('Service', 'web')).toMatchObject({ metadata: { labels: { colour: 'new' } } });
    const { last, writes } = await rig.finish(rollingBack(scenario, 'promoting', 40), wider, v1Bundle);
    expect(last.kind).toBe('done');
    expect(rig.cluster.find('ConfigMap', 'settings')).toMatchObject({ data: { COLOUR: 'v1' } });
    expect(texts(writes).filter((text) => /Secret keys$|Ingress/.test(text))).toEqual([]);
    expect(rig.cluster.find('Ingress', 'new')).toBeDefined();
  });

  it('creates the workload in a rollback if another client has deleted it', async () => {
    const rig = await withStable(2);
    await upTo(rig, 2, 3);
    const web = rig.cluster.find('Deployment', 'web')!;
    await rig.cluster.delete(
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      { uid: web.metadata.uid, resourceVersion: web.metadata.resourceVersion },
    );
    expect((await rig.finish(rollingBack(second(2), 'releasing', 30), v2Bundle, v1Bundle)).last.kind).toBe('done');
    expect(rig.cluster.readyPods('web')).toBe(2);
  });

  it('refuses to continue if another client has removed the canary', async () => {
    const rig = await withStable(2);
    expect(await rig.ask(at(second(2), 1, 3), v2Bundle, v1Bundle)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'canary_deleted', text: expect.stringContaining('another client deleted Deployment web-canary') },
    });
  });

  it.each<[string, KubeObject]>([
    ['Service', service],
    ['ConfigMap', configMap('live')],
  ])('refuses to change a %s of another installation, does not write to it, and rolls back without it', async (kind, object) => {
    const retire = planOf(second(2)).steps.length - 1;
    const {
      apiVersion,
      metadata: { name },
    } = object;
    const owned = {
      ...object,
      metadata: { ...object.metadata, labels: { 'alloy.dev/project': 'shop' }, annotations: { 'alloy.dev/fence': 'other/2/2' } },
    };
    for (const index of [0, retire]) {
      const rig = await withStable(2);
      await upTo(rig, 2, index);
      const { metadata } = rig.cluster.find(kind, name)!;
      await rig.cluster.delete({ apiVersion, kind, name }, { uid: metadata.uid, resourceVersion: metadata.resourceVersion });
      await rig.cluster.create(owned);
      const before = rig.cluster.find(kind, name);
      const refused = {
        kind: 'refused',
        refusal: { code: 'foreign_owner', text: `${kind} ${name} is managed by another installation or project, or was not made by Alloy` },
      };
      expect(await rig.finish(at(second(2), index, 60), v2Bundle, v1Bundle)).toEqual({ last: refused, writes: [] });
      expect((await rig.finish(rollingBack(second(2), 'promoting', 70), v2Bundle, v1Bundle)).last.kind).toBe('done');
      expect(rig.cluster.find(kind, name)).toEqual(before);
    }
  });
});

describe('copies of ConfigMaps and Secrets', () => {
  const third: Scenario = {
    releaseId: 'R3',
    slot: 3,
    stable: { releaseId: 'R2', artifact: 'R2', image: 'shop', imageTag: 'v2' },
    strategy: 'rollout',
    replicas: 2,
  };
  const copiesOf = (rig: Rig): readonly string[] =>
    rig.cluster
      .all('ConfigMap')
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== 'settings')
      .sort();

  it.each<[string, (retire: number) => RunningState]>([
    ['a retirement', (retire) => at(second(2), retire, 60)],
    ['a rollback', () => rollingBack(second(2), 'promoting', 60)],
  ])('of a newer release are not deleted by %s of an older one that continues late', async (_, late) => {
    const rig = await withStable(2);
    const retire = planOf(second(2)).steps.length - 1;
    await upTo(rig, 2, retire + 1);
    const known = copiesOf(rig);
    // The newer release has created only its copies so far, so no other object has its fence.
    await rig.finish(at(third, 0, 2), bundleOf('v3'), v2Bundle);
    const newer = copiesOf(rig).filter((name) => !known.includes(name));
    expect(newer).toHaveLength(1);
    expect((await rig.finish(late(retire), v2Bundle, v1Bundle)).last).toMatchObject({
      kind: 'stale',
      object: expect.stringMatching(/^ConfigMap\/settings-/),
    });
    expect(copiesOf(rig)).toEqual(expect.arrayContaining(newer));
  });

  it('that a newer release uses again get its fence, so that an earlier decision to delete them fails', async () => {
    const rig = await withStable(2);
    await upTo(rig, 2, planOf(second(2)).steps.length);
    const fourth: Scenario = { ...third, releaseId: 'R4', slot: 4 };
    // R3 has another content. It keeps its own copy and that of v2, so its retirement deletes the copy of v1.
    for (const [index] of planOf(third).steps.entries()) {
      if (planOf(third).steps[index]!.kind === 'retire') break;
      await rig.finish(at(third, index, 2 + index), bundleOf('v3'), v2Bundle);
      while (rig.settle());
    }
    const before = copiesOf(rig);
    const deletion = await untilDelete(rig, at(third, planOf(third).steps.length - 1, 9));
    await rig.finish(at({ ...fourth, stable: { ...third.stable!, releaseId: 'R3' } }, 0, 2), v1Bundle, bundleOf('v3'));
    expect(await rig.perform(deletion)).toBe(false);
    expect(copiesOf(rig)).toEqual(before);
  });

  /** Performs the writes for the state until the next one is a deletion, and returns that without performing it. */
  async function untilDelete(rig: Rig, state: RunningState): Promise<Write> {
    for (let turn = 0; turn < 20; turn += 1) {
      const next = await rig.ask(state, bundleOf('v3'), v2Bundle);
      if (next.kind !== 'write') throw new Error(`expected a deletion, got ${next.kind}`);
      if (next.write.verb === 'delete') return next.write;
      await rig.perform(next.write);
    }
    throw new Error('there was no deletion among 20 writes');
  }
});
