import { behind, historyOf, inspected } from '../../testing/by-route';
import type { SplitBackend, TrafficSplit } from './format';

const splitOf = (...backends: readonly SplitBackend[]): TrafficSplit => ({
  apiVersion: 'split.smi-spec.io/v1alpha4', kind: 'TrafficSplit',
  metadata: { name: 'shop', namespace: 'shop', annotations: { team: 'shop' } },
  spec: { service: 'web', matches: [{ kind: 'HTTPRouteGroup', name: 'pages' }], backends } as object,
});
const routed = (...backends: readonly SplitBackend[]) => ({ router: 'smi' as const, route: splitOf(...backends) });
const at = (...backends: ReadonlyArray<readonly [string, number]>) =>
  splitOf(...backends.map(([service, weight]) => ({ service, weight }))).spec;

describe('a canary by the weights of a TrafficSplit', () => {
  it('has its weight, and none after the promotion', async () => {
    const { traffic, specs, isClean } = await historyOf(routed({ service: 'web', weight: 1 }), 'promoted');
    expect(traffic).toMatchObject({ route: { kind: 'TrafficSplit', name: 'shop' }, service: 'web', canaryService: 'web-canary' });
    expect(specs).toEqual([
      at(['web', 100], ['web-canary', 0]), at(['web', 80], ['web-canary', 20]), at(['web', 50], ['web-canary', 50]),
      at(['web', 100], ['web-canary', 0]), at(['web', 1]),
    ]);
    expect(isClean).toBe(true);
  });

  it('leaves the TrafficSplit as it was after a rollback, and the share of other backends always', async () => {
    const { specs, isClean } = await historyOf(routed({ service: 'web', weight: 900 }, { service: 'old', weight: 100 }), 'rolledBack');
    expect(specs).toEqual([
      at(['web', 900], ['web-canary', 0], ['old', 100]), at(['web', 720], ['web-canary', 180], ['old', 100]),
      at(['web', 450], ['web-canary', 450], ['old', 100]), at(['web', 900], ['web-canary', 0], ['old', 100]),
      at(['web', 900], ['old', 100]),
    ]);
    expect(isClean).toBe(true);
  });

  it.each([
    ['another Service', [{ service: 'docs', weight: 1 }], 'route_not_found', 'no TrafficSplit of the namespace'],
    ['no traffic for it', [{ service: 'web', weight: 0 }, { service: 'old', weight: 1 }], 'route_unsuitable', 'no traffic'],
    ['a weight that cannot be divided', [{ service: 'web', weight: 9 }, { service: 'old', weight: 1 }], 'route_unsuitable', 'below 100'],
  ])('is refused before anything changes if the TrafficSplit has %s', async (_what, backends, code, text) => {
    const asked = routed(...backends);
    expect(await inspected(await behind(asked), asked)).toMatchObject({ refusal: { code, text: expect.stringContaining(text) } });
  });
});
