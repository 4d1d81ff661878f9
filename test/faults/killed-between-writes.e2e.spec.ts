import type { KubeObject } from '@alloy/contracts';
import { heldPolicy, shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { service } from '../support/workload';
import { killedAfterEach, type Point } from './killed-after-each';

const traffic = { router: 'gatewayApi', drainSeconds: 1 } as const;
const { story, installation } = withStories({
  promoted: { ...shortPolicy, stages: [{ weight: 50, duration: 1, deadline: 60 }], traffic },
  aborted: { ...heldPolicy, traffic },
});

const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ name: 'all', backendRefs: [{ name: 'web', port: 80 }] }] },
};
const specOf = async ({ cluster, project }: Story): Promise<unknown> => {
  const { apiVersion, kind, metadata: { name } } = route;
  return (await cluster.get({ apiVersion, kind, name, namespace: project }))!['spec'];
};

/** Releases v1, and then one version for each write. */
async function played(shop: Story, point: Point, play: (tag: string) => Promise<void>): Promise<number> {
  await shop.create(route);
  expect(await shop.release('v1', { service: service(200) })).toMatchObject({ status: 'promoted' });
  const before = await specOf(shop);
  const check = async (): Promise<void> => {
    expect(await shop.names('Service')).toEqual(['web']);
    expect(await specOf(shop)).toEqual(before);
  };
  return killedAfterEach({ shop, installation: installation(), point, play, check });
}

describe('a canary by the weights of a route, whose executor is killed after any of its writes,', () => {
  it('is promoted: no Service gets traffic before its pods are ready', async () => {
    const shop = story('promoted');
    const writes = await played(shop, 'executor.after-write', async (tag) => {
      expect(await shop.release(tag, { service: service(200) })).toMatchObject({ status: 'promoted' });
      await shop.onlyRuns(tag);
    });
    expect(writes).toBeGreaterThan(10);
  });

  it('is aborted: its traffic goes back to stable before its pods and its Service are removed', async () => {
    const shop = story('aborted');
    const writes = await played(shop, 'executor.after-rollback-write', async (tag) => {
      const id = await shop.deploy(tag, { service: service(200) });
      await shop.reaches(id, 'analyse');
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await shop.onlyRuns('v1');
    });
    expect(writes).toBeGreaterThan(5);
  });
});
