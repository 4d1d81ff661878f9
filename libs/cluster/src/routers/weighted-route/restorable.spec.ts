import type { KubeObject } from '@alloy/contracts';
import { at, bundleOf } from '../../testing/fixtures';
import { perform, performUntil, routed, stepOf, traffic, withRoute } from '../../testing/routed';
import type { Rig } from '../../testing/rig';
import { readTraffic } from '../read-traffic';
import { routers } from '../registry';

const shift = stepOf('shiftTraffic');
const verify = async (rig: Rig) =>
  routers.gatewayApi.verify({ plan: traffic, weight: 17, routes: [] }, await readTraffic(rig.cluster, 'shop', traffic));

const preconditions = ({ metadata: { uid, resourceVersion } }: KubeObject) => ({ uid: uid!, resourceVersion: resourceVersion! });
const change = (kind: string, name: string, spec: object) => async ({ cluster }: Rig): Promise<void> => {
  const { metadata: { resourceVersion }, apiVersion } = cluster.find(kind, name)!;
  await cluster.patch({ apiVersion, kind, name }, 'merge', { metadata: { resourceVersion }, spec });
};
const remove = (kind: string, name: string) => async ({ cluster }: Rig): Promise<void> => {
  const found = cluster.find(kind, name)!;
  await cluster.delete({ apiVersion: found.apiVersion, kind, name }, preconditions(found));
};

describe('a shift that is carried out again after another client has changed an object', () => {
  it.each<[string, (rig: Rig) => Promise<void>, boolean]>([
    ['has restored the rules of the route', change('HTTPRoute', 'shop', { rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] }), true],
    ['has taken web out of the route', change('HTTPRoute', 'shop', { rules: [{ backendRefs: [{ name: 'docs', port: 80 }] }] }), false],
    ['has deleted the route', remove('HTTPRoute', 'shop'), false],
    ['has deleted web-canary', remove('Service', 'web-canary'), true],
    // Alloy writes its own Service once per release: a tool that rewrites it claims the name.
    ['has rewritten the selector of web-canary', change('Service', 'web-canary', { selector: { app: 'web' } }), false],
    ['has deleted web', remove('Service', 'web'), false],
    ['has taken the selector of web', change('Service', 'web', { selector: {} }), false],
  ])('repairs what verify calls repairable: it %s', async (_what, happens, isRepaired) => {
    const rig = await withRoute();
    await performUntil(rig, shift);
    await perform(rig, shift);
    await happens(rig);
    const found = await verify(rig);
    expect(found.map(({ canRestore }) => canRestore)).toEqual([isRepaired]);
    await rig.finish(at(routed(5), shift, 40), bundleOf('v2'), bundleOf('v1'));
    expect((await verify(rig)).length === 0).toBe(isRepaired);
  });
});
