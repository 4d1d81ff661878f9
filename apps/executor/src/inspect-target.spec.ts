import { ClusterError, type Cluster } from '@alloy/cluster';
import { VersionConflict } from '@alloy/event-store';
import { given, requested } from '@alloy/release/testing';
import type { ExecutorPorts } from './executor-ports';
import { inspectTarget } from './inspect-target';

type Gated = Parameters<typeof inspectTarget>[0];

/** A release that waits for its inspection, in a namespace that does not exist. */
function world(append: (expected: unknown) => Promise<unknown>) {
  const { state, log: events } = given(requested());
  const outcomes: string[] = [];
  const ports = {
    cluster: {
      get: () => Promise.resolve(undefined), list: () => Promise.reject(new ClusterError('forbidden', 'no')),
    } as unknown as Cluster,
    installation: 'alloy', artifacts: { open: async () => ({ workload: 'web', objects: [] }) },
    log: { context: async () => ({
      policy: { namespace: 'shop', analysis: { mode: 'metrics' } }, slot: { counter: 0, holder: null }, stable: null,
    }), append: (_key: unknown, _events: unknown, { expected }: { expected: unknown }) => append(expected) },
    onOutcome: (_release: string, type: string) => outcomes.push(type),
  } as unknown as ExecutorPorts;
  return { state: state as Gated, outcomes, inspect: () => inspectTarget(state as Gated, { state, events } as never, ports) };
}

describe('inspectTarget', () => {
  it('appends the inspection at the version of the state that it read before the cluster', async () => {
    const asked: unknown[] = [];
    const { state, outcomes, inspect } = world(async (expected) => asked.push(expected));
    expect(state.status).toBe('gated');
    await inspect();
    expect(asked).toEqual([state.version]);
    expect(outcomes).toEqual(['TargetInspected']);
  });

  it('appends nothing if another decision was made during the inspection', async () => {
    const { outcomes, inspect } = world(() => Promise.reject(new VersionConflict('release-R2', 2, 3)));
    await expect(inspect()).resolves.toEqual({ kind: 'idle' });
    expect(outcomes).toEqual([]);
  });
});
