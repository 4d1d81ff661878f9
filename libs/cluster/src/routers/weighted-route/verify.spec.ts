import type { KubeObject } from '@alloy/contracts';
import type { LiveTraffic } from '../../live';
import { perform, performUntil, stepOf, traffic, withRoute } from '../../testing/routed';
import type { Rig } from '../../testing/rig';
import { readTraffic } from '../read-traffic';
import { routers } from '../registry';

const WEIGHT = 17;
/** A release whose first shift is done. */
async function shiftedRig(): Promise<Rig> {
  const rig = await withRoute();
  await performUntil(rig, stepOf('shiftTraffic'));
  await perform(rig, stepOf('shiftTraffic'));
  return rig;
}
const live = (rig: Rig): Promise<LiveTraffic> => readTraffic(rig.cluster, 'shop', traffic);
const verify = (found: LiveTraffic, weight = WEIGHT) => routers.gatewayApi.verify({ plan: traffic, weight, routes: [] }, found);

type Change = (found: LiveTraffic) => LiveTraffic;
const rulesOf = (object: KubeObject) => (object['spec'] as { readonly rules: readonly object[] }).rules;
const withSpec = (object: KubeObject | null, spec: object): KubeObject =>
  ({ ...object!, spec: { ...(object!['spec'] as object), ...spec } });
const rules = (change: (all: readonly object[]) => readonly object[]): Change => (found) =>
  ({ ...found, route: withSpec(found.route, { rules: change(rulesOf(found.route!)) }) });
const [WEB, OTHER] = [{ backendRefs: [{ name: 'web', port: 80, weight: 1 }] }, { backendRefs: [{ name: 'docs', port: 80 }] }];
const status = (type: string, value: string, observedGeneration: number): Change => (found) => ({
  ...found,
  route: {
    ...found.route!, metadata: { ...found.route!.metadata, generation: 4 },
    status: {
      parents: [{ conditions: [{ type, status: value, observedGeneration, reason: 'NoMatchingParent', message: 'no listener' }] }],
    },
  } as KubeObject,
});
const service = (name: 'service' | 'canaryService', selector: object): Change => (found) =>
  ({ ...found, [name]: withSpec(found[name], { selector }) });

describe('verify of a route', () => {
  it('finds nothing after a shift, nor in what a user adds beside it', async () => {
    const found = await live(await shiftedRig());
    expect(verify(found)).toEqual([]);
    expect(verify(rules((all) => [...all.map((rule) => ({ ...rule, timeouts: { request: '9s' } })), OTHER])(found))).toEqual([]);
  });

  it.each<[string, Change, object]>([
    ['its own manifest', rules(() => [WEB, OTHER]), { cause: 'rewritten', found: '0 % for web-canary', canRestore: true }],
    ['another rule for the Service', rules((all) => [...all, WEB]), { cause: 'rewritten', found: '0 % for web-canary', canRestore: true }],
    ['no rule for the Service', rules(() => [OTHER]), { cause: 'unusable', expected: 'a rule with Service web', canRestore: false }],
    ['no annotation', (found) => ({ ...found, route: { ...found.route!, metadata: { ...found.route!.metadata, annotations: {} } } }),
      { cause: 'rewritten', found: 'no annotation of Alloy', canRestore: true }],
    ['been deleted', (found) => ({ ...found, route: null }), { cause: 'deleted', canRestore: false }],
    ['been rejected', status('Accepted', 'False', 4),
      { cause: 'rejected', found: 'Accepted False (NoMatchingParent): no listener', canRestore: false }],
    ['unresolved backends', status('ResolvedRefs', 'False', 4), { cause: 'reported' }],
    ['invalid parts', status('PartiallyInvalid', 'True', 4), { cause: 'reported' }],
  ])('finds that it has %s', async (_what, change, expected) => {
    const drifts = verify(change(await live(await shiftedRig())));
    expect(drifts).toMatchObject([{ object: { kind: 'HTTPRoute', name: 'shop' }, ...expected }]);
  });

  it.each<[string, Change]>([
    ['of an earlier spec', status('Accepted', 'False', 3)], ['that accepts it', status('Accepted', 'True', 4)],
    ['that resolves all', status('ResolvedRefs', 'True', 4)],
  ])('finds nothing in a status %s', async (_what, change) => expect(verify(change(await live(await shiftedRig())))).toEqual([]));

  it.each<[string, Change, object]>([
    ['web-canary is deleted', (found) => ({ ...found, canaryService: null }),
      { object: { kind: 'Service', name: 'web-canary' }, canRestore: true }],
    ['web-canary selects other pods', service('canaryService', { app: 'web' }), { found: 'app: web', canRestore: false }],
    ['web is deleted', (found) => ({ ...found, service: null }),
      { object: { kind: 'Service', name: 'web' }, cause: 'deleted', canRestore: false }],
    ['web has lost its selector', service('service', {}), { found: 'a selector without app', cause: 'unusable', canRestore: false }],
    ['web selects the canary', service('service', { app: 'web-canary' }), { found: 'app: web-canary', canRestore: false }],
  ])('finds that %s', async (_what, change, expected) =>
    expect(verify(change(await live(await shiftedRig())))).toMatchObject([expected]));

  it('names the client that last wrote the rules, and not one that wrote something else', async () => {
    const found = rules(() => [WEB, OTHER])(await live(await shiftedRig()));
    const write = (manager: string, day: number, fieldsV1: object, more = {}) =>
      ({ time: `2026-01-0${day}T00:00:00Z`, manager, operation: 'Update', apiVersion: 'v1', fieldsV1, ...more });
    const rule = { 'f:spec': { 'f:rules': {} } };
    const managedFields = [
      write('old', 1, rule), write('argocd', 2, rule), write('alloy-route', 3, rule),
      write('labels', 4, { 'f:metadata': {} }), write('contour', 5, rule, { subresource: 'status' }),
    ];
    const written = { ...found, route: { ...found.route!, metadata: { ...found.route!.metadata, managedFields } } as KubeObject };
    expect(verify(written).map(({ manager }) => manager)).toEqual(['argocd']);
  });
});
