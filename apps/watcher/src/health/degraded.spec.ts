import type { V1ContainerStatus } from '@kubernetes/client-node';
import type { Json } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { findDegraded } from './degraded';

const pod = (status: Partial<Json<V1ContainerStatus>>, metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', uid: 'u1', ...metadata },
  spec: { containers: [{ name: 'web' }] },
  status: { containerStatuses: [{ name: 'web', ready: false, restartCount: 0, ...status }] },
});

describe('findDegraded', () => {
  it.each([
    [
      'a crash loop in back-off',
      { restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { reason: 'Error', exitCode: 1 } } },
      'CrashLoopBackOff',
      'container web keeps crashing (exit code 1, 2 restarts)',
    ],
    ['a crash loop between two back-offs', { restartCount: 3, state: {} }, 'CrashLoopBackOff', 'container web keeps crashing (3 restarts)'],
    [
      'an image that can not be pulled',
      { state: { waiting: { reason: 'ImagePullBackOff' } } },
      'ImagePullBackOff',
      "container web can't start: ImagePullBackOff",
    ],
    [
      'a configuration that the kubelet refuses',
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'container has runAsNonRoot and image will run as root' } } },
      'ConfigError',
      "container web can't start: CreateContainerConfigError",
    ],
    [
      'a container that used too much memory',
      { restartCount: 1, state: {}, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
      'OOMKilled',
      'container web was killed for using more memory than its limit (1 restart)',
    ],
  ])('finds %s', (_name, status, cause, detail) => {
    expect(findDegraded([pod(status)])).toEqual({
      cause, detail, pod: 'web-1', restarts: (status as Partial<Json<V1ContainerStatus>>).restartCount ?? 0,
    });
  });

  it.each([
    ['a pod that starts', { state: { waiting: { reason: 'ContainerCreating' } } }],
    ['a first failed pull, which the kubelet tries again', { state: { waiting: { reason: 'ErrImagePull' } } }],
    ['one restart', { restartCount: 1, state: {}, lastState: { terminated: { reason: 'Error', exitCode: 1 } } }],
  ])('finds nothing in %s', (_name, status) => {
    expect(findDegraded([pod(status)])).toBeUndefined();
  });

  const withInit = (status: Partial<Json<V1ContainerStatus>>, restartPolicy?: string): KubeObject => ({
    ...pod({ ready: true, state: { running: {} } }),
    spec: { initContainers: [{ name: 'proxy', ...(restartPolicy && { restartPolicy }) }], containers: [{ name: 'web' }] },
    status: { initContainerStatuses: [{ name: 'proxy', restartCount: 0, ...status }], containerStatuses: [
      { name: 'web', ready: true, restartCount: 0, state: { running: {} } },
    ] },
  });

  it.each([
    [
      'waits after a crash',
      { restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { reason: 'Error', exitCode: 1 } } },
      'container proxy keeps crashing (exit code 1, 2 restarts)',
    ],
    [
      'runs between two crashes',
      { restartCount: 3, state: { running: {} }, lastState: { terminated: { reason: 'Error', exitCode: 1 } } },
      'container proxy keeps crashing (exit code 1, 3 restarts)',
    ],
    [
      'ends again and again, with success',
      { restartCount: 3, state: { terminated: { reason: 'Completed', exitCode: 0 } } },
      'container proxy keeps crashing (exit code 0, 3 restarts)',
    ],
  ])('finds a crash loop in a sidecar that %s, though the other container is ready', (_what, status, detail) => {
    expect(findDegraded([withInit(status, 'Always')])).toMatchObject({ cause: 'CrashLoopBackOff', detail });
  });

  it('finds a sidecar that was killed for its memory', () => {
    expect(findDegraded([
      withInit({ restartCount: 1, state: { running: {} }, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }, 'Always'),
    ])).toMatchObject({ cause: 'OOMKilled' });
  });

  it('finds a crash loop in an init container only until it has exited with 0', () => {
    expect(findDegraded([withInit({ restartCount: 4, state: { terminated: { reason: 'Completed', exitCode: 0 } }, lastState: {
      terminated: { reason: 'OOMKilled', exitCode: 137 },
    } })])).toBeUndefined();
    expect(findDegraded([withInit({ restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: {
      terminated: { reason: 'Error', exitCode: 1 },
    } })])).toMatchObject({ cause: 'CrashLoopBackOff' });
  });

  it('ignores a terminating pod', () => {
    expect(findDegraded([pod({ state: { waiting: { reason: 'CrashLoopBackOff' } } }, { deletionTimestamp: '2026-01-01T00:00:00Z' })]))
      .toBeUndefined();
  });

  describe('with allowed restarts', () => {
    const looping = (restartCount: number) =>
      pod({ restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } } as never);
    const causes = (allowed: Parameters<typeof findDegraded>[1], ...restarts: readonly number[]) =>
      restarts.map((count) => findDegraded([looping(count)], allowed)?.cause);

    it('tolerates a crash loop of a pod that starts, until it has crashed after the last allowed restart', () => {
      expect(causes({ count: 3, failsInLoop: false }, 1, 2, 3)).toEqual([undefined, undefined, 'CrashLoopBackOff']);
      const running = (restartCount: number) =>
        findDegraded([pod({ restartCount, state: { running: {} } } as never)], { count: 3, failsInLoop: false })?.cause;
      expect([running(3), running(4)]).toEqual([undefined, 'CrashLoopBackOff']);
    });

    it('tolerates no crash loop under traffic, and a healthy pod with the restarts of its start', () => {
      expect(causes({ count: 3, failsInLoop: true }, 1)).toEqual(['CrashLoopBackOff']);
      expect(findDegraded([pod({ restartCount: 3, ready: true, state: { running: {} } } as never)], { count: 3, failsInLoop: true }))
        .toBeUndefined();
    });

    it('still finds a pod that ran out of memory', () => {
      const killed = pod({ restartCount: 1, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } } as never);
      expect(findDegraded([killed], { count: 3, failsInLoop: false })?.cause).toBe('OOMKilled');
    });
  });
});
