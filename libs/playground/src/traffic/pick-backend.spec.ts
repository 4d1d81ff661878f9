import type { HttpRoute } from '../kinds';
import { addedBy, BackendCycle, routingTo } from './pick-backend';

const route = (rules: NonNullable<NonNullable<HttpRoute['spec']>['rules']>): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'shop', namespace: 'shop' }, spec: { rules },
});

describe('the backends of the requests to a Service', () => {
  it('are those of the first rule for / of the route that names it, with their weights', () => {
    const rules = [
      { matches: [{ headers: [{ name: 'x', value: 'y' }] }], backendRefs: [{ name: 'web' }] },
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        backendRefs: [{ name: 'web', weight: 93 }, { name: 'web-canary', weight: 7 }],
      },
    ];
    expect(routingTo('shop/web', [route([{ backendRefs: [{ name: 'other' }] }]), route(rules)])).toEqual({
      backends: [{ service: 'shop/web', weight: 93 }, { service: 'shop/web-canary', weight: 7 }], mirrors: [],
    });
  });

  it('are none if no route of its namespace names it', () => {
    expect(routingTo('else/web', [route([{ backendRefs: [{ name: 'web' }] }])])).toBeUndefined();
  });
});

it('the filters of a backend add headers to the responses of its Service alone', () => {
  const filters = [{ responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: 'a=b' }] } }, {}];
  const rule = { backendRefs: [{ name: 'web' }, { name: 'web-canary', filters }] };
  expect(['shop/web', 'shop/web-canary', undefined].map((service) => addedBy(rule, 'shop', service)))
    .toEqual([[], [{ name: 'Set-Cookie', value: 'a=b' }], []]);
});

describe('mirrors', () => {
  it('of a rule get a copy of exactly their percentage of each hundred requests', () => {
    const mirror = (name: string, percent?: number) =>
      ({ type: 'RequestMirror', requestMirror: { backendRef: { name }, ...(percent !== undefined && { percent }) } });
    const filters = [{ type: 'URLRewrite' }, mirror('all'), mirror('some', 25)];
    const { mirrors } = routingTo('shop/web', [route([{ filters, backendRefs: [{ name: 'web' }] }])])!;
    const cycle = new BackendCycle();
    const copies = Array.from({ length: 200 }, () => cycle.copies('shop/web', mirrors)).flat();
    expect(['shop/all', 'shop/some'].map((service) => copies.filter((one) => one === service).length)).toEqual([200, 50]);
  });
});

describe('backends in turn', () => {
  it('get exactly their weight of each hundred requests, without long runs of one of them', () => {
    const cycle = new BackendCycle();
    const backends = [{ service: 'web', weight: 93 }, { service: 'web-canary', weight: 7 }];
    const picked = Array.from({ length: 300 }, () => cycle.next('web', backends));
    for (const from of [0, 100, 200]) expect(picked.slice(from, from + 100).filter((one) => one === 'web-canary')).toHaveLength(7);
    const places = picked.flatMap((one, index) => (one === 'web-canary' ? [index] : []));
    const gaps = places.map((index, at) => index - (places[at - 1] ?? index));
    expect(Math.max(...gaps)).toBeLessThan(17);
  });

  it('get none with the weight 0, and there is none if all weights are 0', () => {
    const cycle = new BackendCycle();
    expect([1, 2, 3].map(() => cycle.next('web', [{ service: 'web', weight: 0 }, { service: 'b', weight: 2 }]))).toEqual(['b', 'b', 'b']);
    expect(cycle.next('web', [{ service: 'web', weight: 0 }])).toBeUndefined();
  });
});
