import { rolloutSchema, type RolloutPolicy } from '@alloy/release';
import fc from 'fast-check';
import { at, bundleOf, planOf, rollingBack, type Scenario } from '../testing/fixtures';
import type { Rig } from '../testing/rig';
import { second, texts, withStable } from '../testing/scenarios';

const scenario = (replicas: number, rollout: RolloutPolicy): Scenario =>
  ({ ...second(replicas), strategy: 'rollout', policy: { rollout: rolloutSchema.parse(rollout) } });
const halves: RolloutPolicy = { maxSurge: 1, steps: [{ setWeight: 17 }, { pause: {} }, { setWeight: 50 }, { setWeight: 100 }] };
const pods = (rig: Rig, release: string): number =>
  rig.cluster.podsOf('web').filter((pod) => pod.metadata.labels?.['alloy.dev/release'] === release).length;
const split = (rig: Rig): string => `${pods(rig, 'R2')}+${pods(rig, 'R1')}`;
const web = (rig: Rig) => rig.cluster.find('Deployment', 'web')!;
const finish = (rig: Rig, release: Scenario, index: number) =>
  rig.finish(at(release, index, 2 + index), bundleOf('v2'), bundleOf('v1'));

/** Performs the steps of the plan that have an effect. Returns the pods after each. */
async function played(rig: Rig, release: Scenario, until = Infinity): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const [index, { kind }] of planOf(release).steps.entries()) {
    if (index >= until || kind === 'pause' || kind === 'analyse') continue;
    const { last } = await finish(rig, release, index);
    seen.push(`${kind} ${last.kind} ${split(rig)}`);
    while (rig.settle());
  }
  return seen;
}

