import type { Refusal, State } from '@alloy/release';
import { isRunning } from '@alloy/release';
import type { ApiProxy, Instead } from '../../../test/support/api-proxy';
import { eventually } from '../../../test/support/eventually';
import { NAMESPACE, shop, World } from './testing/world';

const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;
const status = (code: number, reason: string, message: string): Instead => ({ status: code, body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }) });
const mayNot = (verb: string, resource: string): Instead =>
  status(403, 'Forbidden', `${resource} is forbidden: User "executor" cannot ${verb} resource "${resource}" in API group "" in the namespace "${NAMESPACE}"`);
const unknown: Instead = status(401, 'Unauthorized', 'Unauthorized');

/** Nobody is given that port, so nobody ever answers there. */
const NOWHERE = 'https://127.0.0.1:1';

describe('a wrong cluster, on the playground', () => {
  let world: World;
  let proxy: ApiProxy;

  beforeEach(async () => {
    world = new World();
    await world.open();
    proxy = await world.proxied();
  });
  afterEach(() => world.close());

  const throughProxy = (grace = '1') => world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ server: proxy.url }), ACCESS_GRACE_SECONDS: grace });
  const told = async (releaseId: string) => (await world.dataOf<{ readonly refusal: Refusal }>(releaseId, 'ClusterAccessFailed')).map(({ refusal }) => refusal.code);

  /** So much time has passed by the log's clock. */
  async function hasPassed(seconds: number): Promise<void> {
    const since = await world.ledger.store.now();
    await eventually(async () => expect((await world.ledger.store.now()) - since).toBeGreaterThan(seconds * 1_000), { timeoutMs: 60_000, everyMs: 250 });
  }

  it('that can not be reached keeps a release waiting beyond its inspection deadline, and the release goes through once it is reached', async () => {
    await world.policy({ inspectionDeadline: 4 });
    const service = await world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ server: NOWHERE }), ACCESS_GRACE_SECONDS: '1' });
    await world.ask('R1', shop('v1'));
    await world.plan('R1');
    await eventually(async () => expect(await told('R1')).toEqual(['unreachable']));
    await hasPassed(5);
    await world.plan('R1');
    expect(await world.state('R1')).toMatchObject({ status: 'gated', access: { refusal: { code: 'unreachable', text: expect.stringMatching(/ECONNREFUSED.*see that its API server runs/) } } });
    expect(await told('R1')).toEqual(['unreachable']);
    expect(await fetch(`http://127.0.0.1:${service.port}/livez`)).toMatchObject({ status: 200 });
    await service.close();
    await world.startExecutor();
    expect((await world.play('R1')).status).toBe('promoted');
  });

  it('that does not know the token fails the release after the grace', async () => {
    await world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ token: 'expired' }), ACCESS_GRACE_SECONDS: '1' });
    await world.ask('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: { code: 'unauthorized', rule: 'inspection', text: expect.stringContaining('renew the token') } });
    expect(await told('R1')).toEqual(['unauthorized']);
  });

  it('that does not know the token fails the release by its deadline, though no executor lives as long as its grace', async () => {
    await world.policy({ inspectionDeadline: 2 });
    const lost = { ALLOY_KUBECONFIG: world.kubeconfig({ token: 'expired' }), ACCESS_GRACE_SECONDS: '60' };
    const first = await world.startExecutor(lost);
    await world.ask('R1', shop('v1'));
    await world.plan('R1');
    await eventually(async () => expect(await told('R1')).toEqual(['unauthorized']));
    await first.close();
    await world.startExecutor(lost);
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: { code: 'unauthorized', rule: 'policy.inspectionDeadline' } });
    expect(await told('R1')).toEqual(['unauthorized']);
  });

  it('that knows the token again within the grace does no harm', async () => {
    proxy.instead = () => unknown;
    await throughProxy('30');
    await world.ask('R1', shop('v1'));
    await eventually(async () => {
      await world.plan('R1');
      expect(await told('R1')).toEqual(['unauthorized']);
    });
    proxy.instead = () => undefined;
    expect((await world.play('R1')).status).toBe('promoted');
  });

  it('without the namespace fails the release at once', async () => {
    await world.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE }, {});
    await eventually(async () => expect(await world.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE })).toBeUndefined());
    await world.startExecutor();
    await world.ask('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: { code: 'namespace_missing', text: expect.stringContaining(`kubectl create namespace ${NAMESPACE}`) } });
  });

  it('fails the release that the executor may not inspect, with the right that is missing, once the API server has answered so for a sixth of the grace', async () => {
    proxy.instead = (method, path) => (method === 'GET' && path.includes('/secrets') ? mayNot('list', 'secrets') : undefined);
    await throughProxy();
    await world.ask('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: { code: 'forbidden', text: expect.stringContaining(`may not list secrets in namespace ${NAMESPACE} (403): give its Role that right (deploy/rbac)`) } });
    expect(await world.get('Deployment', 'web', 'apps/v1')).toBeUndefined();
  });

  it('whose API server answers 403 until it has read its roles, as after a restart, ends no release', async () => {
    await throughProxy('600');
    let refused = 0;
    const refuses = (method: string, path: string): boolean => method === 'GET' && path.includes('/deployments/') && (refused += 1) <= 3;
    proxy.instead = (method, path) => (refuses(method, path) ? mayNot('get', 'deployments') : undefined);
    await world.ask('R1', shop('v1'));
    expect(await world.play('R1')).toMatchObject({ status: 'promoted' });
    await world.ask('R2', shop('v2'));
    await world.play('R2', at('analyse'));
    refused = 0;
    expect(await world.play('R2')).toMatchObject({ status: 'promoted' });
    expect(refused).toBeGreaterThan(3);
    expect(await told('R2')).toEqual(['forbidden']);
  });

  describe('in the middle of a canary', () => {
    beforeEach(async () => {
      await throughProxy();
      await world.ask('R1', shop('v1'));
      expect((await world.play('R1')).status).toBe('promoted');
    });

    /** v2 is under observation. */
    async function observed(): Promise<void> {
      await world.ask('R2', shop('v2'));
      await world.play('R2', at('analyse'));
    }

    it('that forbids to write: back as soon as the right is given again', async () => {
      await observed();
      proxy.instead = (method, path) => (method === 'PUT' && path.includes('/scale') ? mayNot('update', 'deployments/scale') : undefined);
      const back = await world.play('R2', (state) => state.status === 'rollingBack' && state.current?.access !== null);
      expect(back).toMatchObject({ status: 'rollingBack', rollbackReason: { code: 'forbidden', text: expect.stringContaining('may not update deployments/scale') }, current: { access: { refusal: { code: 'forbidden' } } } });
      proxy.instead = () => undefined;
      expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'forbidden' } });
      expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    });

    it('that knows the token no more: back after the grace, as soon as it is renewed', async () => {
      await observed();
      proxy.instead = () => unknown;
      const back = await world.play('R2', (state) => state.status === 'rollingBack' && state.current?.access !== null);
      expect(back).toMatchObject({ status: 'rollingBack', rollbackReason: { code: 'unauthorized', rule: 'effect', text: expect.stringContaining('renew the token') } });
      proxy.instead = () => undefined;
      expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'unauthorized' } });
      expect(await told('R2')).toEqual(['unauthorized', 'unauthorized']);
    });

    it('that can not be reached for longer than the deadline: the release waits, and goes on where it was once the cluster is back', async () => {
      // What is planned from here on may take long again.
      await world.policy({ progressDeadline: 8 });
      await observed();
      await world.policy();
      proxy.instead = () => ({ status: 503, body: 'etcd is gone' });
      await world.play('R2', (state) => isRunning(state) && state.current?.access?.refusal.code === 'unreachable');
      await hasPassed(9);
      await world.plan('R2');
      expect(await world.state('R2')).toMatchObject({ current: { access: { refusal: { code: 'unreachable', text: expect.stringContaining('API server answers with errors') } } } });
      proxy.instead = () => undefined;
      expect(await world.play('R2')).toMatchObject({ status: 'promoted' });
      expect(await told('R2')).toEqual(['unreachable']);
    });
  });
});
