import type { KubeObject, ObservedPod } from '@alloy/contracts';
import type { Workloads } from '../cluster-reader';
import { observedPods } from './observed-pods';
import { PodRecord } from './pod-record';

const pod = (name: string, status: object, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, status });
const ready = { phase: 'Running', startTime: '2026-01-01T00:00:00Z', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [
  { name: 'web', restartCount: 0, state: { running: {} } },
] };
const workloads = (canary: readonly KubeObject[], stable: readonly KubeObject[] = []): Workloads =>
  ({ canary: { deployment: undefined, pods: canary }, stable: { deployment: undefined, pods: stable } });

describe('observedPods', () => {
  it.each([
    ['a ready pod', pod('p', ready), { phase: 'Running', ready: true, restarts: 0, startedAt: '2026-01-01T00:00:00Z', reason: null }],
    ['a terminating pod', pod('p', ready, { deletionTimestamp: '2026-01-01T00:01:00Z' }), {
      phase: 'Terminating', ready: false, reason: null,
    }],
    [
      'an unschedulable pod',
      pod('p', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }),
      { phase: 'Pending', startedAt: null, reason: 'Unschedulable' },
    ],
    [
      'a pod whose container is being created',
      pod('p', { phase: 'Pending', containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ContainerCreating' } } }] }),
      { phase: 'Pending', reason: null },
    ],
    ['a crashing pod with the restarts of all its containers', pod('p', { phase: 'Running', containerStatuses: [
      { name: 'a', restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } }, { name: 'b', restartCount: 1 },
    ] }), { restarts: 3, reason: 'CrashLoopBackOff' }],
    ['a pod without a status', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, {
      phase: 'Pending', ready: false, restarts: 0, startedAt: null, reason: null,
    }],
    ['an evicted pod', pod('p', { phase: 'Failed', reason: 'Evicted' }), { phase: 'Failed', reason: 'Evicted' }],
  ])('shows %s', (_name, seen, expected) => {
    expect(observedPods(workloads([seen]))).toEqual([expect.objectContaining({ track: 'canary', name: 'p', ...expected })]);
  });

  it('sorts the canary first, then by age, with pods without a start last', () => {
    const at = (name: string, startTime?: string) => pod(name, { ...ready, startTime });
    const shown = observedPods(workloads([at('c')], [at('young', '2026-01-02T00:00:00Z'), at('none'), at('old', '2026-01-01T00:00:00Z')]));
    expect(shown.map(({ name }) => name)).toEqual(['c', 'old', 'young', 'none']);
  });
});

describe('PodRecord', () => {
  function world() {
    const clock = { ms: 0 };
    const written: (readonly ObservedPod[])[] = [];
    const record = new PodRecord('R1', {
      monotonic: () => clock.ms, observedPods: { record: async (_id, pods) => void written.push(pods) },
    });
    const update = (ms: number, ...pods: KubeObject[]) => {
      clock.ms += ms;
      return record.update(workloads(pods));
    };
    return { update, record, written };
  }

  it('records changed pods at most once a second', async () => {
    const { update, written } = world();
    await update(0, pod('a', ready));
    await update(100, pod('a', ready), pod('b', ready));
    expect(written).toHaveLength(1);
    await update(950, pod('a', ready), pod('b', ready));
    expect(written.map((pods) => pods.length)).toEqual([1, 2]);
  });

  it('is behind after a change within a second of the last record, until it has recorded the change', async () => {
    const { update, record, written } = world();
    await update(0, pod('a', ready));
    expect(record.isBehind).toBe(false);
    await update(999, pod('b', ready));
    expect([record.isBehind, written.length]).toEqual([true, 1]);
    await update(1, pod('b', ready));
    expect([record.isBehind, written.length]).toEqual([false, 2]);
  });

  it('records the last pods even within a second', async () => {
    const { update, record, written } = world();
    await update(0, pod('a', ready));
    await record.close(workloads([]));
    expect(written).toEqual([[expect.objectContaining({ name: 'a' })], []]);
  });

  it('records the pods again after a failure', async () => {
    const tries: number[] = [];
    const record = new PodRecord('R1', { monotonic: () => 0, observedPods: {
      record: async (_id, pods) => { tries.push(pods.length); if (tries.length === 1) throw new Error('no database'); },
    } });
    await expect(record.update(workloads([pod('a', ready)]))).rejects.toThrow('no database');
    await record.update(workloads([pod('a', ready)]));
    expect(tries).toEqual([1, 1]);
  });
});
