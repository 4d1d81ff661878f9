import type { KubeObject } from '@alloy/contracts';
import type { LiveTraffic } from '../../live';
import { byIngress, ingressTraffic, PREFIX, withIngress } from '../../testing/behind-ingress';
import { playing } from '../../testing/by-steps';
import { readTraffic } from '../read-traffic';
import { routers } from '../registry';

const { indexOf, perform, performUntil } = playing(byIngress(5));
const verify = (live: LiveTraffic) => routers.nginxIngress.verify({ plan: ingressTraffic, weight: 50, routes: [] }, live);

async function afterShift(): Promise<LiveTraffic> {
  const rig = await withIngress();
  await performUntil(rig, indexOf('shiftTraffic', 1));
  await perform(rig, indexOf('shiftTraffic', 1));
  return readTraffic(rig.cluster, 'shop', ingressTraffic);
}
const annotated = (object: KubeObject, annotations: object): KubeObject =>
  ({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } } });

describe('verify of a canary Ingress', () => {
  it('finds nothing after a shift', async () => expect(verify(await afterShift())).toEqual([]));

  it.each<[string, (live: LiveTraffic) => LiveTraffic, object]>([
    ['another weight', (live) => ({ ...live, canaryIngress: annotated(live.canaryIngress!, { [`${PREFIX}/canary-weight`]: '0' }) }),
      { cause: 'rewritten', found: '0 % for web-canary', expected: '50 % for web-canary', canRestore: true }],
    ['another match', (live) => ({ ...live, canaryIngress: annotated(live.canaryIngress!, { [`${PREFIX}/canary-by-cookie`]: 'beta' }) }),
      { cause: 'rewritten', canRestore: true }],
    ['other rules', (live) => ({ ...live, canaryIngress: { ...live.canaryIngress!, spec: { rules: [] } } }), { canRestore: true }],
    ['no canary Ingress', (live) => ({ ...live, canaryIngress: null }), { cause: 'deleted', canRestore: true }],
    ['no canary Service', (live) => ({ ...live, canaryService: null }), { cause: 'deleted', canRestore: true }],
    ['no Ingress of the user', (live) => ({ ...live, route: null }), { cause: 'deleted', canRestore: false }],
    ['no Service of the user', (live) => ({ ...live, service: null }), { cause: 'deleted', canRestore: false }],
    ['no path for the Service', (live) => ({ ...live, route: { ...live.route!, spec: { rules: [] } } }),
      { cause: 'unusable', canRestore: false }],
  ])('finds %s', async (_what, change, expected) => expect(verify(change(await afterShift()))).toMatchObject([expected]));
});
