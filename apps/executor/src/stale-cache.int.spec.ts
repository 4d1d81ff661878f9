import { isRunning, type State } from '@alloy/release';
import type { ApiProxy, Exchange } from '../../../test/support/api-proxy';
import { NAMESPACE, shop, World } from './testing/world';

/** Index of the step in a plan of two stages: apply, scale, shift, analyse, scale, … */
const SECOND_SCALE = 4;
const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;

describe('an executor whose cache is stale, on the playground', () => {
  let world: World;
  let proxy: ApiProxy;

  beforeEach(async () => {
    world = new World();
    await world.open();
    proxy = await world.proxied();
  });
  afterEach(() => world.close());

  it('gets a conflict for its first write, reads the cluster live, and continues', async () => {
    await world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ server: proxy.url }) });
    await world.request('R1', shop('v1'));
    expect((await world.play('R1')).status).toBe('promoted');
    await world.request('R2', shop('v2'), 'canary');
    await world.play('R2', at('analyse'));
    expect(proxy.silenceWatches()).toBeGreaterThan(0);
    const path = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name });
    for (const name of ['web', 'web-canary']) await world.cluster.patch(
      path(name), 'merge', { metadata: { annotations: { 'example.com/by': 'another client' } } }, 'another-client',
    );
    const seen: Exchange[] = [];
    proxy.onExchange = (exchange) =>
      void (exchange.path.includes(`/namespaces/${NAMESPACE}/`) && !exchange.path.includes('/events') && seen.push(exchange));
    // Continues into the second stage, whose first write is the fencing annotation of the canary.
    await world.play('R2', (state) => isRunning(state) && (state.current?.ref.step ?? 0) > SECOND_SCALE);
    const ordered = seen.toSorted((a, b) => a.begun - b.begun);
    const [first, second] = ordered.filter(({ begun }) => begun >= ordered.find(({ method }) => method !== 'GET')!.begun);
    expect([first!.method, first!.path.replace(/\?.*/, ''), first!.status]).toEqual([
      'PATCH', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web-canary`, 409,
    ]);
    expect(second!.method).toBe('GET');
    expect((await world.live()).canary).toMatchObject({ replicas: 2, ready: 2 });
  });
});
