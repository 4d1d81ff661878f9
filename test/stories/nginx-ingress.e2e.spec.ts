import type { KubeObject } from '@alloy/contracts';
import type { CanaryStep } from '@alloy/release';
import { isPlausible } from '../control-plane/gateway/binomial';
import { heal } from '../support/healing-tool';
import { ingressContent, ingressExample } from '../support/ingress-example';
import { sendByIngress } from '../support/playground-gateway';
import { usersOnCanary, versionsOf } from '../support/shares';
import { heldPolicy, shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

interface Project {
  readonly spec: { readonly environments: { readonly production: { readonly steps: CanaryStep[] } } };
}
const ingress = ingressExample('ingress');
const { steps } = ingressExample<Project>('project').spec.environments.production;
const traffic = { router: 'nginxIngress', drainSeconds: 1 } as const;
const held = (weight: number) => ({ ...heldPolicy, stages: [{ weight, duration: 3_600, deadline: 3_600 }], traffic });
const { story, installation, observed } = withStories({
  guide: { progressDeadline: 60, analysis: { minRequests: 25 }, traffic, steps },
  exact: held(7), bad: { ...shortPolicy, traffic }, aborted: held(50), healed: { ...shortPolicy, traffic },
  taken: held(7),
});

const HOST = 'shop.example.com';
const ref = ({ project }: Story, name: string) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: project, name });
const ingressOf = async (shop: Story, name = 'shop'): Promise<KubeObject> => (await shop.cluster.get(ref(shop, name)))!;
const deploy = (shop: Story, tag: string, rps = 100) =>
  shop.deploy(tag, { deployment: deployment({ replicas: 3 }), service: service(rps) });

/** Makes v1 stable behind the user's Ingress; returns it as it must be all the time. */
async function withStable(shop: Story): Promise<KubeObject> {
  await shop.create(ingress);
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 3);
  await shop.traffic();
  return ingressOf(shop);
}

type Headers = Readonly<Record<string, string>>;
/** Nothing of Alloy is left, and the user's Ingress was never written. */
async function expectClean(shop: Story, before: KubeObject): Promise<void> {
  expect(await ingressOf(shop)).toEqual(before);
  expect([await shop.names('Ingress'), await shop.names('Service')]).toEqual([['shop'], ['web']]);
}
const failedOf = async (shop: Story) =>
  (await shop.traffic()).filter((one) => one.service === `${shop.project}/web` && one.failed > 0).map(({ track }) => track);

/** The versions that answer as many such requests. */
const versions = (shop: Story, headers: Headers, count = 20) =>
  versionsOf(() => sendByIngress(installation().home.kubeconfig, shop.project, { host: HOST, headers }), count);
const testers: readonly Headers[] = [{ 'x-beta': 'yes' }, { cookie: 'a=1; beta=always' }, { 'x-beta': 'no', cookie: 'beta=always' }];
const others: readonly Headers[] = [{ 'x-beta': 'no' }, { cookie: 'beta=yes' }, { cookie: 'xbeta=always' }];

describe('a canary by a canary Ingress', () => {
  it('follows the steps of the guide: its testers first, then its weights', async () => {
    const shop = story('guide');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'pause');
      for (const headers of testers) expect([headers, await versions(shop, headers)]).toEqual([headers, { v2: 20 }]);
      for (const headers of [{}, ...others]) expect([headers, await versions(shop, headers)]).toEqual([headers, { v1: 20 }]);
      await shop.want(id, 'promote');
      await shop.reaches(id, 'analyse');
      expect((await shop.look(id)).weights).toEqual({ asked: 7.5, reached: 7.5 });
      expect(await versions(shop, testers[0]!)).toEqual({ v2: 20 });
      expect(await versions(shop, {}, 200)).toEqual({ v1: 185, v2: 15 });
      expect(ingressContent(await ingressOf(shop, 'web-canary'))).toEqual(ingressExample('canary-ingress'));
      await shop.want(id, 'promote');
      await shop.until(id, ({ weights, step }) => weights?.reached === 50 && step?.kind === 'analyse');
      expect(await versions(shop, testers[0]!)).toEqual({ v1: 10, v2: 10 });
      await shop.want(id, 'promote', { full: true });
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted', plan: { router: 'nginxIngress' } });
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('gets 7 % of the requests of the users of the playground, and loses them without a failed request', async () => {
    const shop = story('exact');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2', 200);
      await shop.reaches(id, 'analyse');
      const { hits, requests } = await usersOnCanary(shop);
      expect(isPlausible({ hits, requests }, 0.07)).toBe(true);
      // Requests in flight at the first and the last count may differ by one turn.
      expect(Math.abs(hits - 0.07 * requests)).toBeLessThan(3);
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('is rolled back if it is bad, and only its own requests fail', async () => {
    const shop = story('bad');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2-errors-20');
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual(['canary']);
  });

  it('that is aborted leaves nothing', async () => {
    const shop = story('aborted');
    const before = await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      expect(await versions(shop, {})).toEqual({ v1: 10, v2: 10 });
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await shop.onlyRuns('v1', 3);
      await expectClean(shop, before);
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('is promoted while a tool restores the user\'s Ingress every two seconds', async () => {
    const shop = story('healed');
    await withStable(shop);
    await observed(shop, async () => {
      const stop = heal(shop, { ...ingress, metadata: { ...ingress.metadata, namespace: shop.project } });
      try {
        expect(await shop.ended(await deploy(shop, 'v2'))).toMatchObject({ status: 'promoted', strategy: 'canary' });
      } finally {
        await stop();
      }
      await shop.onlyRuns('v2', 3);
      await expectClean(shop, await ingressOf(shop));
    });
    expect(await failedOf(shop)).toEqual([]);
  });

  it('is refused before it begins if the Ingress has another canary', async () => {
    const shop = story('taken');
    await withStable(shop);
    const annotations = { 'nginx.ingress.kubernetes.io/canary': 'true' };
    await shop.create({ ...ingress, metadata: { name: 'beta', annotations }, spec: ingress['spec'] });
    const reason = { code: 'route_unsuitable', text: expect.stringContaining('Ingress beta') };
    expect(await shop.ended(await deploy(shop, 'v2'))).toMatchObject({ status: 'rejected', reason });
    await shop.onlyRuns('v1', 3);
  });
});
