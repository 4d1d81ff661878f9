import type { KubeObject } from '@alloy/contracts';
import { isReady, type Cluster } from '@alloy/cluster';
import type { ContainerStatus, EndpointSlice, Pod } from '@alloy/playground/pods';
import { eventually, type EventuallyOptions } from '../support/eventually';
import { controlPlane, needsPods, withNamespace } from './support/control-plane';

const slowly: EventuallyOptions = { timeoutMs: 40_000, everyMs: 100 };

needsPods('the test node', () => {
  const namespace = withNamespace('node');
  let cluster: Cluster;
  beforeAll(async () => void (cluster = await controlPlane().connect()));
  afterAll(() => cluster.close());

  const container = (image: string): KubeObject =>
    ({
      name: 'web',
      image,
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'metrics', containerPort: 9090 },
      ],
    }) as unknown as KubeObject;
  const run = (name: string, image: string, more: Readonly<Record<string, unknown>> = {}): Promise<KubeObject> =>
    cluster.create(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: namespace(), labels: { app: name } },
        spec: { containers: [{ ...container(image), ...more }], terminationGracePeriodSeconds: 5 },
      } as KubeObject,
      'test',
    );
  const ref = (name: string, kind = 'Pod'): { apiVersion: string; kind: string; namespace: string; name: string } => ({
    apiVersion: 'v1',
    kind,
    namespace: namespace(),
    name,
  });
  const getPod = async (name: string): Promise<Pod> => {
    const pod = await cluster.get(ref(name));
    if (!pod) throw new Error(`there is no pod ${name}`);
    return pod as unknown as Pod;
  };
  const status = async (name: string): Promise<ContainerStatus> => (await getPod(name)).status!.containerStatuses![0]!;
  const ready = (name: string): Promise<void> =>
    eventually(async () => expect(isReady((await getPod(name)) as unknown as KubeObject)).toBe(true), slowly);

  it('runs the pods of a Deployment on separate addresses, which EndpointSlices and the pod proxy use', async () => {
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [container('shop:v1')] } };
    await cluster.create(
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: namespace() },
        spec: { replicas: 2, selector: { matchLabels: labels }, template },
      } as KubeObject,
      'test',
    );
    await cluster.create(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: namespace(), annotations: { 'playground.alloy.dev/traffic-rps': '50' } },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
      } as KubeObject,
      'test',
    );
    const endpoints = async (): Promise<readonly string[]> => {
      const slices = (await cluster.list({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace: namespace(),
        labels: 'kubernetes.io/service-name=web',
      })) as unknown as readonly EndpointSlice[];
      return slices.flatMap(({ endpoints: all }) =>
        (all ?? []).filter(({ conditions }) => conditions?.ready).flatMap(({ addresses }) => addresses),
      );
    };
    await eventually(async () => expect(await endpoints()).toHaveLength(2), slowly);
    const pods = (await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: namespace(), labels: 'app=web' })) as unknown as Pod[];
    expect(new Set(pods.map(({ status: { podIP } = {} }) => podIP)).size).toBe(2);
    for (const { metadata, spec } of pods) {
      expect(spec.nodeName).toBe('test-node');
      expect(await cluster.podProxyGet(namespace(), metadata.name, { port: 9090, path: '/metrics' })).toMatchObject({
        status: 200,
        body: expect.stringContaining('http_requests_total{code="200"}'),
      });
    }
    const requests = async (): Promise<number> => {
      const pages = await Promise.all(
        pods.map(({ metadata }) => cluster.podProxyGet(namespace(), metadata.name, { port: 8080, path: '/metrics' })),
      );
      return pages.reduce((sum, { body }) => sum + Number(/http_requests_total\{code="200"\} (\d+)/.exec(body)![1]), 0);
    };
    await eventually(async () => expect(await requests()).toBeGreaterThan(20), slowly);
    const traffic = (await controlPlane().takeTraffic()).services.filter(({ service }) => service === `${namespace()}/web`);
    expect(traffic).toMatchObject([{ failed: 0, requests: expect.any(Number) }]);
  });

  it('counts the restarts of a crash loop and pauses between them', async () => {
    await run('crash', 'shop:v1-crash');
    await eventually(async () => {
      const { restartCount, ...seen } = await status('crash');
      expect(seen).toMatchObject({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } });
      expect(restartCount).toBeGreaterThanOrEqual(2);
    }, slowly);
    expect(await getPod('crash')).toMatchObject({ status: { phase: 'Running' } });
  });

  it('reports ImagePullBackOff for an image that cannot be pulled', async () => {
    await run('nopull', 'shop:v1-nopull');
    await eventually(
      async () => expect(await status('nopull')).toMatchObject({ state: { waiting: { reason: 'ImagePullBackOff' } } }),
      slowly,
    );
    expect(await getPod('nopull')).toMatchObject({ status: { phase: 'Pending' } });
  });

  it('reports OOMKilled for a container that exceeds its memory', async () => {
    await run('leak', 'shop:v1-leak');
    await ready('leak');
    await eventually(async () => {
      const { restartCount, lastState } = await status('leak');
      expect(lastState).toMatchObject({ terminated: { exitCode: 137, reason: 'OOMKilled' } });
      expect(restartCount).toBeGreaterThanOrEqual(1);
    }, slowly);
  });

  it('starts a pod once its Secret exists, with the value from the Secret', async () => {
    await run('late', 'shop:v1', {
      env: [{ name: 'PLAYGROUND_BEHAVIOR', valueFrom: { secretKeyRef: { name: 'late', key: 'behaviour' } } }],
    });
    await eventually(
      async () => expect(await status('late')).toMatchObject({ state: { waiting: { reason: 'CreateContainerConfigError' } } }),
      slowly,
    );
    await cluster.create(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'late', namespace: namespace() },
        stringData: { behaviour: 'errors-100' },
      } as KubeObject,
      'test',
    );
    await ready('late');
    expect((await cluster.podProxyGet(namespace(), 'late', { port: 8080, path: '/' })).status).toBe(500);
  });

  it('does not report a pod as ready whose probe fails', async () => {
    await run('slow', 'shop:v1-slow');
    const unhealthy = async (): Promise<number> =>
      (await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace: namespace(), fields: 'involvedObject.name=slow,reason=Unhealthy' }))
        .length;
    await eventually(async () => expect(await unhealthy()).toBeGreaterThan(2), slowly);
    expect(isReady((await getPod('slow')) as unknown as KubeObject)).toBe(false);
    expect(await status('slow')).toMatchObject({ state: { running: {} } });
  });

  it('lets a pod finish its requests within the grace period, and then deletes it', async () => {
    const made = await run('graceful', 'shop:v1-latency-1500ms');
    await ready('graceful');
    const answer = cluster.podProxyGet(namespace(), 'graceful', { port: 8080, path: '/' }, 10_000);
    await eventually(
      async () => expect((await cluster.podProxyGet(namespace(), 'graceful', { port: 9090, path: '/metrics' })).status).toBe(200),
      slowly,
    );
    await cluster.delete(ref('graceful'), { uid: made.metadata.uid! });
    expect(await getPod('graceful')).toMatchObject({ metadata: { uid: made.metadata.uid, deletionGracePeriodSeconds: 5 } });
    expect((await answer).status).toBe(200);
    await eventually(async () => expect(await cluster.get(ref('graceful'))).toBeUndefined(), slowly);
  });

  it('keeps its pods running while the API server is down, and reports their status afterwards', async () => {
    await run('steady', 'shop:v1');
    await run('restless', 'shop:v1-crash');
    await ready('steady');
    const { restartCount } = await eventually(() => status('restless'), slowly);
    const { podIP } = (await getPod('steady')).status!;
    const plane = controlPlane();
    await plane.killApiServer();
    try {
      expect((await fetch(`http://${podIP}:8080/`)).status).toBe(200);
      await expect(cluster.get(ref('steady'))).rejects.toMatchObject({ code: 'unreachable' });
    } finally {
      await plane.startApiServer();
    }
    await eventually(async () => expect((await status('restless')).restartCount).toBeGreaterThan(restartCount), slowly);
    expect(await getPod('steady')).toMatchObject({ status: { podIP, containerStatuses: [{ restartCount: 0, ready: true }] } });
    await cluster.delete(ref('restless'), {});
    await eventually(async () => expect(await cluster.get(ref('restless'))).toBeUndefined(), slowly);
  });
});
