import type { Refusal, State } from '@alloy/release';
import { isRunning } from '@alloy/release';
import type { ApiProxy, Instead } from '../../../test/support/api-proxy';
import { eventually } from '../../../test/support/eventually';
import { NAMESPACE, shop, World } from './testing/world';

const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;
const status = (code: number, reason: string, message: string): Instead =>
  ({ status: code, body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }) });
const mayNot = (verb: string, resource: string): Instead =>
  status(
    403,
    'Forbidden',
    `${resource} is forbidden: User "executor" cannot ${verb} resource "${resource}" in API group "" in the namespace "${NAMESPACE}"`,
  );
const unknown: Instead = status(401, 'Unauthorized', 'Unauthorized');

/** No process gets this port, so no server ever answers there. */
const NOWHERE = 'https://127.0.0.1:1';

describe('an executor without access to its cluster, on the playground', () => {
  let world: World;
  let proxy: ApiProxy;

  beforeEach(async () => {
    world = new World();
    await world.open();
    proxy = await world.proxied();
  });
  afterEach(() => world.close());

  const throughProxy = (grace = '1') =>
    world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ server: proxy.url }), ACCESS_GRACE_SECONDS: grace });
  const recorded = async (releaseId: string) =>
    (await world.dataOf<{ readonly refusal: Refusal }>(releaseId, 'ClusterAccessFailed')).map(({ refusal }) => refusal.code);

  /** Waits for this time by the log's clock. */
  async function pass(seconds: number): Promise<void> {
    const since = await world.ledger.store.now();
    await eventually(async () =>
      expect((await world.ledger.store.now()) - since).toBeGreaterThan(seconds * 1_000), { timeoutMs: 60_000, everyMs: 250 });
  }

  it('keeps a release waiting beyond its inspection deadline while the cluster is unreachable, and carries it out afterwards', async () => {
    await world.policy({ inspectionDeadline: 4 });
    const service = await world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ server: NOWHERE }), ACCESS_GRACE_SECONDS: '1' });
    await world.request('R1', shop('v1'));
    await world.plan('R1');
    await eventually(async () => expect(await recorded('R1')).toEqual(['unreachable']));
    await pass(5);
    await world.plan('R1');
    expect(await world.state('R1')).toMatchObject({ status: 'gated', access: {
      refusal: { code: 'unreachable', text: expect.stringMatching(/ECONNREFUSED.*see that its API server runs/) },
    } });
    expect(await recorded('R1')).toEqual(['unreachable']);
    expect(await fetch(`http://127.0.0.1:${service.port}/livez`)).toMatchObject({ status: 200 });
    await service.close();
    await world.startExecutor();
    expect((await world.play('R1')).status).toBe('promoted');
  });

  it('fails the release after the grace if the cluster rejects the token', async () => {
    await world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ token: 'expired' }), ACCESS_GRACE_SECONDS: '1' });
    await world.request('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({
      status: 'failed', reason: { code: 'unauthorized', rule: 'inspection', text: expect.stringContaining('renew the token') },
    });
    expect(await recorded('R1')).toEqual(['unauthorized']);
  });

  it('fails the release at its deadline if the cluster rejects the token and no executor runs for as long as the grace', async () => {
    await world.policy({ inspectionDeadline: 2 });
    const lost = { ALLOY_KUBECONFIG: world.kubeconfig({ token: 'expired' }), ACCESS_GRACE_SECONDS: '60' };
    const first = await world.startExecutor(lost);
    await world.request('R1', shop('v1'));
    await world.plan('R1');
    await eventually(async () => expect(await recorded('R1')).toEqual(['unauthorized']));
    await first.close();
    await world.startExecutor(lost);
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: { code: 'unauthorized', rule: 'policy.inspectionDeadline' } });
    expect(await recorded('R1')).toEqual(['unauthorized']);
  });

  it('carries out the release if the cluster accepts the token again within the grace', async () => {
    proxy.instead = () => unknown;
    await throughProxy('30');
    await world.request('R1', shop('v1'));
    await eventually(async () => {
      await world.plan('R1');
      expect(await recorded('R1')).toEqual(['unauthorized']);
    });
    proxy.instead = () => undefined;
    expect((await world.play('R1')).status).toBe('promoted');
  });

  it('fails the release at once if its namespace does not exist', async () => {
    await world.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE }, {});
    await eventually(async () => expect(await world.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE })).toBeUndefined());
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: {
      code: 'namespace_missing', text: expect.stringContaining(`kubectl create namespace ${NAMESPACE}`),
    } });
  });

  it('fails a release that it may not inspect after a sixth of the grace, and names the missing right', async () => {
    proxy.instead = (method, path) => (method === 'GET' && path.includes('/secrets') ? mayNot('list', 'secrets') : undefined);
    await throughProxy();
    await world.request('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: {
      code: 'forbidden',
      text: expect.stringContaining(`may not list secrets in namespace ${NAMESPACE} (403): give its Role that right (deploy/rbac)`),
    } });
    expect(await world.get('Deployment', 'web', 'apps/v1')).toBeUndefined();
  });

  it('ends no release because of a restarted API server that answers 403 until it has read its roles', async () => {
    await throughProxy('600');
    let refused = 0;
    const refuses = (method: string, path: string): boolean => method === 'GET' && path.includes('/deployments/') && (refused += 1) <= 3;
    proxy.instead = (method, path) => (refuses(method, path) ? mayNot('get', 'deployments') : undefined);
    await world.request('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'promoted' });
    await world.request('R2', shop('v2'));
    await world.play('R2', at('analyse'));
    refused = 0;
    expect(await world.play('R2')).toMatchObject({ status: 'promoted' });
    expect(refused).toBeGreaterThan(3);
    expect(await recorded('R2')).toEqual(['forbidden']);
  });

  describe('during a canary', () => {
    beforeEach(async () => {
      await throughProxy();
      await world.request('R1', shop('v1'));
      expect((await world.play('R1')).status).toBe('promoted');
    });

    /** Brings v2 to its analysis. */
    async function analyse(): Promise<void> {
      await world.request('R2', shop('v2'));
      await world.play('R2', at('analyse'));
    }

    it('finishes the rollback once the cluster grants the missing right again', async () => {
      await analyse();
      proxy.instead = (method, path) => (method === 'PUT' && path.includes('/scale') ? mayNot('update', 'deployments/scale') : undefined);
      const back = await world.play('R2', (state) => state.status === 'rollingBack' && state.current?.access !== null);
      expect(back).toMatchObject({
        status: 'rollingBack',
        rollbackReason: { code: 'forbidden', text: expect.stringContaining('may not update deployments/scale') },
        current: { access: { refusal: { code: 'forbidden' } } },
      });
      proxy.instead = () => undefined;
      expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'forbidden' } });
      expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    });

    it('decides to roll back after the grace if the cluster rejects the token, and finishes once the token is renewed', async () => {
      await analyse();
      proxy.instead = () => unknown;
      const back = await world.play('R2', (state) => state.status === 'rollingBack' && state.current?.access !== null);
      expect(back).toMatchObject({ status: 'rollingBack', rollbackReason: {
        code: 'unauthorized', rule: 'effect', text: expect.stringContaining('renew the token'),
      } });
      proxy.instead = () => undefined;
      expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'unauthorized' } });
      expect(await recorded('R2')).toEqual(['unauthorized', 'unauthorized']);
    });

    it('continues the release after the cluster was unreachable for longer than the deadline', async () => {
      // Only the plan that is made next gets the short deadline.
      await world.policy({ progressDeadline: 8 });
      await analyse();
      await world.policy();
      proxy.instead = () => ({ status: 503, body: 'etcd is gone' });
      await world.play('R2', (state) => isRunning(state) && state.current?.access?.refusal.code === 'unreachable');
      await pass(9);
      await world.plan('R2');
      expect(await world.state('R2')).toMatchObject({
        current: { access: { refusal: { code: 'unreachable', text: expect.stringContaining('API server answers with errors') } } },
      });
      proxy.instead = () => undefined;
      expect(await world.play('R2')).toMatchObject({ status: 'promoted' });
      expect(await recorded('R2')).toEqual(['unreachable']);
    });
  });
});
