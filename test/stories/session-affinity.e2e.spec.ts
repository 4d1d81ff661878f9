import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@alloy/contracts';
import type { PlannedPolicy } from '@alloy/release';
import { load } from 'js-yaml';
import { CookieJar } from '../support/cookie-jar';
import { sendByRoute } from '../support/playground-gateway';
import { withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

/** The policy of the guide. */
const { steps, traffic } = (load(readFileSync(join(__dirname, '../../examples/session-affinity/project.yaml'), 'utf8')) as {
  readonly spec: { readonly environments: { readonly production: Required<Pick<PlannedPolicy, 'steps' | 'traffic'>> } };
}).spec.environments.production;
const policy = { progressDeadline: 60, analysis: { minRequests: 25 }, traffic: { ...traffic, drainSeconds: 1 }, steps };
const { story, installation, observed } = withStories({ guide: policy, aborted: policy, grpc: policy });

const route = (kind: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'shop' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
});
const routeOf = async (shop: Story, kind = 'HTTPRoute'): Promise<KubeObject> =>
  (await shop.cluster.get({ apiVersion: 'gateway.networking.k8s.io/v1', kind, namespace: shop.project, name: 'shop' }))!;

const deploy = (shop: Story, tag: string) => shop.deploy(tag, { deployment: deployment({ replicas: 3 }), service: service(100) });

async function withStable(shop: Story, kind = 'HTTPRoute'): Promise<KubeObject> {
  await shop.create(route(kind));
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 3);
  return routeOf(shop, kind);
}

/** Nothing of Alloy is left in the route or beside it. */
async function expectClean(shop: Story, before: KubeObject): Promise<void> {
  const { metadata, spec } = (await routeOf(shop)) as KubeObject & { readonly spec: unknown };
  expect(spec).toEqual(before['spec']);
  expect(metadata.annotations ?? {}).toEqual(before.metadata.annotations ?? {});
  expect(await shop.names('Service')).toEqual(['web']);
}

/** Users with browsers that keep cookies. */
const someUsers = (): readonly CookieJar[] => Array.from({ length: 50 }, () => new CookieJar());

/** One request of each user; the versions that answer. */
async function answers(shop: Story, users: readonly CookieJar[]): Promise<readonly (string | undefined)[]> {
  const versions: (string | undefined)[] = [];
  for (const user of users) {
    const request = { route: `${shop.project}/shop`, headers: user.headers };
    const { version, cookies } = await sendByRoute(installation().home.kubeconfig, request);
    user.keep(cookies);
    versions.push(version);
  }
  return versions;
}
const count = (versions: readonly unknown[], version: string): number => versions.filter((one) => one === version).length;

describe('session affinity', () => {
  it('keeps a user on the version that answered first, and divides the users of stable again at the next weight', async () => {
    const shop = story('guide');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      const users = someUsers();
      const first = await answers(shop, users);
      expect([count(first, 'v1'), count(first, 'v2')]).toEqual([40, 10]);
      for (let round = 0; round < 5; round += 1) expect(await answers(shop, users)).toEqual(first);
      expect((await shop.events(id)).findLast(({ type }) => type === 'TrafficShifted')?.data).toMatchObject({
        asked: 20, reached: 20, routes: [{ kind: 'header', name: 'affinity-canary' }, { kind: 'header', name: 'affinity-stable' }],
      });

      await shop.want(id, 'promote');
      await shop.reaches(id, 'analyse');
      const second = await answers(shop, users);
      expect(second.filter((_version, index) => first[index] === 'v2')).toEqual(Array(10).fill('v2'));
      expect(count(second, 'v2')).toBe(30);
      for (let round = 0; round < 5; round += 1) expect(await answers(shop, users)).toEqual(second);

      await shop.want(id, 'promote');
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
      expect(count(await answers(shop, users), 'v2')).toBe(50);
      await expectClean(shop, before);
    });
  });

  it('goes with a rollback, after which the cookie of the release matches nothing, also in the next release', async () => {
    const shop = story('aborted');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      const users = someUsers();
      const first = await answers(shop, users);
      const ofCanary = users.filter((_user, index) => first[index] === 'v2');
      expect(ofCanary).toHaveLength(10);
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      expect(count(await answers(shop, users), 'v1')).toBe(50);
      await expectClean(shop, before);

      const next = await deploy(shop, 'v3');
      await shop.reaches(next, 'pause');
      expect(count(await answers(shop, ofCanary), 'v3')).toBe(2);
      await shop.abort(next);
      expect(await shop.ended(next)).toMatchObject({ status: 'rolledBack' });
    });
  });

  it('is refused for a GRPCRoute before anything changes', async () => {
    const shop = story('grpc');
    await withStable(shop, 'GRPCRoute');
    const reason = { code: 'route_unsuitable', text: expect.stringContaining('clients of GRPCRoute shop keep no cookies') };
    expect(await shop.ended(await deploy(shop, 'v2'))).toMatchObject({ status: 'rejected', reason });
    await shop.onlyRuns('v1', 3);
  });
});
