import { ClusterError, SharedInformers, type Cluster } from '@alloy/cluster';
import { at, second } from '@alloy/cluster/testing';
import { Executor, type ExecutorOptions } from './executor';

/** An executor with one unfinished release, on a cluster whose API rejects each call with `answer()`. */
function executor(answer: () => Error) {
  const clock = { ms: 0 };
  const state = at(second(5), 0, 3);
  const cluster = {
    get: () => Promise.reject(answer()), list: () => Promise.reject(answer()), serves: () => Promise.reject(answer()),
  } as unknown as Cluster;
  const bundle = { workload: 'web', objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {
    selector: { matchLabels: { app: 'web' } }, template: { metadata: {}, spec: { containers: [] } },
  } }] };
  const options = {
    cluster, installation: 'alloy', informers: new SharedInformers(cluster), onError: () => undefined,
    accessGraceMs: 60_000, now: () => clock.ms,
    artifacts: { open: async () => bundle, nameHash: () => 'hash' },
    log: { load: async () => ({ state, events: [], now: 0 }), append: async () => [] },
  } as unknown as ExecutorOptions;
  return { clock, executor: new Executor(options) };
}

describe('an Executor that got a response with Retry-After', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('does not work on the release until that time has passed, whatever triggers it, and then continues without a trigger', async () => {
    let asked = 0;
    const { executor: one } = executor(() => {
      asked += 1;
      return new ClusterError('too_many_requests', '429', { status: 429, retryAfterSeconds: 8 });
    });
    await expect(one.trigger('R2')).rejects.toMatchObject({ code: 'too_many_requests' });
    const first = asked;
    await jest.advanceTimersByTimeAsync(7_999);
    await one.trigger('R2');
    expect(asked).toBe(first);
    await jest.advanceTimersByTimeAsync(1);
    expect(asked).toBe(2 * first);
    await one.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(2 * first);
  });
});

describe('an Executor whose trigger failed', () => {
  it.each([
    'unreachable', 'server_error', 'unauthorized', 'too_many_requests',
  ] as const)('reports for ten seconds that it cannot reach the cluster, if the cause is %s', async (code) => {
    const { clock, executor: one } = executor(() => new ClusterError(code, 'away'));
    expect(one.canReach()).toBe(true);
    await expect(one.trigger('R2')).rejects.toMatchObject({ code });
    expect(one.canReach()).toBe(false);
    clock.ms += 10_001;
    expect(one.canReach()).toBe(true);
  });

  it('still reports that it can reach the cluster, if the cause is a bug', async () => {
    const { executor: one } = executor(() => new Error('a bug'));
    await expect(one.trigger('R2')).rejects.toThrow('a bug');
    expect(one.canReach()).toBe(true);
  });
});
