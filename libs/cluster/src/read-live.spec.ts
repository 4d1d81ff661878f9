import { eventually } from '../../../test/support/eventually';
import { readLive, selectorText } from './read-live';
import { bundleOf } from './testing/fixtures';
import { ModelCluster } from './testing/model-cluster';
import { upTo, withStable } from './testing/scenarios';
import type { Query } from './ports';

const surroundings = { namespace: 'shop', workload: 'web', project: 'shop', shared: bundleOf('v2').objects };

/** Records the list requests of the cluster, and delays reads of Deployments until `answer` is called. */
function spied(cluster: ModelCluster) {
  const listed: Query[] = [];
  const { get, list } = { get: cluster.get.bind(cluster), list: cluster.list.bind(cluster) };
  let answer!: () => void;
  const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
  cluster.list = (query) => {
    listed.push(query);
    return list(query);
  };
  cluster.get = async (ref) => {
    if (ref.kind === 'Deployment') await mayAnswer;
    return get(ref);
  };
  const selectors = (kind: string) => listed.filter((query) => query.kind === kind).map(({ labels }) => labels);
  return { selectors, answer };
}

describe('a live read', () => {
  it('lists the pods in parallel with the Deployment, by the selector of the manifest', async () => {
    const { cluster } = await withStable(3);
    const { selectors, answer } = spied(cluster);
    const reading = readLive(cluster, surroundings);
    await eventually(() => expect([selectors('Pod'), selectors('ReplicaSet')]).toEqual([['app=web'], ['app=web']]));
    answer();
    expect((await reading).web).toMatchObject({ pods: 3, ready: 3 });
    expect(selectors('Pod')).toEqual(['app=web']);
  });

  it('lists the pods again if the live Deployment has another selector', async () => {
    const { cluster } = await withStable(3);
    const [deployment, ...others] = surroundings.shared;
    const renamed = { ...deployment!, spec: { ...(deployment!['spec'] as object), selector: { matchLabels: { app: 'other' } } } };
    const { selectors, answer } = spied(cluster);
    answer();
    expect((await readLive(cluster, { ...surroundings, shared: [renamed, ...others] })).web).toMatchObject({ pods: 3, ready: 3 });
    expect(selectors('Pod')).toEqual(['app=other', 'app=web']);
  });

  it('counts the same pods without the manifest of the Deployment', async () => {
    const rig = await withStable(3);
    await upTo(rig, 3, 2);
    while (rig.settle());
    const { shared, ...place } = surroundings;
    const { web, canary } = await readLive(rig.cluster, { ...place, shared: shared.filter(({ kind }) => kind !== 'Deployment') });
    const whole = await readLive(rig.cluster, surroundings);
    expect([web, canary]).toEqual([whole.web, whole.canary]);
    expect(canary?.ready).toBeGreaterThan(0);
  });
});

describe('selectorText', () => {
  it.each<[Parameters<typeof selectorText>[0], string]>([
    [{}, ''],
    [{ matchLabels: { app: 'web' } }, 'app=web'],
    [{ matchLabels: { app: 'web', tier: 'front', 'alloy.dev/track': 'canary' } }, 'app=web,tier=front'],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, 'a'],
    [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, '!a'],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['x', 'y'] }] }, 'a in (x,y)'],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] }, 'a notin (x)'],
    [{ matchExpressions: [{ key: 'a', operator: 'In' }] }, 'a in ()'],
    [
      {
        matchLabels: { app: 'web' },
        matchExpressions: [
          { key: 'a', operator: 'Exists' },
          { key: 'b', operator: 'In', values: ['x'] },
        ],
      },
      'app=web,a,b in (x)',
    ],
  ])('converts %j to %s', (selector, text) => expect(selectorText(selector)).toBe(text));
});
