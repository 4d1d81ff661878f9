import { at, bundleOf, planOf, rollingBack, type Scenario } from './testing/fixtures';
import { Rig } from './testing/rig';
import { first, second, texts, upTo, v1, withStable } from './testing/scenarios';

describe('nextWrite', () => {
  it('creates a first release with no pods and the strategy of the manifest, then scales it, and writes nothing else to it', async () => {
    const rig = new Rig();
    const { last, writes } = await rig.finish(at(first(3), 1, 3), bundleOf('v1'), null);
    expect(texts(writes).slice(2)).toEqual(['create Deployment web', 'scale web to 3']);
    expect(last).toEqual({ kind: 'done', outcome: { type: 'WorkloadScaled', data: { track: 'stable', replicas: 3 } } });
    expect(rig.cluster.find('Deployment', 'web')).toMatchObject({
      spec: { replicas: 3, strategy: { rollingUpdate: { maxUnavailable: '25%' } } },
    });
    while (rig.settle());
    const retired = await rig.finish(at(first(3), 2, 4), bundleOf('v1'), null);
    expect([retired.last.kind, texts(retired.writes).filter((text) => text.endsWith('web') && !text.includes('Service'))]).toEqual([
      'done',
      [],
    ]);
  });

  it('leads a canary of 5 pods through 1+5, 3+3 and 5+1 to promotion, and removes the canary', async () => {
    const rig = await withStable(5);
    const { steps } = planOf(second(5));
    const pods: string[] = [];
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'analyse') pods.push(`${rig.cluster.readyPods('web-canary')}+${rig.cluster.readyPods('web')}`);
      else expect((await rig.finish(at(second(5), index, 2 + index), bundleOf('v2'), bundleOf('v1'))).last.kind).toBe('done');
      while (rig.settle());
    }
    expect(pods).toEqual(['1+5', '3+3', '5+1']);
    expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
    expect(rig.cluster.podsOf('web').map((pod) => pod.metadata.labels?.['alloy.dev/release'])).toEqual(Array(5).fill('R2'));
    expect(rig.cluster.find('ConfigMap', 'settings')).toMatchObject({ data: { COLOUR: 'v2' } });
    expect(rig.cluster.find('Deployment', 'web')).toMatchObject({ spec: { strategy: { rollingUpdate: { maxUnavailable: '25%' } } } });
  });

  it('promotes by changing the template, scaling up, and then scaling the canary to zero', async () => {
    const rig = await withStable(5);
    const promote = planOf(second(5)).steps.findIndex((step) => step.kind === 'promote');
    await upTo(rig, 5, promote);
    const { writes } = await rig.finish(at(second(5), promote, 20), bundleOf('v2'), bundleOf('v1'));
    expect(texts(writes)).toEqual(['apply Deployment web', 'scale web to 5', 'fence Deployment web-canary', 'scale web-canary to 0']);
  });

  it('keeps the copies of the current and the stable version, and deletes older ones', async () => {
    const rig = await withStable(2);
    const copies = (): string[] => rig.cluster.all('ConfigMap').map(({ metadata }) => metadata.name).filter((name) => name !== 'settings');
    expect(copies()).toHaveLength(1);
    await upTo(rig, 2, planOf(second(2)).steps.length);
    expect(copies()).toHaveLength(2);
    const third: Scenario = { ...second(2), releaseId: 'R3', slot: 3, stable: { ...v1, releaseId: 'R2' } };
    for (const [index, step] of planOf(third).steps.entries()) {
      if (step.kind !== 'analyse') await rig.finish(at(third, index, 2 + index), bundleOf('v3'), bundleOf('v2'));
      while (rig.settle());
    }
    expect(copies()).toHaveLength(2);
    expect(rig.cluster.all('Secret').map(({ metadata }) => metadata.name)).toHaveLength(2);
  });

  it('rolls back without restarting stable pods, and removes one canary pod for each stable pod that becomes ready', async () => {
    const rig = await withStable(5);
    await upTo(rig, 5, 6);
    const before = rig.cluster.podsOf('web').map(({ metadata }) => metadata.name);
    const { last, writes } = await rig.finish(rollingBack(second(5), 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
    expect(last).toEqual({
      kind: 'done',
      outcome: { type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: 0, stableReady: 5 } },
    });
    expect(
      texts(writes)
        .filter((text) => !/ConfigMap|Secret/.test(text))
        .slice(0, 4),
    ).toEqual(['fence Deployment web-canary', 'fence Deployment web', 'scale web to 5', 'scale web-canary to 2']);
    expect(rig.cluster.podsOf('web').map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(before));
    expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
  });

  it('removes a healthy canary last when promotion fails', async () => {
    const rig = await withStable(3);
    const promote = planOf(second(3)).steps.findIndex((step) => step.kind === 'promote');
    await upTo(rig, 3, promote);
    const state = at(second(3), promote, 20);
    const next = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    expect(next).toMatchObject({ kind: 'write', write: { verb: 'apply' } });
    if (next.kind === 'write') await rig.perform(next.write);
    rig.cluster.reconcile('web');
    const { writes } = await rig.finish(rollingBack(second(3), 'promoting', 30), bundleOf('v2'), bundleOf('v1'));
    expect(texts(writes).filter((text) => text.startsWith('scale web-canary'))).toEqual(['scale web-canary to 0']);
    expect(rig.cluster.podsOf('web').every((pod) => pod.metadata.labels?.['alloy.dev/release'] === 'R1')).toBe(true);
  });

  it('does not change a failed first release, or scales it to zero, as the decision says', async () => {
    const rig = new Rig();
    await rig.finish(at(first(2), 0, 2), bundleOf('v1'), null);
    await rig.finish(at(first(2), 1, 3), bundleOf('v1'), null);
    const keep = rollingBack(first(2), 'promoting', 9);
    expect((await rig.finish(keep, bundleOf('v1'), null)).writes).toEqual([]);
    const zero = { ...keep, current: { ...keep.current!, spec: { ...keep.current!.spec, onFirstFailure: 'scaleToZero' } } } as typeof keep;
    expect(texts((await rig.finish(zero, bundleOf('v1'), null)).writes)).toEqual(['fence Deployment web', 'scale web to 0']);
  });

  it('returns stale after a newer decision has written, and refuses to write to an object of another installation', async () => {
    const rig = await withStable(2);
    await rig.finish(rollingBack(second(2), 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
    expect(await rig.ask(at(second(2), 2, 4), bundleOf('v2'), bundleOf('v1'))).toMatchObject({ kind: 'stale', object: 'Deployment/web' });
    const web = rig.cluster.find('Deployment', 'web')!;
    await rig.cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, 'merge', {
      metadata: { resourceVersion: web.metadata.resourceVersion, annotations: { 'alloy.dev/fence': 'other/9/9' } },
    });
    expect(await rig.ask(at({ ...second(2), slot: 10 }, 2, 40), bundleOf('v2'), bundleOf('v1'))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'foreign_owner' },
    });
  });

  it('returns the same objects and actions again after a crash between the writes and the event', async () => {
    const rig = await withStable(2);
    const once = await rig.finish(at(second(2), 0, 2), bundleOf('v2'), bundleOf('v1'));
    const again = await rig.finish(at(second(2), 0, 2), bundleOf('v2'), bundleOf('v1'));
    expect(again).toEqual({ last: once.last, writes: [] });
    expect(once.last).toMatchObject({
      outcome: {
        data: {
          objects: expect.arrayContaining([
            { kind: 'Service', name: 'web', action: 'unchanged' },
            { kind: 'Deployment', name: 'web-canary', action: 'created' },
          ]),
        },
      },
    });
  });
});
