import { eventually } from '../../../../test/support/eventually';
import type { Deployment, Service } from '../kinds';
import { container, startTestNodes, type TestNodes } from '../test-nodes';
import { TRAFFIC_ANNOTATION } from '../traffic/traffic';
import type { Autoscaler } from './autoscaler-controller';

/** 10 requests per second and pod are the target: half of the requested CPU. */
const COST = '20m';
const requests = { requests: { cpu: '400m' } };

describe('a HorizontalPodAutoscaler', () => {
  let nodes: TestNodes;
  beforeEach(() => {
    nodes = startTestNodes({ autoscalerSync: 100, metricsWindow: 1_000, cpuInitialization: 2_000 });
  });
  afterEach(async () => {
    await nodes.stop();
    expect(nodes.errors).toEqual([]);
  });

  const spec = (resources: object, labels: Record<string, string>): Pick<Deployment['spec'], 'template'> => ({
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [{ ...container('v1'), ...resources, env: [{ name: 'PLAYGROUND_CPU', value: COST }] }],
      },
    },
  });
  const deploy = (replicas: number, resources: object = { resources: requests }): void =>
    nodes.deploy('v1', replicas, spec(resources, { app: 'web' }));
  const autoscale = (more: Partial<Autoscaler['spec']> = {}): void =>
    void nodes.store.create<Autoscaler>({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        minReplicas: 1,
        maxReplicas: 6,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
        ...more,
      },
    });
  const load = (rps: number): void => {
    const live = nodes.store.get<Service>({ resource: 'services', namespace: 'default', name: 'web' })!;
    nodes.store.update({ ...live, metadata: { ...live.metadata, annotations: { [TRAFFIC_ANNOTATION]: String(rps) } } });
  };
  const hpa = (): Autoscaler =>
    nodes.store.get<Autoscaler>({ resource: 'horizontalpodautoscalers.autoscaling', namespace: 'default', name: 'web' })!;
  const condition = (type: string) => hpa().status?.conditions?.find((each) => each.type === type);
  const replicas = (): number | undefined => nodes.deployment().spec.replicas;

  it('scales out and in with the requests that the pods get', async () => {
    deploy(1);
    autoscale();
    load(35);
    await eventually(() => expect(replicas()).toBe(4));
    const writer = nodes.deployment().metadata.managedFields?.find(({ subresource }) => subresource === 'scale');
    expect(writer?.manager).toBe('kube-controller-manager');
    await eventually(() => expect(hpa().status).toMatchObject({ currentReplicas: 4, desiredReplicas: 4 }));
    expect(condition('AbleToScale')).toMatchObject({ status: 'True' });
    expect(condition('ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
    load(5);
    await eventually(() => expect(replicas()).toBe(1));
  });

  it('counts the pods of another Deployment that its selector matches', async () => {
    deploy(2);
    nodes.store.create<Deployment>({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-canary', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web', track: 'canary' } },
        ...spec({ resources: requests }, { app: 'web', track: 'canary' }),
      },
    });
    await eventually(() => expect(nodes.readyPods()).toHaveLength(4));
    // The load of 2 pods at the target, divided among 4.
    load(20);
    await eventually(() => expect(nodes.readyPods().map((pod) => nodes.kubelet.cpuOf(pod) ?? 0).every((cpu) => cpu > 0.06)).toBe(true));
    autoscale();
    await eventually(() => expect(hpa().status?.currentMetrics).toBeDefined());
    // Without the canary's pods, 2 pods at half of the target would become 1.
    expect(hpa().status).toMatchObject({ desiredReplicas: 2 });
    expect(replicas()).toBe(2);
  });

  it('does not scale pods that request no CPU, and reports it', async () => {
    deploy(2, {});
    autoscale();
    load(100);
    await eventually(() => expect(condition('ScalingActive')).toMatchObject({ status: 'False', reason: 'FailedGetResourceMetric' }));
    expect(condition('ScalingActive')?.message).toMatch(/missing request for cpu in container web of Pod web-/);
    expect(replicas()).toBe(2);
  });

  it('reports a missing target, and scales no target with 0 replicas', async () => {
    autoscale();
    await eventually(() => expect(condition('AbleToScale')).toMatchObject({ status: 'False', reason: 'FailedGetScale' }));
    deploy(0);
    await eventually(() => expect(condition('ScalingActive')).toMatchObject({ status: 'False', reason: 'ScalingDisabled' }));
    expect(replicas()).toBe(0);
  });
});
