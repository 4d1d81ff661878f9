import type { KubeObject } from '@alloy/contracts';
import { bundleOf, at, type Scenario } from '../testing/fixtures';
import { texts, upTo, v1, withStable } from '../testing/scenarios';
import type { Rig } from '../testing/rig';

const leaving = (replicas: number): Scenario => ({ releaseId: 'R3', slot: 3, stable: v1, strategy: 'handBack', replicas });
const handBack = (rig: Rig, replicas: number) => rig.finish(at(leaving(replicas), 0, 4), bundleOf('v1'), bundleOf('v1'));
const ownKeys = ({ metadata }: KubeObject): readonly string[] =>
  Object.keys({ ...metadata.labels, ...metadata.annotations }).filter((key) => key.startsWith('alloy.dev/'));
const podNames = (rig: Rig): readonly string[] => rig.cluster.podsOf('web').map(({ metadata }) => metadata.name);

describe('handing a workload back', () => {
  it('removes labels and annotations of Alloy, the workload last, and changes neither its pods nor their template', async () => {
    const rig = await withStable(3);
    const [pods, before] = [podNames(rig), rig.cluster.find('Deployment', 'web')!];
    const { last, writes } = await handBack(rig, 3);
    expect(texts(writes)).toEqual(
      ['Service web', 'ConfigMap settings', 'Secret keys', 'Deployment web'].map((object) => `handBack ${object}`),
    );
    const web = rig.cluster.find('Deployment', 'web')!;
    expect([ownKeys(web), web['spec']]).toEqual([[], before['spec']]);
    expect(podNames(rig)).toEqual(pods);
    expect(last).toMatchObject({ kind: 'done', outcome: { type: 'WorkloadHandedBack' } });
  });

  it('names what it has handed back, and the copies that pods read, which it keeps', async () => {
    const rig = await withStable(3);
    const { last } = await handBack(rig, 3);
    const objects = last.kind === 'done' && last.outcome.type === 'WorkloadHandedBack' ? last.outcome.data.objects : [];
    expect(objects.map(({ kind, name, action }) => `${action} ${kind} ${name.replace(/-[0-9a-f]{10}$/, '-#')}`)).toEqual([
      'handedBack Deployment web', 'handedBack Service web', 'handedBack ConfigMap settings', 'handedBack Secret keys',
      'kept ConfigMap settings-#', 'kept Secret keys-#',
    ]);
  });

  it('is done at once the second time', async () => {
    const rig = await withStable(3);
    const first = await handBack(rig, 3);
    expect(await handBack(rig, 3)).toEqual({ last: first.last, writes: [] });
  });

  it.each([2, 5])('removes a leftover canary only after %d pods of the workload are ready, and never has fewer', async (replicas) => {
    const rig = await withStable(replicas);
    await upTo(rig, replicas, 6);
    rig.onWrite = (write, before, after) =>
      expect([texts([write]), after.total >= Math.min(before.total, replicas)]).toEqual([texts([write]), true]);
    const { last, writes } = await handBack(rig, replicas);
    expect(last.kind).toBe('done');
    expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
    expect(rig.readyPods().web).toBeGreaterThanOrEqual(replicas);
    expect(texts(writes).filter((text) => text.startsWith('delete'))).toContain('delete Deployment web-canary');
  });

  it('ends a rollout that a failed rollback has left in its middle', async () => {
    const rig = await withStable(3);
    const web = rig.cluster.find('Deployment', 'web')!;
    rig.cluster.put({ ...web, spec: { ...(web['spec'] as object), minReadySeconds: 2 ** 31 - 2 } });
    const { last, writes } = await handBack(rig, 3);
    expect([last.kind, texts(writes)[0]]).toEqual(['done', 'apply Deployment web']);
    expect(rig.cluster.find('Deployment', 'web')).not.toMatchObject({ spec: { minReadySeconds: 2 ** 31 - 2 } });
  });

  it('leaves a canary alone that Alloy has not made', async () => {
    const rig = await withStable(2);
    const { metadata: _, ...rest } = rig.cluster.find('Deployment', 'web')!;
    await rig.cluster.create({ ...rest, metadata: { name: 'web-canary', namespace: 'shop', labels: { app: 'web' } } } as KubeObject);
    expect((await handBack(rig, 2)).last.kind).toBe('done');
    expect(rig.cluster.find('Deployment', 'web-canary')).toBeDefined();
  });

  it('gives back the rest if the workload was deleted', async () => {
    const rig = await withStable(2);
    const { uid, resourceVersion } = rig.cluster.find('Deployment', 'web')!.metadata;
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    await rig.cluster.delete(ref, { uid, resourceVersion } as object);
    const { writes } = await handBack(rig, 2);
    expect(texts(writes)).toEqual(['handBack Service web', 'handBack ConfigMap settings', 'handBack Secret keys']);
  });

  it('does not touch the objects of another project', async () => {
    const rig = await withStable(2);
    const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' };
    const { resourceVersion } = rig.cluster.find('Service', 'web')!.metadata;
    await rig.cluster.patch(ref, 'merge', { metadata: { resourceVersion, labels: { 'alloy.dev/project': 'other' } } });
    const { last, writes } = await handBack(rig, 2);
    expect(texts(writes)).not.toContain('handBack Service web');
    const left = { kind: 'Service', name: 'web', action: 'left' };
    expect(last).toMatchObject({ outcome: { data: { objects: expect.arrayContaining([left]) } } });
  });
});
