import { eventually } from '../../../../test/support/eventually';
import type { EndpointSlice, Pod } from '../kinds';
import { startTestNodes, type TestNodes } from '../test-nodes';
import { conditionOf, isComplete } from './deployment-status';
import { controllerOf } from './ownership';

describe('controllers', () => {
  let nodes: TestNodes;
  beforeEach(() => {
    nodes = startTestNodes();
  });
  afterEach(async () => {
    await nodes.stop();
    expect(nodes.errors).toEqual([]);
  });

  const rolledOut = (tag: string, replicas: number): Promise<void> =>
    eventually(() => {
      expect(isComplete(nodes.deployment(), nodes.deployment().status ?? {})).toBe(true);
      expect(nodes.readyPods().map(({ spec }) => spec.containers[0]!.image)).toEqual(Array.from({ length: replicas }, () => `shop:${tag}`));
      expect(nodes.pods()).toHaveLength(replicas);
    });
  const endpoints = (): string[] =>
    nodes.store
      .list<EndpointSlice>('endpointslices.discovery.k8s.io', 'default')
      .flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready).map(({ targetRef }) => targetRef!.name));

  it('rolls out, and reports it in the status', async () => {
    nodes.deploy('v1', 3);
    await rolledOut('v1', 3);
    expect(nodes.deployment().status).toMatchObject({
      observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3,
    });
    expect(conditionOf(nodes.deployment().status, 'Available')).toMatchObject({ status: 'True' });
    expect(conditionOf(nodes.deployment().status, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(endpoints().sort()).toEqual(nodes.pods().map(({ metadata }) => metadata.name).sort());
  });

  it('rolls over to a new template with full capacity and no failed request', async () => {
    nodes.deploy('v1', 3);
    await rolledOut('v1', 3);
    let fewest = 3;
    const stop = nodes.store.watch('pods', () => (fewest = Math.min(fewest, nodes.readyPods().length)));
    const traffic = nodes.traffic.run('default/web', { rps: 200, requests: 400 });
    nodes.deploy('v2', 3);
    await rolledOut('v2', 3);
    await traffic;
    stop();
    await eventually(() => expect(nodes.traffic.report()).toMatchObject({ requests: 400, failed: 0, inFlight: 0 }));
    expect(fewest).toBe(3);
  });

  it('reuses the old ReplicaSet on a rollback, as the newest revision', async () => {
    nodes.deploy('v1', 2);
    await rolledOut('v1', 2);
    const [first] = nodes.replicaSets();
    nodes.deploy('v2', 2);
    await rolledOut('v2', 2);
    nodes.deploy('v1', 2);
    await rolledOut('v1', 2);
    expect(nodes.replicaSets()).toHaveLength(2);
    expect(controllerOf(nodes.pods()[0]!)?.uid).toBe(first!.metadata.uid);
    expect(nodes.deployment().metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' });
  });

  it('stops a rollout at a pod that does not become ready, and reports it at the deadline', async () => {
    nodes.deploy('v1', 3);
    await rolledOut('v1', 3);
    nodes.deploy('v2-slow', 3, { progressDeadlineSeconds: 1 });
    await eventually(() =>
      expect(conditionOf(nodes.deployment().status, 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' }),
    );
    expect(nodes.readyPods()).toHaveLength(3);
    expect(nodes.pods()).toHaveLength(4);
    expect(endpoints()).toHaveLength(3);
  });

  it('scales during a rollout, unready pods first', async () => {
    nodes.deploy('v1', 4);
    await rolledOut('v1', 4);
    nodes.deploy('v2-slow', 4);
    await eventually(() => expect(nodes.pods()).toHaveLength(5));
    nodes.deploy('v1', 2);
    await rolledOut('v1', 2);
  });

  it('removes pods that are not ready first when scaling down', async () => {
    nodes.deploy('v1', 2);
    await rolledOut('v1', 2);
    const ready = nodes.readyPods().map(({ metadata }) => metadata.name);
    const [set] = nodes.replicaSets();
    nodes.store.update({ ...nodes.deployment(), spec: { ...nodes.deployment().spec, replicas: 4 } });
    await eventually(() => expect(nodes.pods()).toHaveLength(4));
    nodes.store.update({ ...nodes.deployment(), spec: { ...nodes.deployment().spec, replicas: 2 } });
    await eventually(() => expect(nodes.pods().map(({ metadata }) => metadata.name)).toEqual(ready));
    expect(nodes.replicaSets()[0]!.metadata.uid).toBe(set!.metadata.uid);
  });

  it('recreates only after the last old pod is removed', async () => {
    const recreate = { strategy: { type: 'Recreate' as const } };
    nodes.deploy('v1', 2, recreate);
    await rolledOut('v1', 2);
    let mixed = false;
    const stop = nodes.store.watch('pods', () => (mixed ||= new Set(nodes.pods().map(({ spec }) => spec.containers[0]!.image)).size > 1));
    nodes.deploy('v2', 2, recreate);
    await rolledOut('v2', 2);
    stop();
    expect(mixed).toBe(false);
  });

  it('counts a pod as available only after minReadySeconds', async () => {
    nodes.deploy('v1', 1, { minReadySeconds: 2 });
    await eventually(() => expect(nodes.deployment().status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 }));
    expect(nodes.deployment().status?.availableReplicas).toBeUndefined();
    await eventually(() => expect(nodes.deployment().status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 }));
  });

  it('keeps the configured number of old ReplicaSets', async () => {
    for (const tag of ['v1', 'v2', 'v3']) {
      nodes.deploy(tag, 1, { revisionHistoryLimit: 1 });
      await rolledOut(tag, 1);
    }
    await eventually(() => expect(nodes.replicaSets()).toHaveLength(2));
  });

  it('replaces a deleted pod, and adopts an orphan', async () => {
    nodes.deploy('v1', 2);
    await rolledOut('v1', 2);
    const [pod] = nodes.pods();
    nodes.store.delete({ resource: 'pods', namespace: 'default', name: pod!.metadata.name });
    await eventually(() => expect(nodes.pods().some(({ metadata }) => metadata.uid === pod!.metadata.uid)).toBe(false));
    await rolledOut('v1', 2);
    const { template } = nodes.replicaSets()[0]!.spec;
    nodes.store.create<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'stray', namespace: 'default', labels: template.metadata?.labels },
      spec: template.spec,
    });
    await eventually(() => expect(nodes.pods()).toHaveLength(2));
    await rolledOut('v1', 2);
  });

  describe('deleting a Deployment', () => {
    const remove = (propagation: 'Background' | 'Foreground' | 'Orphan'): unknown =>
      nodes.store.delete({ resource: 'deployments.apps', namespace: 'default', name: 'web' }, { propagation });
    beforeEach(async () => {
      nodes.deploy('v1', 2);
      await rolledOut('v1', 2);
    });

    it('deletes its ReplicaSets and pods', async () => {
      remove('Background');
      expect(nodes.deployment()).toBeUndefined();
      await eventually(() => expect([nodes.replicaSets(), nodes.pods()]).toEqual([[], []]));
    });

    it('waits for them with Foreground', async () => {
      remove('Foreground');
      expect(nodes.deployment().metadata.deletionTimestamp).toBeDefined();
      await eventually(() => expect(nodes.deployment()).toBeUndefined());
      expect([nodes.replicaSets(), nodes.pods()]).toEqual([[], []]);
    });

    it('keeps them with Orphan, and a new Deployment adopts them without a restart', async () => {
      const before = nodes.pods().map(({ metadata }) => metadata.uid);
      remove('Orphan');
      await eventually(() => expect(nodes.deployment()).toBeUndefined());
      expect(nodes.replicaSets().map(controllerOf)).toEqual([undefined]);
      nodes.deploy('v1', 2);
      await eventually(() => expect(controllerOf(nodes.replicaSets()[0]!)).toBeDefined());
      await rolledOut('v1', 2);
      expect(nodes.pods().map(({ metadata }) => metadata.uid)).toEqual(before);
    });
  });

  it('empties a namespace before its removal', async () => {
    nodes.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'side' } });
    nodes.store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'side' } });
    await eventually(() => expect(nodes.store.get({ resource: 'serviceaccounts', namespace: 'side', name: 'default' })).toBeDefined());
    nodes.store.delete({ resource: 'namespaces', name: 'side' });
    await eventually(() => expect(nodes.store.get({ resource: 'namespaces', name: 'side' })).toBeUndefined());
    expect(nodes.store.list('configmaps', 'side')).toEqual([]);
  });
});
