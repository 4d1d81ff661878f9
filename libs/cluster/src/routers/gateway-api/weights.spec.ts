import fc from 'fast-check';
import { markText, markOf, markName } from '../weighted-route/mark';
import { isDivisible } from '../weighted-route/rule-backends';
import { isAccepted, weightFormat, type BackendRef, type Route } from './route';
import { mostOn, notedWeights, reachedBy, restored, shifted, type NewBackends } from './weights';

const backends = { service: 'web', canaryService: 'web-canary' };
const fence = { installation: 'alloy', slot: 1, version: 1 };
const routeOf = (...rules: ReadonlyArray<readonly BackendRef[]>): Route => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'shop', namespace: 'shop' },
  spec: { rules: rules.map((backendRefs) => ({ backendRefs })) },
});
/** The route after the write, with the mark that the write sets. */
const written = (route: Route, change: NewBackends): Route => ({
  ...route,
  metadata: {
    ...route.metadata,
    annotations: { [markName('web')]: markText(fence, { weights: notedWeights(route, backends, markOf(route, 'web')) }) },
  },
  spec: { rules: route.spec!.rules!.map((rule, index) => ({ ...rule, backendRefs: change.get(index) ?? rule.backendRefs! })) },
});
const shift = (route: Route, percent: number): Route => written(route, shifted(route, backends, percent, markOf(route, 'web')));
const restore = (route: Route): Route => written(route, restored(route, backends, markOf(route, 'web')));
const rulesOf = (route: Route): unknown => route.spec!.rules;
const textOf = (route: Route): readonly string[] =>
  route.spec!.rules!.map(({ backendRefs = [] }) => backendRefs.map(({ name, weight }) => `${name}:${weight}`).join(' '));

describe('the weights of a route', () => {
  it.each([
    [7, ['web:93 web-canary:7']],
    [16.7, ['web:833 web-canary:167']],
    [100, ['web:0 web-canary:100']],
  ])('at %d %% are exact in a rule with no other backend', (percent, expected) => {
    const route = shift(routeOf([{ name: 'web' }]), percent);
    expect(textOf(route)).toEqual(expected);
    expect(reachedBy(route, backends)).toBe(percent);
  });

  it('leave the weights of other backends as they are, and so their share', () => {
    const route = shift(routeOf([{ name: 'web', weight: 900 }, { name: 'old', weight: 100 }]), 7);
    expect(textOf(route)).toEqual(['web:837 web-canary:63 old:100']);
  });

  it('do not concern a backend of another namespace or group, nor a rule without the Service', () => {
    const route = routeOf(
      [{ name: 'web', namespace: 'other' }], [{ name: 'web', group: 'example.com', kind: 'Bucket' }], [{ name: 'docs' }], [],
    );
    expect(shifted(route, backends, 50, undefined).size).toBe(0);
  });

  it('keep every other field of a backend on both tracks, such as its port', () => {
    const route = shift(routeOf([{ name: 'web', port: 80 } as BackendRef]), 50);
    const backendRefs = [{ name: 'web', port: 80, weight: 50 }, { name: 'web-canary', port: 80, weight: 50 }];
    expect(rulesOf(route)).toEqual([{ backendRefs }]);
  });

  it('take the weights of a client that has restored its manifest as the original ones', () => {
    const first = shift(routeOf([{ name: 'web', weight: 1 }]), 50);
    const healed = { ...first, spec: routeOf([{ name: 'web', weight: 5 }]).spec! };
    expect(textOf(shift(healed, 50))).toEqual(['web:250 web-canary:250']);
    expect(rulesOf(restore(shift(healed, 50)))).toEqual([{ backendRefs: [{ name: 'web', weight: 5 }] }]);
  });

  it('are restored without the mark to a route that sends the same share to each backend', () => {
    const route = shift(routeOf([{ name: 'web', weight: 900 }, { name: 'old', weight: 100 }], [{ name: 'web' }]), 30);
    expect(textOf(written(route, restored(route, backends, undefined)))).toEqual(['web:900 old:100', 'web:undefined']);
  });

  const weight = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });
  const ref = fc
    .record({ name: fc.constantFrom('web', 'docs', 'old'), weight })
    .map(({ name, weight: of }) => (of === undefined ? { name } : { name, weight: of }));
  const rules = fc.array(fc.array(ref, { maxLength: 4 }), { maxLength: 4 });

  it('are as before after any number of shifts', () => {
    fc.assert(fc.property(rules, fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 }), (all, percents) => {
      const route = routeOf(...all);
      expect(rulesOf(restore(percents.reduce(shift, route)))).toEqual(rulesOf(route));
    }));
  });

  it('are those that the API allows, and reach the percentage to one unit of the weight', () => {
    fc.assert(fc.property(rules, fc.integer({ min: 1, max: 100 }), (all, percent) => {
      const route = shift(routeOf(...all), percent);
      const weights = route.spec!.rules!.flatMap(({ backendRefs = [] }) => backendRefs.map((one) => one.weight ?? 1));
      expect(weights.every((one) => Number.isInteger(one) && one >= 0 && one <= 1_000_000)).toBe(true);
      if (isDivisible(weightFormat, routeOf(...all), backends) && mostOn(route, backends) > 0) {
        expect(Math.abs(mostOn(route, backends) - percent)).toBeLessThanOrEqual(0.51);
      }
    }));
  });
});

describe('a route', () => {
  const accepted = (...parents: ReadonlyArray<readonly [status: string, observedGeneration: number]>): boolean =>
    isAccepted({
      ...routeOf(), metadata: { name: 'shop', generation: 4 },
      status: {
        parents: parents.map(([status, observedGeneration]) => ({ conditions: [{ type: 'Accepted', status, observedGeneration }] })),
      },
    });
  it.each<[string, boolean, ReadonlyArray<readonly [string, number]>]>([
    ['no parent reports a status', true, []],
    ['all parents have accepted the current spec', true, [['True', 4], ['True', 5]]],
    ['a parent has not observed the current spec', false, [['True', 4], ['True', 3]]],
    ['no parent accepts it', false, [['False', 4]]],
    ['only a parent that never accepted it rejects it', true, [['False', 2], ['True', 4]]],
  ])('where %s counts as accepted: %s', (_case, expected, parents) => expect(accepted(...parents)).toBe(expected));
});
