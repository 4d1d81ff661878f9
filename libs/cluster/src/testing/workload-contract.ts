import type { KubeObject } from '@alloy/contracts';
import type { Deployment } from '../json';
import { isReady } from '../pods';
import { ALLOY_MANAGER, CREATE_MANAGER, SCALE_MANAGER } from '../managed-fields';
import type { ContractSubject } from './contract-subject';
import { settles } from './wait';

interface Slice extends KubeObject {
  readonly endpoints: null | ReadonlyArray<{
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready: boolean };
    readonly targetRef: { readonly name: string; readonly uid: string };
  }>;
}

/**
 * How controllers and nodes handle Deployments: pods, their states as Alloy reads them, endpoints, and the deletion of
 * dependents.
 */
export function workloadContract(subject: () => ContractSubject): void {
  describe('workloads', () => {
    let counter = 0;
    const fresh = (): string => `work-${(counter += 1)}`;
    const deployment = (name: string, tag: string, replicas: number, spec: Record<string, unknown> = {}): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: subject().namespace },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 5,
            containers: [{ name: 'web', image: `shop:${tag}`, ports: [{ name: 'http', containerPort: 8080 }] }],
          },
        },
        ...spec,
      },
    });
    const run = async (tag: string, replicas: number, spec?: Record<string, unknown>): Promise<string> => {
      const name = fresh();
      await subject().cluster.create(deployment(name, tag, replicas, spec), CREATE_MANAGER);
      return name;
    };
    const ref = (name: string, kind = 'Deployment', apiVersion = 'apps/v1') => ({ apiVersion, kind, namespace: subject().namespace, name });
    const read = async (name: string): Promise<Deployment & { readonly status?: Record<string, unknown> }> =>
      (await subject().cluster.get(ref(name))) as Deployment;
    const list = (kind: string, name: string, apiVersion = 'v1') =>
      subject().cluster.list({ apiVersion, kind, namespace: subject().namespace, labels: `app=${name}` });
    const pods = async (name: string): Promise<readonly KubeObject[]> =>
      (await list('Pod', name)).filter(({ metadata }) => metadata['deletionTimestamp'] === undefined);
    const becomesReady = (name: string, replicas: number): Promise<void> =>
      settles(async () =>
        expect((await read(name)).status).toMatchObject({
          replicas,
          updatedReplicas: replicas,
          readyReplicas: replicas,
          availableReplicas: replicas,
          observedGeneration: (await read(name)).metadata.generation,
        }),
      );
    const scale = async (name: string, replicas: number): Promise<void> => {
      await settles(async () => subject().cluster.scale(ref(name), replicas, (await read(name)).metadata.resourceVersion!, SCALE_MANAGER));
    };
    const setImage = (name: string, image: string) =>
      subject().cluster.patch(
        ref(name),
        'strategic',
        { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
        ALLOY_MANAGER,
      );
    const stateOf = (pod: KubeObject) =>
      (pod['status'] as { containerStatuses?: ReadonlyArray<Record<string, unknown>> } | undefined)?.containerStatuses?.[0];

    it('become ready through a ReplicaSet that the Deployment owns, and report so in their status', async () => {
      const name = await run('v1', 2);
      await becomesReady(name, 2);
      const made = await read(name);
      expect(made.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
      expect((made.status as { conditions: unknown[] }).conditions).toEqual(expect.arrayContaining([
        expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }),
        expect.objectContaining({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }),
      ]));
      const [set, ...others] = await list('ReplicaSet', name, 'apps/v1');
      expect(others).toEqual([]);
      const hash = set!.metadata.labels!['pod-template-hash']!;
      expect(set).toMatchObject({
        metadata: { name: `${name}-${hash}`, ownerReferences: [{ kind: 'Deployment', uid: made.metadata.uid, controller: true }] },
        spec: { selector: { matchLabels: { app: name, 'pod-template-hash': hash } } },
      });
      for (const pod of await pods(name)) {
        expect(pod).toMatchObject({
          metadata: {
            name: expect.stringMatching(new RegExp(`^${name}-${hash}-[a-z0-9]{5}$`)),
            labels: { app: name, 'pod-template-hash': hash },
            ownerReferences: [{ kind: 'ReplicaSet', uid: set!.metadata.uid, controller: true }],
          },
          status: {
            phase: 'Running',
            podIP: expect.stringMatching(/^\d+\./),
            containerStatuses: [{ ready: true, restartCount: 0, image: 'shop:v1', state: { running: {} } }],
          },
        });
        expect(isReady(pod)).toBe(true);
      }
    });

    it('are updated pod by pod, and never have fewer ready pods', async () => {
      const name = await run('v1', 2);
      await becomesReady(name, 2);
      const seen: number[] = [];
      const watch = subject().cluster.watch(
        { apiVersion: 'v1', kind: 'Pod', namespace: subject().namespace, labels: `app=${name}` },
        () => undefined,
      );
      await watch.synced;
      const count = setInterval(() => seen.push([...watch.objects.values()].filter(isReady).length), 5);
      try {
        await setImage(name, 'shop:v2');
        await becomesReady(name, 2);
        await settles(async () => expect((await pods(name)).map((pod) => stateOf(pod)?.['image'])).toEqual(['shop:v2', 'shop:v2']));
      } finally {
        clearInterval(count);
        watch.stop();
      }
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(2);
      expect((await read(name)).metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' });
      expect(await list('ReplicaSet', name, 'apps/v1')).toHaveLength(2);
    });

    it('stop a rolling update at maxSurge and maxUnavailable while no new pod becomes available, and keep the share when scaled', async () => {
      const name = await run('v1', 5);
      await becomesReady(name, 5);
      const patch = (spec: object) => subject().cluster.patch(ref(name), 'merge', { spec }, ALLOY_MANAGER);
      const bounds = (maxUnavailable: number | string) => ({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable } } });
      /** Ready pods by their tag. */
      const hasReady = (expected: Readonly<Record<string, number>>): Promise<void> =>
        settles(async () => {
          const all = await pods(name);
          const count = (tag: string): number => all.filter((pod) => isReady(pod) && stateOf(pod)?.['image'] === `shop:${tag}`).length;
          expect(Object.fromEntries(Object.keys(expected).map((tag) => [tag, count(tag)]))).toEqual(expected);
          expect(all).toHaveLength(Object.values(expected).reduce((sum, one) => sum + one, 0));
        });
      const held = { minReadySeconds: 2 ** 31 - 2, progressDeadlineSeconds: 2 ** 31 - 1 };
      // In one write: the ReplicaSet of the old template keeps its `minReadySeconds`, and its pods stay available.
      await patch({ ...held, ...bounds('0%'), template: { spec: { containers: [{ name: 'web', image: 'shop:v2' }] } } });
      await hasReady({ v1: 5, v2: 1 });
      await patch(bounds('20%'));
      await hasReady({ v1: 4, v2: 2 });
      const { conditions } = (await read(name)).status as { conditions: ReadonlyArray<{ type: string }> };
      expect(conditions.map(({ type }) => type)).not.toContain('Progressing');
      await scale(name, 2);
      await hasReady({ v1: 2, v2: 1 });
      await scale(name, 5);
      await hasReady({ v1: 4, v2: 2 });
      await patch({ minReadySeconds: 0, progressDeadlineSeconds: 600, ...bounds(0) });
      await becomesReady(name, 5);
      await hasReady({ v2: 5 });
    });

    it('use their first ReplicaSet again when its template is restored', async () => {
      const name = await run('v1', 1);
      await becomesReady(name, 1);
      await setImage(name, 'shop:v2');
      await becomesReady(name, 1);
      await setImage(name, 'shop:v1');
      await becomesReady(name, 1);
      const sets = await list('ReplicaSet', name, 'apps/v1');
      expect(sets).toHaveLength(2);
      const live = sets.find((set) => (set['spec'] as { replicas: number }).replicas === 1)!;
      expect(live.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' });
      expect(live).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'shop:v1' }] } } } });
    });

    it('follow /scale up, and down to zero', async () => {
      const name = await run('v1', 1);
      await becomesReady(name, 1);
      await scale(name, 3);
      await becomesReady(name, 3);
      await scale(name, 0);
      await settles(async () => {
        expect(await list('Pod', name)).toEqual([]);
        expect((await read(name)).status).toEqual(
          expect.not.objectContaining({ replicas: expect.anything(), readyReplicas: expect.anything() }),
        );
      });
    });

    it('report the number of deleted pods that still run (Kubernetes 1.35), also when it is 0', async () => {
      const name = await run('v1', 3);
      await becomesReady(name, 3);
      const counts: unknown[] = [];
      const watching = subject().cluster.watch(
        { apiVersion: 'apps/v1', kind: 'Deployment', namespace: subject().namespace, fields: `metadata.name=${name}` },
        (event) => {
          if (event.type === 'modified')
            counts.push((event.object['status'] as { terminatingReplicas?: number } | undefined)?.terminatingReplicas);
        },
      );
      await watching.synced;
      await scale(name, 1);
      await settles(async () => expect(await list('Pod', name)).toHaveLength(1));
      await settles(async () => expect([0, undefined]).toContain((await read(name)).status!['terminatingReplicas']));
      const isCounted = (await read(name)).status!['terminatingReplicas'] !== undefined;
      await settles(async () => expect(counts.at(-1)).toBe(isCounted ? 0 : undefined));
      watching.stop();
      expect(counts.some((count) => Number(count) > 0)).toBe(isCounted);
    });

    it.each([
      ['v1-crash', { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } }, ready: false }],
      ['v1-nopull', { state: { waiting: { reason: 'ImagePullBackOff' } }, restartCount: 0, ready: false }],
      ['v1-slow', { state: { running: {} }, restartCount: 0, ready: false }],
    ])('of %s do not become ready, and the status of their pods contains the reason', async (tag, expected) => {
      const name = await run(tag, 1);
      await settles(async () => expect((await pods(name)).map(stateOf)).toMatchObject([expected]));
      // Another controller updates the status of the Deployment later.
      const unavailable = expect.objectContaining({ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' });
      await settles(async () =>
        expect((await read(name)).status).toMatchObject({
          replicas: 1,
          updatedReplicas: 1,
          unavailableReplicas: 1,
          conditions: expect.arrayContaining([unavailable]),
        }),
      );
      expect((await read(name)).status).not.toHaveProperty('readyReplicas');
    });

    it.each([
      ['become ready once their init container has exited and their sidecar runs', 'v1', true],
      ['do not become ready while their sidecar crashes', 'v1-crash', false],
    ])('%s', async (_what, tag, isHealthy) => {
      const name = fresh();
      const made = deployment(name, 'v1', 1) as Deployment;
      const initContainers = [{ name: 'migrate', image: 'tools:v1' }, { name: 'proxy', image: `proxy:${tag}`, restartPolicy: 'Always' }];
      await subject().cluster.create(
        {
          ...made,
          spec: { ...made.spec, template: { ...made.spec.template, spec: { ...made.spec.template.spec, initContainers } } },
        } as KubeObject,
        CREATE_MANAGER,
      );
      const initStates = async () =>
        ((await pods(name))[0]?.['status'] as { initContainerStatuses?: readonly unknown[] } | undefined)?.initContainerStatuses;
      const proxy = isHealthy
        ? { name: 'proxy', ready: true, state: { running: {} } }
        : { name: 'proxy', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } };
      await settles(async () =>
        expect(await initStates()).toMatchObject([
          { name: 'migrate', restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          proxy,
        ]),
      );
      if (isHealthy) return becomesReady(name, 1);
      expect((await pods(name)).filter(isReady)).toEqual([]);
    });

    it('report in a condition that they have exceeded their progress deadline', async () => {
      const name = await run('v1-slow', 1, { progressDeadlineSeconds: 2 });
      const stalled = expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' });
      await settles(async () => expect(((await read(name)).status as { conditions: unknown[] }).conditions).toContainEqual(stalled));
    });

    it('report in a condition why a quota rejects their pods, until the quota allows them', async () => {
      const quota = {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: fresh(), namespace: subject().namespace },
        spec: { hard: { pods: '0' } },
      };
      const { name: quotaName } = quota.metadata;
      await subject().cluster.create(quota, CREATE_MANAGER);
      try {
        await settles(async () =>
          expect(await subject().cluster.get(ref(quotaName, 'ResourceQuota', 'v1'))).toMatchObject({
            status: { hard: { pods: '0' }, used: { pods: expect.any(String) } },
          }),
        );
        const name = await run('v1', 1);
        const message = expect.stringMatching(
          new RegExp(
            `^pods "${name}-[^"]*" is forbidden: exceeded quota: ${quotaName}, requested: pods=1, used: pods=\\d+, limited: pods=0$`,
          ),
        );
        await settles(async () =>
          expect((await read(name)).status).toMatchObject({
            unavailableReplicas: 1,
            conditions: expect.arrayContaining([
              expect.objectContaining({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }),
            ]),
          }),
        );
        expect(await list('Pod', name)).toEqual([]);
        await subject().cluster.patch(ref(quotaName, 'ResourceQuota', 'v1'), 'merge', { spec: { hard: { pods: '1000' } } }, ALLOY_MANAGER);
        await becomesReady(name, 1);
        expect((await read(name)).status!.conditions).not.toContainEqual(expect.objectContaining({ type: 'ReplicaFailure' }));
      } finally {
        await subject().cluster.delete(ref(quotaName, 'ResourceQuota', 'v1'), {});
      }
    });

    it('are endpoints of their Service with their ready pods', async () => {
      const name = await run('v1', 1);
      const { cluster, namespace } = subject();
      await cluster.create(
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name, namespace },
          spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
        },
        CREATE_MANAGER,
      );
      const slow = fresh();
      const other = deployment(slow, 'v1-slow', 1) as Deployment;
      const labels = { app: slow, group: 'both' };
      await cluster.create(
        { ...other, spec: { ...other.spec, template: { ...other.spec.template, metadata: { labels } } } } as KubeObject,
        CREATE_MANAGER,
      );
      const slices = async (): Promise<readonly Slice[]> =>
        (await cluster.list({
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          namespace,
          labels: `kubernetes.io/service-name=${name}`,
        })) as readonly Slice[];
      await settles(async () =>
        expect(await slices()).toMatchObject([
          {
            addressType: 'IPv4',
            endpoints: [{ conditions: { ready: true, serving: true, terminating: false } }],
            ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
          },
        ]),
      );
      const [pod] = await pods(name);
      expect((await slices())[0]!.endpoints).toMatchObject([
        {
          addresses: [(pod!['status'] as { podIP: string }).podIP],
          targetRef: { kind: 'Pod', name: pod!.metadata.name, uid: pod!.metadata.uid },
        },
      ]);
      await cluster.patch(ref(name, 'Service', 'v1'), 'merge', { spec: { selector: { app: slow } } }, ALLOY_MANAGER);
      await settles(async () => expect(await slices()).toMatchObject([{ endpoints: [{ conditions: { ready: false, serving: false } }] }]));
      await cluster.patch(ref(name, 'Service', 'v1'), 'merge', { spec: { selector: { app: 'absent' } } }, ALLOY_MANAGER);
      await settles(async () => expect(await slices()).toMatchObject([{ endpoints: null }]));
      await cluster.delete(ref(name, 'Service', 'v1'), {});
      await settles(async () => expect(await slices()).toEqual([]));
    });

    it('answer through the pod proxy on their port, and not on another', async () => {
      const name = await run('v1', 1);
      await becomesReady(name, 1);
      const [pod] = await pods(name);
      const ask = (port: number, path: string) => subject().cluster.podProxyGet(subject().namespace, pod!.metadata.name, { port, path });
      expect(await ask(8080, '/metrics?x=1')).toMatchObject({
        status: 200,
        body: expect.stringContaining('http_requests_total{code="200"} 0'),
      });
      expect(await ask(8080, '/')).toEqual({ status: 200, body: 'ok\n' });
      expect((await ask(9999, '/')).status).toBeGreaterThanOrEqual(500);
      expect((await subject().cluster.podProxyGet(subject().namespace, 'no-such-pod', { port: 8080, path: '/' })).status).toBe(404);
    });

    it('answer through the pod proxy over TLS, with a self-signed certificate, only on their TLS port', async () => {
      const name = fresh();
      const made = deployment(name, 'v1', 1) as Deployment;
      const ports = [{ name: 'http', containerPort: 8080 }, { name: 'https-metrics', containerPort: 8443 }];
      const containers = [{ ...made.spec.template.spec.containers[0]!, ports, env: [{ name: 'PLAYGROUND_TLS', value: '8443' }] }];
      await subject().cluster.create(
        {
          ...made,
          spec: { ...made.spec, template: { ...made.spec.template, spec: { ...made.spec.template.spec, containers } } },
        } as KubeObject,
        CREATE_MANAGER,
      );
      await becomesReady(name, 1);
      const [pod] = await pods(name);
      const ask = (port: number, scheme: 'http' | 'https') =>
        subject().cluster.podProxyGet(subject().namespace, pod!.metadata.name, { port, path: '/metrics', scheme });
      for (const [port, scheme] of [
        [8080, 'http'],
        [8443, 'https'],
      ] as const)
        expect(await ask(port, scheme)).toMatchObject({ status: 200, body: expect.stringContaining('http_requests_total{code="200"} 0') });
      for (const [port, scheme] of [
        [8443, 'http'],
        [8080, 'https'],
      ] as const)
        expect(await ask(port, scheme)).toMatchObject({ body: expect.stringContaining('error trying to reach service') });
    });

    it('are deleted with their Deployment, and their pods after the grace period', async () => {
      const name = await run('v1', 1);
      await becomesReady(name, 1);
      const [pod] = await pods(name);
      await subject().cluster.delete(ref(name), { uid: (await read(name)).metadata.uid! });
      expect(await read(name)).toBeUndefined();
      const watched = async (): Promise<KubeObject | undefined> => subject().cluster.get(ref(pod!.metadata.name, 'Pod', 'v1'));
      await settles(async () => expect(await watched()).toBeUndefined());
      expect(await list('ReplicaSet', name, 'apps/v1')).toEqual([]);
    });
  });
}
