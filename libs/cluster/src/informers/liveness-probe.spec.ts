import type { KubeObject } from '@alloy/contracts';
import { ClusterError } from '../errors';
import { LivenessProbe } from './liveness-probe';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const web: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };

/** An API server and a clock that the test controls. */
function world() {
  const clock = { ms: 0 };
  const server = { answeredAt: -Infinity, answer: (): KubeObject | undefined => web };
  const asked: number[] = [];
  const is = { retries: 0 };
  const compared: KubeObject[] = [];
  const cluster = {
    get answeredAt() {
      return server.answeredAt;
    },
    get: async () => (asked.push(clock.ms), server.answer()),
  };
  const probe = new LivenessProbe({
    cluster,
    isAnswer: (refusal) => refusal === 'forbidden',
    informers: { compare: (live) => (compared.push(live), false), retry: () => (is.retries += 1) },
    within: (_ms, work) => work(),
    now: () => clock.ms,
  });
  const fail = (error: Error) => (server.answer = () => { throw error; });
  return { clock, server, asked, compared, probe, fail, is };
}

describe('the liveness probe', () => {
  it('reads a Deployment live and compares the watches with it', async () => {
    const { probe, compared } = world();
    expect(await probe.check(ref)).toBeUndefined();
    expect(compared).toEqual([web]);
  });

  it('sends no request if the API server answered another within a second, but compares the watches every 5 s', async () => {
    const { probe, clock, server, asked } = world();
    for (let second = 0; second <= 10; second += 1) {
      clock.ms = second * 1_000;
      server.answeredAt = clock.ms - 1;
      await probe.check(ref);
    }
    expect(asked).toEqual([0, 5_000, 10_000]);
    clock.ms += 1_000;
    server.answeredAt = clock.ms - 1_000;
    await probe.check(ref);
    expect(asked).toEqual([0, 5_000, 10_000, 11_000]);
  });

  it.each(['unreachable', 'unauthorized', 'server_error'] as const)(
    'returns the error if the API server does not answer: %s',
    async (code) => {
      const { probe, fail } = world();
      fail(new ClusterError(code, 'GET web'));
      expect(await probe.check(ref)).toMatchObject({ code });
    },
  );

  it('counts a refusal as an answer if it is configured to', async () => {
    const { probe, fail } = world();
    fail(new ClusterError('forbidden', 'GET web', { status: 403 }));
    expect(await probe.check(ref)).toBeUndefined();
  });

  it('sends a request after a failure, even if the API server answered another', async () => {
    const { probe, clock, server, asked, fail } = world();
    fail(new ClusterError('unreachable', 'GET web'));
    await probe.check(ref);
    server.answeredAt = clock.ms;
    await probe.check(ref);
    expect(asked).toEqual([0, 0]);
  });

  it('retries the watches at once when the API server answers after a failure', async () => {
    const { probe, server, fail, is } = world();
    await probe.check(ref);
    fail(new ClusterError('unreachable', 'GET web'));
    await probe.check(ref);
    expect(is.retries).toBe(0);
    server.answer = () => web;
    await probe.check(ref);
    await probe.check(ref);
    expect(is.retries).toBe(1);
  });
});
