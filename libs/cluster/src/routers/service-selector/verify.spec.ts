import type { KubeObject } from '@alloy/contracts';
import type { LiveTraffic } from '../../live';
import { indexOf, perform, performUntil, switched, traffic, usersTraffic, withServices } from '../../testing/switched';
import { readTraffic } from '../read-traffic';
import { routers } from '../registry';

const verify = (live: LiveTraffic, weight: number) => routers.serviceSelector.verify({ plan: live.plan, weight, routes: [] }, live);

/** The Services after the switch. */
async function afterSwitch(plan = traffic): Promise<LiveTraffic> {
  const rig = await withServices();
  const scenario = switched(3, plan);
  const shifts = indexOf(scenario, 'shiftTraffic', plan === usersTraffic ? 1 : 0);
  await performUntil(rig, scenario, shifts);
  await perform(rig, scenario, shifts);
  return readTraffic(rig.cluster, 'shop', plan);
}
const selecting = (object: KubeObject | null, selector: object): KubeObject =>
  ({ ...object!, spec: { ...(object!['spec'] as object), selector } });

describe('verify of a switch', () => {
  it('finds nothing after it', async () => {
    expect(verify(await afterSwitch(), 100)).toEqual([]);
    expect(verify(await afterSwitch(usersTraffic), 100)).toEqual([]);
  });

  it.each<[string, (active: KubeObject) => KubeObject | null, object]>([
    ['has its own selector again', (active) => selecting(active, { app: 'web' }),
      { cause: 'rewritten', found: 'the selector app=web', canRestore: true }],
    ['has lost its selector', (active) => selecting(active, {}), { cause: 'unusable', found: 'no selector', canRestore: false }],
    ['selects fewer pods', (active) => selecting(active, { app: 'web-canary', tier: 'a' }), { cause: 'unusable', canRestore: false }],
    ['selects others', (active) => selecting(active, { app: 'docs' }),
      { cause: 'unusable', found: 'the selector app=docs', canRestore: false }],
    ['has no annotation', (active) => ({ ...active, metadata: { ...active.metadata, annotations: {} } }),
      { found: 'no annotation of Alloy', canRestore: true }],
    ['is deleted', () => null, { cause: 'deleted', canRestore: false }],
  ])('finds that the Service %s', async (_what, change, expected) => {
    const live = await afterSwitch();
    expect(verify({ ...live, service: change(live.service!) }, 100))
      .toMatchObject([{ object: { kind: 'Service', name: 'web' }, ...expected }]);
  });

  it('concerns only the preview before it', async () => {
    const live = await afterSwitch(usersTraffic);
    expect(verify({ ...live, service: selecting(live.service, { app: 'web' }) }, 0)).toEqual([]);
    expect(verify({ ...live, canaryService: selecting(live.canaryService, { app: 'web' }) }, 0))
      .toMatchObject([{ object: { name: 'staging' }, canRestore: true }]);
    expect(verify({ ...live, canaryService: null }, 0)).toMatchObject([{ object: { name: 'staging' }, canRestore: false }]);
    expect(verify({ ...live, canaryService: null, plan: traffic }, 0))
      .toMatchObject([{ object: { name: 'web-preview' }, canRestore: true }]);
    expect(verify({ ...live, canaryService: null }, 100)).toEqual([]);
    expect(verify({ ...live, service: null }, 0)).toMatchObject([{ cause: 'deleted', object: { name: 'web' } }]);
  });
});
