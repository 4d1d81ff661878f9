import type { ManagedRoute, RouteMatch } from '@alloy/release';
import type { Match, Route, Rule } from './route';
import { unfit } from './managed-fits';

const backends = { service: 'web', canaryService: 'web-canary' };
const web = [{ name: 'web' }];
const docs = [{ name: 'docs' }];
const routeOf = (rules: readonly Rule[], kind = 'HTTPRoute'): Route =>
  ({ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'shop', namespace: 'shop' }, spec: { rules } });
const header = (name: string): Match => ({ headers: [{ name, value: 'yes' }] });
const beta: RouteMatch = { header: { name: 'x-beta', exact: 'yes' } };
const managed = (match: readonly RouteMatch[], name = 'beta'): ManagedRoute => ({ kind: 'header', name, match });
const why = (rules: readonly Rule[], routes: readonly ManagedRoute[] = [managed([beta])], kind?: string): string | undefined =>
  unfit(routeOf(rules, kind), backends, routes);
const many = (count: number): Match[] => Array.from({ length: count }, (_, index) => ({ path: { type: 'Exact', value: `/${index}` } }));

describe('a route', () => {
  it('can have the rules of a header route', () => {
    expect(why([{ backendRefs: web }, { matches: [header('x-a')], backendRefs: docs }])).toBeUndefined();
  });

  it('counts no rule that a stuck release has left', () => {
    const left: Rule = { matches: many(60), backendRefs: [{ name: 'web-canary' }] };
    expect(why([{ backendRefs: web }, left, left])).toBeUndefined();
  });

  interface Case {
    readonly rules: readonly Rule[];
    readonly routes?: readonly ManagedRoute[];
    readonly kind?: string;
  }
  it.each<[string, RegExp, Case]>([
    ['with a condition on the same header', /a condition on a header/, {
      rules: [{ matches: [{ headers: [{ type: 'RegularExpression', name: 'X-Beta', value: '.+' }] }], backendRefs: web }],
    }],
    ['of gRPC, which has no parameters', /no parameters of a query/, {
      rules: [{ backendRefs: web }], routes: [managed([{ method: 'POST' }])], kind: 'GRPCRoute',
    }],
    ['that would have 17 rules', /17 rules.*at most 16/, {
      rules: Array.from({ length: 9 }, (_, index) => ({ backendRefs: index < 8 ? web : docs })),
    }],
    ['that would have 66 matches in a rule', /66 matches.*at most 64/, {
      rules: [{ matches: many(33), backendRefs: web }], routes: [managed([beta, { method: 'POST' }])],
    }],
    ['that would have 130 matches', /130 matches.*at most 128/, {
      rules: [{ matches: many(43), backendRefs: web }, { backendRefs: docs }],
      routes: [managed([beta]), managed([{ method: 'POST' }], 'posts')],
    }],
    ['of which another rule would lose requests', /would take requests from the rule .*x-docs/, {
      rules: [{ backendRefs: web }, { matches: [header('x-docs')], backendRefs: docs }], routes: [managed([{ method: 'GET' }])],
    }],
  ])('is refused %s', (_case, text, { rules, routes, kind }) => expect(why(rules, routes, kind)).toMatch(text));

  it('loses no requests of another path', () => {
    const other = { matches: [{ path: { type: 'PathPrefix', value: '/docs' }, ...header('x-docs') }], backendRefs: docs };
    expect(why([{ backendRefs: web }, other], [managed([{ method: 'GET' }])])).toBeUndefined();
  });
});
