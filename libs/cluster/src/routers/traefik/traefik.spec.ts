import { behind, historyOf, inspected } from '../../testing/by-route';
import type { TraefikService, WeightedService } from './format';

const routeOf = (spec: object): TraefikService => ({
  apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService',
  metadata: { name: 'shop', namespace: 'shop', annotations: { team: 'shop' } }, spec,
});
const weighted = (...services: readonly WeightedService[]): object => ({ weighted: { sticky: { cookie: { name: 'shop' } }, services } });
const routed = (spec: object) => ({ router: 'traefik' as const, route: routeOf(spec) });

describe('a canary by the weights of a TraefikService', () => {
  const web = { name: 'web', port: 80, scheme: 'http', serversTransport: 'shop' };
  const at = (percent: number) =>
    weighted({ ...web, weight: 100 - percent }, { ...web, name: 'web-canary', weight: percent });

  it('has its weight, and none after the promotion, and all else of its service and of the others stays', async () => {
    const { traffic, specs, isClean } = await historyOf(routed(weighted(web)), 'promoted');
    expect(traffic).toMatchObject({ route: { apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService', name: 'shop' }, service: 'web' });
    expect(specs).toEqual([at(0), at(20), at(50), at(0), weighted(web)]);
    expect(isClean).toBe(true);
  });

  it('leaves the TraefikService as it was after a rollback, and the share of others always', async () => {
    const others = [
      { name: 'old', port: 80, weight: 100 }, { name: 'web', kind: 'TraefikService', weight: 100 }, { name: 'web', namespace: 'b' },
    ];
    const own = (...mine: readonly WeightedService[]) => weighted(...mine, ...others);
    const { specs, isClean } = await historyOf(routed(own({ name: 'web', weight: 700 })), 'rolledBack');
    const both = (stable: number, canary: number) => own({ name: 'web', weight: stable }, { name: 'web-canary', weight: canary });
    expect(specs).toEqual([both(700, 0), both(560, 140), both(350, 350), both(700, 0), own({ name: 'web', weight: 700 })]);
    expect(isClean).toBe(true);
  });

  it.each([
    ['another Service', weighted({ name: 'docs' }), 'route_not_found', 'no TraefikService of the namespace'],
    ['mirrors in place of weights', { mirroring: { name: 'web', mirrors: [] } }, 'route_not_found', 'no TraefikService of the namespace'],
    ['the Service in another namespace', weighted({ name: 'web', namespace: 'b' }), 'route_not_found', 'no TraefikService'],
    ['a TraefikService of that name', weighted({ name: 'web', kind: 'TraefikService' }), 'route_not_found', 'no TraefikService'],
    ['a weight that cannot be divided', weighted({ name: 'web' }, { name: 'old' }), 'route_unsuitable', 'below 100'],
  ])('is refused before anything changes if the TraefikService has %s', async (_what, spec, code, text) => {
    const asked = routed(spec);
    expect(await inspected(await behind(asked), asked)).toMatchObject({ refusal: { code, text: expect.stringContaining(text) } });
  });
});
