import type { Ingress, IngressPath } from '../kinds';
import { plainRequest } from './match-rule';
import { BackendCycle } from './pick-backend';
import { ingressRouting, ingressRoutingTo } from './ingress-routing';

type Rules = Readonly<Record<string, ReadonlyArray<readonly [path: string, service: string, pathType?: string]>>>;
const ingress = (name: string, rules: Rules, canary?: Readonly<Record<string, string>>): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name, namespace: 'shop',
    ...(canary && {
      annotations: Object.fromEntries(
        [['canary', 'true'], ...Object.entries(canary)].map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value!]),
      ),
    }),
  },
  spec: {
    rules: Object.entries(rules).map(([host, paths]) => ({
      ...(host && { host }),
      http: { paths: paths.map(([path, name, pathType = 'Prefix']): IngressPath => ({ path, pathType, backend: { service: { name } } })) },
    })),
  },
});

const web = ingress('shop', {
  'shop.example.com': [['/', 'web'], ['/docs', 'docs'], ['/docs', 'exact', 'Exact']], '*.example.com': [['/', 'wild']], '': [['/', 'any']],
});
const canary = (annotations: Readonly<Record<string, string>>) =>
  ingress('web-canary', { 'shop.example.com': [['/', 'web-canary']] }, annotations);

describe('the Ingress rule of a request', () => {
  it.each([
    ['shop.example.com', '/', 'web'],
    ['shop.example.com', '/docsearch', 'web'],
    ['shop.example.com', '/docs', 'exact'],
    ['shop.example.com', '/docs/a', 'docs'],
    ['other.example.com', '/docs', 'wild'],
    ['a.b.example.com', '/', 'any'],
    ['example.com', '/', 'any'],
    ['', '/x', 'any'],
  ])('to host %s and path %s has the Service %s', (host, path, service) => {
    expect(ingressRouting([canary({ 'canary-weight': '100' }), web], { ...plainRequest, path, host })?.routing.backends[0]?.service)
      .toBe(`shop/${service}`);
  });

  it('is none without a rule for its host and path', () => {
    expect(ingressRouting([ingress('docs', { 'a.com': [['/docs', 'docs']] })], { ...plainRequest, host: 'a.com' })).toBeUndefined();
    expect(ingressRouting([canary({ 'canary-weight': '100' })], { ...plainRequest, host: 'shop.example.com' })).toBeUndefined();
  });
});

describe('a canary Ingress', () => {
  const picked = (annotations: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}, count = 1_000): number => {
    const cycle = new BackendCycle();
    const { key, routing } = ingressRouting([web, canary(annotations)], { ...plainRequest, headers, host: 'shop.example.com' })!;
    return Array.from({ length: count }, () => cycle.next(key, routing.backends)).filter((one) => one === 'shop/web-canary').length;
  };

  it.each([
    [{ 'canary-weight': '7' }, 70],
    [{ 'canary-weight': '75', 'canary-weight-total': '1000' }, 75],
    [{ 'canary-weight': '7', 'canary-weight-total': '50' }, 70],
    [{ 'canary-weight': '0' }, 0],
    [{ 'canary-weight': 'seven' }, 0],
    [{}, 0],
  ])('with %j gets exactly %d of a thousand requests', (annotations, count) => expect(picked(annotations)).toBe(count));

  it('gets none of another path', () => {
    const asked = { ...plainRequest, path: '/docs/a', host: 'shop.example.com' };
    const { routing } = ingressRouting([web, canary({ 'canary-weight': '100' })], asked)!;
    expect(routing.backends).toEqual([{ service: 'shop/docs', weight: 100 }]);
  });

  const value = { 'canary-by-header': 'X-Beta', 'canary-by-header-value': 'yes' };
  const pattern = { 'canary-by-header': 'X-Beta', 'canary-by-header-pattern': '^(?:y.s)$' };
  const cookie = { 'canary-by-cookie': 'beta', 'canary-weight': '10' };
  it.each([
    [value, { 'x-beta': 'yes' }, 1],
    [value, { 'x-beta': 'no' }, 0],
    [value, { 'x-beta': 'always' }, 0],
    [pattern, { 'x-beta': 'yes' }, 1],
    [pattern, { 'x-beta': 'yess' }, 0],
    [{ 'canary-by-header': 'X-Beta' }, { 'x-beta': 'always' }, 1],
    [{ 'canary-by-header': 'X-Beta', 'canary-weight': '100' }, { 'x-beta': 'never' }, 0],
    [cookie, { cookie: 'a=1; beta=always' }, 1],
    [{ ...cookie, 'canary-weight': '100' }, { cookie: 'beta=never' }, 0],
    [cookie, { cookie: 'beta=yes' }, 0.1],
    [{ ...value, ...cookie }, { 'x-beta': 'no', cookie: 'beta=always' }, 1],
  ])('with %j gets of the requests with %j the part %d', (annotations, headers, part) => {
    expect(picked(annotations, headers, 100)).toBe(100 * part);
  });
});

describe('the requests of the playground to a Service', () => {
  it('go by the Ingress that has it as a backend', () => {
    expect(ingressRoutingTo('shop/web', [canary({ 'canary-weight': '7' }), web])).toEqual({
      backends: [{ service: 'shop/web', weight: 93 }, { service: 'shop/web-canary', weight: 7 }], mirrors: [],
    });
  });

  it('are not divided if no Ingress has it', () => expect(ingressRoutingTo('shop/else', [web])).toBeUndefined());
});
