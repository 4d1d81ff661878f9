import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@alloy/contracts';
import type { CanaryStep } from '@alloy/release';
import { load } from 'js-yaml';
import { eventually } from '../support/eventually';
import { requestsOf, sendByRoute } from '../support/playground-gateway';
import { versionsOf } from '../support/shares';
import { withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

/** The steps of the guide. */
const stepsOf = (example: string): CanaryStep[] =>
  (load(readFileSync(join(__dirname, '../../examples', example, 'project.yaml'), 'utf8')) as {
    readonly spec: { readonly environments: { readonly production: { readonly steps: CanaryStep[] } } };
  }).spec.environments.production.steps;
const steps = stepsOf('header-route');
const limits = { progressDeadline: 60, analysis: { minRequests: 25 }, traffic: { router: 'gatewayApi' as const, drainSeconds: 1 } };
const { story, installation, observed } = withStories({
  guide: { ...limits, steps },
  aborted: { ...limits, steps },
  mirror: { ...limits, steps: stepsOf('mirror-route') },
  all: { ...limits, steps: [{ setMirrorRoute: { name: 'shadow', percentage: 100 } }, { analysis: { duration: 2, deadline: 60 } }] },
  unfit: { ...limits, steps: [{ setHeaderRoute: { name: 'beta', match: [{ header: { name: 'x-next', regex: '.+' } }] } }] },
});

const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: {
    parentRefs: [{ name: 'public' }],
    rules: [
      { backendRefs: [{ name: 'web', port: 80 }] },
      { matches: [{ headers: [{ name: 'x-next', value: 'yes' }] }], backendRefs: [{ name: 'web', port: 80 }] },
      { matches: [{ path: { type: 'PathPrefix', value: '/docs' } }], backendRefs: [{ name: 'docs', port: 80 }] },
    ],
  },
};
const routeOf = async (shop: Story) =>
  (await shop.cluster.get({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: shop.project, name: 'shop' }))! as
    KubeObject & { readonly spec: { readonly rules: readonly unknown[] } };

const deploy = (shop: Story, tag: string, rps = 100) =>
  shop.deploy(tag, { deployment: deployment({ replicas: 3 }), service: service(rps) });

async function withStable(shop: Story, rps = 100): Promise<KubeObject> {
  await shop.create(route);
  expect(await shop.ended(await deploy(shop, 'v1', rps))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 3);
  await shop.traffic();
  return routeOf(shop);
}

/** Nothing of Alloy is left in the route or beside it, and no request of the playground's users has failed. */
async function expectClean(shop: Story, before: KubeObject): Promise<void> {
  const { metadata, spec } = await routeOf(shop);
  expect(spec).toEqual(before['spec']);
  expect([metadata.labels, metadata.annotations ?? {}]).toEqual([before.metadata.labels, before.metadata.annotations ?? {}]);
  const managers = (metadata['managedFields'] as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
  expect(managers.filter((manager) => manager.startsWith('alloy'))).toEqual([]);
  expect(await shop.names('Service')).toEqual(['web']);
  expect((await shop.traffic()).filter((one) => one.service === `${shop.project}/web` && one.failed > 0)).toEqual([]);
}

type Headers = Readonly<Record<string, string>>;
/** The versions that answer each of these requests, 20 times. */
const versions = (shop: Story, headers: Headers) =>
  versionsOf(() => sendByRoute(installation().home.kubeconfig, { route: `${shop.project}/shop`, headers }), 20);
const testers: readonly Headers[] = [{ 'x-beta': 'yes' }, { cookie: 'a=1; beta=yes' }, { 'x-beta': 'yes', 'x-next': 'yes' }];
const others: readonly Headers[] = [{}, { 'x-beta': 'no' }, { cookie: 'xbeta=yes' }, { 'x-next': 'yes' }];

describe('a header route', () => {
  it('sends exactly the requests that match to the canary, until a step removes it, and is gone after the promotion', async () => {
    const shop = story('guide');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      for (const headers of testers) expect([headers, await versions(shop, headers)]).toEqual([headers, { v2: 20 }]);
      for (const headers of others) expect([headers, await versions(shop, headers)]).toEqual([headers, { v1: 20 }]);
      const shift = (await shop.events(id)).find(({ type }) => type === 'TrafficShifted')!;
      expect(shift.data).toMatchObject({ asked: 0, reached: 0, canaryReady: 2, routes: [{ kind: 'header', name: 'testers' }] });
      await shop.want(id, 'promote');
      await shop.reaches(id, 'analyse');
      expect(await versions(shop, testers[0]!)).toEqual({ v2: 20 });
      expect(await versions(shop, {})).toEqual({ v1: 16, v2: 4 });
      await shop.want(id, 'promote');
      const { plan } = await shop.look(id);
      const last = plan!.steps.findLastIndex(({ kind }) => kind === 'analyse');
      await shop.until(id, ({ step }) => step?.index === last);
      expect(await versions(shop, testers[0]!)).toEqual({ v1: 10, v2: 10 });
      await shop.want(id, 'promote');
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
    });
  });

  it('goes with a rollback, and its requests go to the stable version', async () => {
    const shop = story('aborted');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      expect(await versions(shop, testers[0]!)).toEqual({ v2: 20 });
      await shop.abort(id);
      const during = await versions(shop, testers[0]!);
      expect((during['v1'] ?? 0) + (during['v2'] ?? 0)).toBe(20);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      expect(await versions(shop, testers[0]!)).toEqual({ v1: 20 });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
  });

  it('that the route cannot express refuses the release before anything changes', async () => {
    const shop = story('unfit');
    await withStable(shop);
    const reason = { code: 'route_unsuitable', text: expect.stringContaining('header route beta') };
    expect(await shop.ended(await deploy(shop, 'v2'))).toMatchObject({ status: 'rejected', reason });
    await shop.onlyRuns('v1', 3);
  });
});

describe('a mirror route', () => {
  /** The requests that the canary's pods have answered. */
  const copied = async (shop: Story): Promise<number> => {
    const names = (await shop.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: shop.project, labels: 'alloy.dev/track=canary' }))
      .map(({ metadata }) => metadata.name);
    const counts = await Promise.all(names.map((name) => requestsOf(installation().home.kubeconfig, shop.project, name)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const send = async (shop: Story, method: string) => {
    const versions = new Set<string | undefined>();
    for (let round = 0; round < 40; round += 1) {
      versions.add((await sendByRoute(installation().home.kubeconfig, { route: `${shop.project}/shop`, method })).version);
    }
    return [...versions];
  };

  it('copies its percentage of the requests that match to the canary, and users get the responses of stable', async () => {
    const shop = story('mirror');
    const before = await withStable(shop, 0);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2', 0);
      await shop.reaches(id, 'analyse');
      expect(await send(shop, 'GET')).toEqual(['v1']);
      await eventually(async () => expect(await copied(shop)).toBe(20));
      expect(await send(shop, 'POST')).toEqual(['v1']);
      expect(await copied(shop)).toBe(20);
      await shop.want(id, 'promote');
      await shop.until(id, ({ weights }) => weights?.reached === 20);
      expect(JSON.stringify(await routeOf(shop))).not.toContain('RequestMirror');
      await shop.want(id, 'promote', { full: true });
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
    });
  });

  it('lets the analysis judge a bad canary by copies, and no user gets its errors', async () => {
    const shop = story('all');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2-errors');
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
  });
});