describe('setPartition', () => {
  it('leads a rollout of 5 pods through 1+5, 3+3 and 5+0 within one Deployment, and restores its manifest', async () => {
    const rig = await withStable(5);
    const before = web(rig);
    expect(await played(rig, scenario(5, halves))).toEqual([
      'apply done 0+5', 'setPartition done 1+5', 'setPartition done 3+3', 'setPartition done 5+0', 'promote done 5+0', 'retire done 5+0',
    ]);
    expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
    const { spec } = web(rig) as typeof before & { spec: Record<string, unknown> };
    expect([spec['minReadySeconds'], spec['progressDeadlineSeconds'], spec['strategy']]).toEqual(
      ['minReadySeconds', 'progressDeadlineSeconds', 'strategy'].map((key) => (before['spec'] as Record<string, unknown>)[key]),
    );
  });

  it('waits for a new pod for each old one that may go', async () => {
    const rig = await withStable(5);
    const release = scenario(5, halves);
    await played(rig, release, 3);
    const next = await rig.ask(at(release, 3, 5), bundleOf('v2'), bundleOf('v1'));
    if (next.kind !== 'write') throw new Error(next.kind);
    await rig.perform(next.write);
    while (rig.settle(() => false));
    expect([split(rig), (await rig.ask(at(release, 3, 5), bundleOf('v2'), bundleOf('v1'))).kind]).toEqual(['2+4', 'wait']);
    while (rig.settle());
    expect(texts((await finish(rig, release, 3)).writes)).toEqual(['apply Deployment web']);
    expect(split(rig)).toBe('3+3');
  });

  it('bounds the update by a percentage, so that a scaled workload keeps the partition', async () => {
    const rig = await withStable(5);
    const release = scenario(5, halves);
    await played(rig, release, 4);
    expect(web(rig)).toMatchObject({ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '40%' } } } });
  });

  it('restores the template of the release and its bounds that another client has changed', async () => {
    const rig = await withStable(5);
    const release = scenario(5, halves);
    await played(rig, release, 2);
    rig.cluster.put({ ...web(rig), spec: { ...(web(rig)['spec'] as object), minReadySeconds: 0 } });
    expect(texts((await finish(rig, release, 1)).writes)).toEqual(['apply Deployment web']);
    expect(web(rig)).toMatchObject({ spec: { minReadySeconds: 2 ** 31 - 2 } });
  });

  it('waits for the watcher if another client has deleted the Deployment', async () => {
    const rig = await withStable(2);
    await rig.cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, {
      uid: web(rig).metadata.uid!, resourceVersion: web(rig).metadata.resourceVersion!,
    });
    const release = scenario(2, halves);
    expect(await rig.ask(at(release, 1, 9), bundleOf('v2'), bundleOf('v1'))).toEqual({ kind: 'wait', for: 'stable_ready' });
  });

  it('goes back by one write of the old template, which ends the partition', async () => {
    const rig = await withStable(5);
    const release = scenario(5, halves);
    await played(rig, release, 4);
    const { last, writes } = await rig.finish(rollingBack(release, 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
    expect([last.kind, texts(writes).filter((text) => text.includes('Deployment'))[0], split(rig)]).toEqual([
      'done', 'fence Deployment web', '0+5',
    ]);
    expect(web(rig)).not.toMatchObject({ spec: { minReadySeconds: 2 ** 31 - 2 } });
  });

  it('also goes back if another client has restored the old template alone (kubectl rollout undo)', async () => {
    const rig = await withStable(5);
    const old = web(rig)['spec'] as { readonly template: object };
    const release = scenario(5, halves);
    await played(rig, release, 4);
    rig.cluster.put({ ...web(rig), spec: { ...(web(rig)['spec'] as object), template: old.template } });
    await rig.finish(rollingBack(release, 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
    expect([split(rig), (web(rig)['spec'] as Record<string, unknown>)['minReadySeconds']]).toEqual(['0+5', undefined]);
  });

  it('replaces pods without additional ones if the policy says so', async () => {
    const rig = await withStable(5);
    const release = scenario(5, { maxSurge: 0, maxUnavailable: 1, steps: [{ setWeight: 40 }] });
    expect(await played(rig, release, 2)).toEqual(['apply done 0+5', 'setPartition done 2+3']);
  });

  it('goes back without additional pods if the policy has none', async () => {
    const rig = await withStable(5);
    const release = scenario(5, { maxSurge: 0, maxUnavailable: 1, steps: [{ setWeight: 40 }] });
    await played(rig, release, 2);
    for (const pod of rig.cluster.podsOf('web'))
      if (pod.metadata.labels?.['alloy.dev/release'] === 'R2') rig.cluster.setReady(pod, false);
    const most: number[] = [];
    const { reconcile } = rig.cluster;
    rig.cluster.reconcile = (name) => {
      const moved = reconcile.call(rig.cluster, name);
      most.push(rig.cluster.podsOf('web').length);
      return moved;
    };
    const { last } = await rig.finish(rollingBack(release, 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
    expect([last.kind, split(rig), Math.max(...most)]).toEqual(['done', '0+5', 5]);
  });

  const steps = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 })
    .map((weights) => weights.sort((a, b) => a - b).map((setWeight) => ({ setWeight })));
  const bound = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('10%', '25%', '100%'));

  it('never leaves fewer ready pods than the policy allows, forward and back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), steps, bound, fc.constantFrom(0, 1), fc.boolean(), async (
        replicas, weights, maxSurge, maxUnavailable, goesBack,
      ) => {
        fc.pre(maxSurge !== 0 || maxUnavailable > 0);
        const rig = await withStable(replicas);
        const release = scenario(replicas, { maxSurge, maxUnavailable, steps: weights });
        const least = replicas - maxUnavailable;
        const { reconcile } = rig.cluster;
        rig.cluster.reconcile = (name) => {
          const moved = reconcile.call(rig.cluster, name);
          expect(rig.readyPods().total).toBeGreaterThanOrEqual(least);
          return moved;
        };
        const plan = planOf(release).steps;
        await played(rig, release, goesBack ? plan.length - 2 : Infinity);
        const last = weights.at(-1)!.setWeight;
        if (goesBack) {
          expect(pods(rig, 'R2')).toBeGreaterThanOrEqual(last === 100 ? replicas : 1);
          await rig.finish(rollingBack(release, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
        }
        expect(split(rig)).toBe(goesBack ? `0+${replicas}` : `${replicas}+0`);
      }),
      { numRuns: 60 },
    );
  });
});
