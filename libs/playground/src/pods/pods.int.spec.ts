import { get } from 'node:http';
import { eventually } from '../../../../test/support/eventually';
import type { Admit, Denial } from '../api';
import type { ContainerStatus, Endpoint, EndpointSlice, Job, Pod } from '../kinds';
import type { PlaygroundObject } from '../objects';
import { container, startTestNodes, type TestNodes } from '../test-nodes';
import type { Timings } from '../timings';
import { NODE } from './node';

describe('pods', () => {
  let nodes: TestNodes;
  const start = (timings: Partial<Timings> = {}, admit?: Admit): void => void (nodes = startTestNodes(timings, admit));
  afterEach(async () => {
    await nodes.stop();
    expect(nodes.errors).toEqual([]);
  });

  const pod = (): Pod => nodes.pods()[0]!;
  const status = (): ContainerStatus => pod().status!.containerStatuses![0]!;
  const run = (tag: string, more: Partial<Pod['spec']['containers'][number]> = {}): Pod =>
    nodes.store.create<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
      spec: { terminationGracePeriodSeconds: 5, containers: [{ ...container(tag), ...more }] },
    });
  const endpoints = (): readonly Endpoint[] =>
    nodes.store.list<EndpointSlice>('endpointslices.discovery.k8s.io', 'default').flatMap((slice) => slice.endpoints ?? []);
  const ready = (): Promise<void> => eventually(() => expect(nodes.readyPods()).toHaveLength(1));
  const ask = (path = '/'): Promise<{ code: number; body: string }> =>
    new Promise((resolve, reject) => {
      const address = nodes.kubelet.addressOf(pod(), 'http');
      if (!address) return reject(new Error('nothing listens'));
      get({ ...address, path, agent: false }, (response) => {
        let body = '';
        response
          .on('data', (chunk: Buffer) => (body += chunk.toString()))
          .once('end', () => resolve({ code: response.statusCode ?? 0, body }));
        response.once('error', reject);
      }).once('error', reject);
    });

  it('become ready, answer, and count what they answered', async () => {
    start();
    run('v1');
    expect(pod().status?.phase).toBe('Pending');
    await ready();
    expect(status()).toMatchObject({ ready: true, started: true, restartCount: 0, state: { running: {} } });
    for (let i = 0; i < 5; i++) expect(await ask('/any/path')).toEqual({ code: 200, body: 'ok\n' });
    const { body } = await ask('/metrics');
    expect(body).toContain('http_requests_total{code="200"} 5');
    expect(body).toContain('http_requests_total{code="500"} 0');
    expect(body).toContain('http_request_duration_seconds_count 5');
  });

  it('answer 500 to the share of requests in their tag, reproducibly by seed', async () => {
    const codesOf = async (requests: number): Promise<number[]> => {
      start();
      run('v1-errors-30');
      await ready();
      const codes: number[] = [];
      for (let i = 0; i < requests; i++) codes.push((await ask()).code);
      return codes;
    };
    const codes = await codesOf(150);
    const failed = codes.filter((code) => code === 500).length;
    expect(failed).toBeGreaterThan(30);
    expect(failed).toBeLessThan(60);
    expect((await ask('/metrics')).body).toContain(`http_requests_total{code="500"} ${failed}`);
    await nodes.stop();
    expect(await codesOf(30)).toEqual(codes.slice(0, 30));
  });

  it('behave by a variable from a ConfigMap instead of the tag', async () => {
    start();
    nodes.store.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
      data: { behaviour: 'errors-100' },
    });
    run('v1', { env: [{ name: 'PLAYGROUND_BEHAVIOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'behaviour' } } }] });
    await ready();
    expect((await ask()).code).toBe(500);
  });

  it('answer late with -latency', async () => {
    start();
    run('v1-latency-80ms');
    await ready();
    const since = performance.now();
    await ask();
    expect(performance.now() - since).toBeGreaterThanOrEqual(80);
  });

  it('crash repeatedly with increasing back-off, and count restarts', async () => {
    start();
    run('v1-crash');
    await eventually(() =>
      expect(status()).toMatchObject({
        restartCount: 2,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      }),
    );
    expect(pod().status?.phase).toBe('Running');
    expect(nodes.readyPods()).toEqual([]);
    expect(nodes.kubelet.logOf(pod(), { container: 'web', previous: true, tailLines: 1 })).toMatch(/^\S+ fatal: this image crashes\n$/);
    await eventually(() => expect(status().restartCount).toBeGreaterThan(3));
  });

  it('start their containers in order after init containers have ended and sidecars run', async () => {
    start();
    const started: string[] = [];
    nodes.store.watch('events', ({ object }) => void (object['reason'] === 'Started' && started.push(String(object['message']))));
    const initContainers = [
      { name: 'first', image: 'tools:v1' },
      { name: 'proxy', image: 'proxy:v1', restartPolicy: 'Always' as const },
      { name: 'second', image: 'tools:v1' },
    ];
    nodes.store.create<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
      spec: { initContainers, containers: [container('v1')] },
    });
    expect(pod().status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }] });
    await ready();
    expect(started).toEqual(['first', 'proxy', 'second', 'web'].map((name) => `Started container ${name}`));
    expect(pod().status).toMatchObject({
      phase: 'Running',
      initContainerStatuses: [
        { state: { terminated: { exitCode: 0 } } },
        { ready: true, state: { running: {} } },
        { state: { terminated: { exitCode: 0 } } },
      ],
    });
  });

  it('stay uninitialized while an init container fails, which is started again', async () => {
    start();
    nodes.store.create<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default' },
      spec: { initContainers: [{ name: 'migrate', image: 'tools:v1-crash' }], containers: [container('v1')] },
    });
    await eventually(() =>
      expect(pod().status?.initContainerStatuses?.[0]).toMatchObject({ restartCount: 2, lastState: { terminated: { exitCode: 1 } } }),
    );
    expect(pod().status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }] });
  });

  it('report resources after a resize in place, without a restart', async () => {
    start();
    const web = (cpu: string): Pod['spec'] => ({ containers: [{ ...container('v1'), resources: { requests: { cpu } } }] });
    nodes.store.create<Pod>({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec: web('10m') });
    await ready();
    expect(pod().status).toMatchObject({ qosClass: 'Burstable', containerStatuses: [{ resources: { requests: { cpu: '10m' } } }] });
    const { metadata, spec, status: before } = pod();
    nodes.store.update<Pod>({ ...pod(), metadata, spec: { ...spec, ...web('20m') } });
    await eventually(() =>
      expect(pod().status).toMatchObject({
        containerStatuses: [
          {
            ready: true,
            restartCount: 0,
            containerID: before?.containerStatuses?.[0]?.containerID,
            resources: { requests: { cpu: '20m' } },
          },
        ],
      }),
    );
  });

  it('run without becoming ready with -slow', async () => {
    start();
    run('v1-slow');
    const unhealthy = (): boolean =>
      nodes.store.list('events', 'default').some(({ reason, count }) => reason === 'Unhealthy' && Number(count) >= 3);
    await eventually(() => expect(unhealthy()).toBe(true));
    expect(status()).toMatchObject({ ready: false, state: { running: {} } });
    expect(endpoints()).toMatchObject([{ conditions: { ready: false, serving: false, terminating: false }, targetRef: { name: 'web' } }]);
  });

  it('alternate between ErrImagePull and ImagePullBackOff with -nopull', async () => {
    start();
    run('v1-nopull');
    expect(status().state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    const seen: string[] = [];
    nodes.store.watch('pods', () =>
      seen.push('waiting' in status().state ? (status().state as { waiting: { reason: string } }).waiting.reason : 'running'),
    );
    await eventually(() => expect(seen.filter((reason) => reason === 'ImagePullBackOff').length).toBeGreaterThan(1));
    expect(new Set(seen)).toEqual(new Set(['ErrImagePull', 'ImagePullBackOff']));
    expect(pod().status?.phase).toBe('Pending');
  });

  it('serve, and are killed for their memory with -leak', async () => {
    start();
    run('v1-leak');
    await ready();
    await eventually(() =>
      expect(status()).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
    );
  });

  it('wait for a Secret that does not exist yet', async () => {
    start();
    run('v1', { envFrom: [{ secretRef: { name: 'late' } }] });
    await eventually(() =>
      expect(status().state).toEqual({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "late" not found' } }),
    );
    nodes.store.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late', namespace: 'default' }, data: {} });
    await ready();
  });

  it('leave the endpoints first, and finish their requests before they end', async () => {
    start();
    run('v1-latency-300ms');
    await ready();
    const answer = ask();
    nodes.store.delete({ resource: 'pods', namespace: 'default', name: 'web' });
    await eventually(() => expect(endpoints()).toMatchObject([{ conditions: { ready: false, serving: true, terminating: true } }]));
    expect(nodes.kubelet.addressOf(pod(), 'http')).toBeDefined();
    expect((await answer).code).toBe(200);
    await eventually(() => expect(nodes.pods()).toEqual([]));
  });

  it('are killed at the end of their grace period', async () => {
    start();
    run('v1-latency-9000ms');
    await ready();
    const broken = expect(ask()).rejects.toThrow();
    nodes.store.delete({ resource: 'pods', namespace: 'default', name: 'web' }, { gracePeriodSeconds: 1 });
    await broken;
    await eventually(() => expect(nodes.pods()).toEqual([]));
  });

  it('are refused beyond the cluster\'s limit as by a quota', async () => {
    start({ podStart: 60_000 });
    nodes.deploy('v1', 1_000_000_000);
    const refused = expect.objectContaining({
      type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate',
      message: expect.stringContaining('exceeded quota'),
    });
    await eventually(() => expect(nodes.deployment().status?.conditions).toContainEqual(refused));
    expect(nodes.pods()).toHaveLength(500);
  });

  it.each<[string, Denial, string]>([
    [
      'a policy',
      { policy: 'signed', binding: 'signed', message: 'v1 is not signed' },
      "is forbidden: ValidatingAdmissionPolicy 'signed' with binding 'signed' denied request: v1 is not signed",
    ],
    ['a webhook', { webhook: 'inject.example', message: 'no' }, 'admission webhook "inject.example" denied the request: no'],
  ])('are refused if %s denies them, and created once it does not', async (_who, denial, message) => {
    let isDenied = true;
    start({}, ({ kind }) => (isDenied && kind === 'Pod' ? denial : undefined));
    nodes.deploy('v1', 1);
    const refused = expect.objectContaining({
      type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate',
      message: expect.stringContaining(message),
    });
    await eventually(() => expect(nodes.deployment().status?.conditions).toContainEqual(refused));
    expect(nodes.pods()).toEqual([]);
    isDenied = false;
    await eventually(() => expect(nodes.readyPods()).toHaveLength(1));
    await eventually(() => expect(nodes.deployment().status?.conditions).not.toContainEqual(refused));
  });

  it('wait while a user has cordoned the node', async () => {
    start({});
    const cordon = (unschedulable: boolean): void => {
      const node = nodes.store.get<PlaygroundObject & { spec: object }>({ resource: 'nodes', name: NODE })!;
      nodes.store.update({ ...node, spec: { ...node.spec, unschedulable } });
    };
    cordon(true);
    nodes.deploy('v1', 2);
    const message = '0/1 nodes are available: 1 node(s) were unschedulable.';
    await eventually(() =>
      expect(nodes.pods().map(({ status }) => status?.conditions)).toMatchObject([[{ reason: 'Unschedulable', message }], [{ message }]]),
    );
    cordon(false);
    await eventually(() => expect(nodes.readyPods()).toHaveLength(2));
  });

  it('get the room of a pod that has ended', async () => {
    start({ podStart: 500 });
    const spec = { containers: [{ ...container('v1'), resources: { requests: { cpu: '20' } } }] };
    const template = { spec: { ...spec, restartPolicy: 'OnFailure' as const } };
    nodes.store.create<Job>({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', namespace: 'default' }, spec: { template } });
    await eventually(() => expect(pod()).toMatchObject({ spec: { nodeName: NODE } }));
    nodes.store.create<Pod>({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec });
    const web = (): Pod => nodes.pods().find(({ metadata }) => metadata.name === 'web')!;
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    expect(web()).toMatchObject({ status: { conditions: [{ reason: 'Unschedulable', message }] } });
    await eventually(() => expect(web()).toMatchObject({ spec: { nodeName: NODE }, status: { phase: 'Running' } }));
  });

  it('wait when the node is full', async () => {
    start({ podStart: 60_000 });
    nodes.deploy('v1', 111);
    const unscheduled = (): Pod[] => nodes.pods().filter(({ spec }) => spec.nodeName === undefined);
    await eventually(() =>
      expect(unscheduled()).toMatchObject([
        { status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] } },
      ]),
    );
    nodes.store.delete(
      { resource: 'pods', namespace: 'default', name: nodes.pods().find(({ spec }) => spec.nodeName !== undefined)!.metadata.name },
      { gracePeriodSeconds: 0 },
    );
    await eventually(() => expect(nodes.pods()).toHaveLength(111));
    expect(unscheduled()).toHaveLength(1);
  });
});
