import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { heal, HEALING_TOOL } from '../support/healing-tool';
import { shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

const { story } = withStories({ same: shortPolicy, healed: { ...shortPolicy, progressDeadline: 15 } });

/** Writes of the template that the tool and Alloy may need together until the release has ended. */
const MOST_GENERATIONS = 60;

/** Pods that are replaced one after the other, which takes longer than the tool waits. */
const slow = (replicas: number | null, tag = 'replaced'): KubeObject => {
  const container = { readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 1 } };
  const web = deployment({ image: `registry.example.com/shop/web:${tag}`, replicas, container });
  return { ...web, spec: { ...(web['spec'] as object), strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } };
};

/** The manifest of the tool, which names no number of pods. */
const inGit = (shop: Story, tag: string): KubeObject => {
  const web = slow(null, tag);
  const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' };
  return { ...web, metadata: { ...web.metadata, namespace: shop.project, annotations } };
};

const generationOf = async (shop: Story): Promise<number> => (await shop.get('Deployment')).metadata.generation ?? 0;

describe('a GitOps tool that restores its manifest every two seconds', () => {
  it('is reported at adoption, and does not conflict with a release of the same content', async () => {
    const shop = story('same');
    await shop.cluster.apply(inGit(shop, 'v2'), { manager: HEALING_TOOL });
    await shop.create(service());
    await shop.onlyRuns('v2', 1);
    const stop = heal(shop, inGit(shop, 'v2'));
    const id = await shop.deploy('v2', { deployment: slow(3), strategy: 'rollout' });
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
    await stop();
    const inspected = (await shop.events(id)).find(({ type }) => type === 'TargetInspected')!.data as Payloads['TargetInspected'];
    expect(inspected).toMatchObject({ owner: 'unowned', manager: 'argocd' });
  });

  it('with another image ends the release with its name, and is not fought', async () => {
    const shop = story('healed');
    expect(await shop.release('v1', { deployment: slow(5), service: service() })).toMatchObject({ status: 'promoted' });
    const before = await generationOf(shop);
    const stop = heal(shop, inGit(shop, 'v1'));
    const { status, reason } = await shop.release('v2', { deployment: slow(5), strategy: 'rollout' });
    await stop();
    expect([status, reason?.code]).toEqual(['rolledBack', 'progress_deadline']);
    expect(reason?.text).toContain(`changed by ${HEALING_TOOL}`);
    expect((await generationOf(shop)) - before).toBeLessThan(MOST_GENERATIONS);
    await shop.onlyRuns('v1', 5);
  });
});
