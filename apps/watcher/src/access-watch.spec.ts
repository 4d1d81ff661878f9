import { ClusterError } from '@alloy/cluster';
import type { Current } from '@alloy/release';
import { AccessWatch } from './access-watch';

const current = { ref: { step: 3, attempt: 1, decision: 9 }, access: null } as Current;
const unreachable = new ClusterError('unreachable', 'GET /api: ECONNREFUSED');

describe('AccessWatch', () => {
  function world() {
    const clock = { ms: 0 };
    const watch = new AccessWatch(() => clock.ms);
    const fail = (ms: number, over: Partial<Current> = {}, error: unknown = unreachable) => {
      clock.ms += ms;
      return watch.failed({ ...current, ...over }, error);
    };
    return { watch, fail };
  }

  it('reports an unreachable cluster after ten seconds', () => {
    const { fail } = world();
    expect(fail(0)).toBeUndefined();
    expect(fail(9_999)).toBeUndefined();
    expect(fail(1)).toEqual({ type: 'ClusterAccessFailed', data: {
      decision: 9, refusal: { code: 'unreachable', text: expect.stringContaining("watcher's kubeconfig") },
    } });
  });

  it('starts again after an observation that succeeded', () => {
    const { watch, fail } = world();
    fail(0);
    watch.succeeded();
    expect(fail(20_000)).toBeUndefined();
    expect(fail(10_000)).toBeDefined();
  });

  it('does not report a failure that the log contains already', () => {
    const { fail } = world();
    fail(0);
    expect(fail(20_000, { access: { refusal: { code: 'unreachable', text: '' }, at: '', by: 'watcher' } })).toBeUndefined();
    expect(fail(1, { access: { refusal: { code: 'unauthorized', text: '' }, at: '', by: 'watcher' } })).toBeDefined();
  });

  it('reports no other error, and nothing between two steps', () => {
    const { watch, fail } = world();
    fail(0);
    expect(fail(20_000, {}, new Error('a bug'))).toBeUndefined();
    expect(watch.failed(null, unreachable)).toBeUndefined();
  });
});
