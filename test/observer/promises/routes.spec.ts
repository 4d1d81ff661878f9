import { Film } from '../film';
import { whose } from '../whose';
import { checkRoutes } from './routes';

const judge = (film: Film) => checkRoutes({ steps: film.steps, isAlloys: whose(undefined) });
const to = (host: string, weight: number) => ({ destination: { host }, weight });
const texts = (film: Film): readonly string[] => judge(film).violations.map(({ text }) => text);
/** The Services `web` with an address, and `web-canary` without. */
const served = (): Film => new Film().slice('web-1', ['web-0']).slice('web-canary-1', [], 'web-canary').route({ web: 1 }, 'kubectl');

describe('P2 for routes', () => {
  it('finds a weight of Alloy for a Service without ready addresses', () => {
    expect(texts(served().route({ web: 93, 'web-canary': 7 }))).toEqual([
      'HTTPRoute shop sends traffic to Service web-canary, which has no ready address, by a write of Alloy',
    ]);
    expect(texts(served().route({ web: 93, 'web-canary': 7 }, 'kubectl'))).toEqual([]);
  });

  it('allows a weight of 0, and a weight once the Service has an address', () => {
    const film = served().route({ web: 100, 'web-canary': 0 });
    expect(texts(film)).toEqual([]);
    expect(texts(film.slice('web-canary-1', ['web-canary-0'], 'web-canary').route({ web: 93, 'web-canary': 7 }))).toEqual([]);
    expect(judge(film).judged).toBe(2);
  });

  it.each<[string, (weight: number) => object]>([
    ['VirtualService', (weight) => ({ http: [{ route: [to('web.shop.svc', 93), to('web-canary.shop.svc', weight)] }, { redirect: {} }] })],
    ['VirtualService', (weight) => ({ tcp: [{ route: [to('web', 93), to('web-canary', weight)] }] })],
    ['TraefikService', (weight) => ({ weighted: { services: [{ name: 'web' }, { name: 'web-canary', weight }] } })],
    ['TrafficSplit', (weight) => ({ backends: [{ service: 'web', weight: 93 }, { service: 'web-canary', weight }] })],
  ])('judges a %s, too', (kind, spec) => {
    expect(texts(served().routeOf(kind, spec(0)))).toEqual([]);
    expect(texts(served().routeOf(kind, spec(7)))).toEqual([
      `${kind} shop sends traffic to Service web-canary, which has no ready address, by a write of Alloy`,
    ]);
  });

  it('gives a destination without a weight everything if it is alone, and otherwise nothing', () => {
    const [web, canary] = ['web', 'web-canary'].map((host) => ({ destination: { host } }));
    const found = (...route: readonly object[]) => texts(served().routeOf('VirtualService', { http: [{ route }] })).length;
    expect([found(canary!), found(web!, canary!)]).toEqual([1, 0]);
  });

  it('allows that the weights go back to stable after the canary has failed', () => {
    const film = served().slice('web-canary-1', ['web-canary-0'], 'web-canary').route({ web: 50, 'web-canary': 50 });
    expect(texts(film.slice('web-canary-1', [], 'web-canary').route({ web: 70, 'web-canary': 30 }).route({ web: 1 }))).toEqual([]);
  });

  it('finds a Service that is deleted before the route has stopped using it', () => {
    const fenced = (film: Film): Film => film.put('Service', 'web-canary', { spec: {} }, { by: 'alloy', fence: 'a/1/1' });
    const used = (weight: number): Film =>
      fenced(served().route({ web: 50, 'web-canary': weight }, 'kubectl')).delete('Service', 'web-canary');
    expect(texts(used(50))).toEqual(['Service web-canary is deleted while HTTPRoute shop sends traffic to it, by a write of Alloy']);
    expect(texts(used(0))).toEqual([]);
  });
});

describe('P2 for canary Ingresses', () => {
  const text = 'Ingress web-canary sends traffic to Service web-canary, which has no ready address, by a write of Alloy';

  it('finds a weight, and a match, for a Service without ready addresses', () => {
    const film = () => served().canaryIngress({ 'canary-weight': '0' });
    expect(texts(film())).toEqual([]);
    expect(texts(film().canaryIngress({ 'canary-weight': '7' }))).toEqual([text]);
    expect(texts(film().canaryIngress({ 'canary-weight': '0', 'canary-by-cookie': 'beta' }))).toEqual([text]);
    expect(texts(film().slice('web-canary-1', ['web-canary-0'], 'web-canary').canaryIngress({ 'canary-weight': '7' }))).toEqual([]);
  });

  it('counts the weight by its total', () => {
    const film = served().slice('web-canary-1', ['web-canary-0'], 'web-canary').canaryIngress({ 'canary-weight': '50' });
    const later = film.slice('web-canary-1', [], 'web-canary').canaryIngress({ 'canary-weight': '75', 'canary-weight-total': '1000' });
    expect(texts(later)).toEqual([]);
  });

  it('finds a Service that is deleted before its Ingress has no weight', () => {
    const film = (weight: string): Film =>
      served().put('Service', 'web-canary', { spec: {} }, { by: 'alloy', fence: 'a/1/1' })
        .canaryIngress({ 'canary-weight': weight }, 'web-canary', 'kubectl')
        .delete('Service', 'web-canary');
    expect(texts(film('7'))).toEqual(['Service web-canary is deleted while Ingress web-canary sends traffic to it, by a write of Alloy']);
    expect(texts(film('0'))).toEqual([]);
  });

  it('ignores the weights of another Ingress', () =>
    expect(texts(served().canaryIngress({ canary: 'false', 'canary-weight': '7' }))).toEqual([]));
});
