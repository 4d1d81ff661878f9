import type { KubeObject } from '@alloy/contracts';
import { heldPolicy, shortPolicy, withStories } from '../support/stories';
import { deployment, service, WEB } from '../support/workload';

const { story } = withStories({
  keep: { ...shortPolicy, onFirstFailure: 'keep' },
  zero: { ...shortPolicy, onFirstFailure: 'scaleToZero' },
  adopted: heldPolicy,
  restored: shortPolicy,
  late: shortPolicy,
  strict: { ...shortPolicy, maxRestarts: 'none' },
});

type Found = KubeObject & {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: ReadonlyArray<{ readonly image: string; readonly env?: unknown }> } };
  };
};

/**
 * A Deployment as `kubectl apply` creates it: with kubectl's field manager, and a variable that Alloy's manifest does
 * not have.
 */
const applied = (tag: string): KubeObject => {
  const made = deployment({ image: `registry.example.com/shop/web:${tag}`, container: { env: [{ name: 'LEGACY', value: 'on' }] } });
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(made)}\n` };
  return { ...made, metadata: { ...made.metadata, annotations } };
};
const KUBECTL = 'kubectl-client-side-apply';

describe('a first release that crashes', () => {
  it('fails because of the crash loop, and its Deployment is kept for inspection if the policy says keep', async () => {
    const shop = story('keep');
    const release = await shop.release('v1-crash');
    expect(release).toMatchObject({
      status: 'failed', strategy: 'rollout', stable: null,
      reason: { code: 'crash_loop', text: expect.stringContaining('CrashLoopBackOff') },
    });
    expect((await shop.get<Found>('Deployment')).spec.replicas).toBe(2);
    expect((await shop.pods()).map(({ tag, ready }) => ({ tag, ready }))).toEqual([
      { tag: 'v1-crash', ready: false },
      { tag: 'v1-crash', ready: false },
    ]);
    await expect(shop.text(`/api/v1/projects/${shop.project}/stable`)).rejects.toThrow('no_stable_version');
  });

  it('is repaired by the next release, which counts as a first release again', async () => {
    const shop = story('keep');
    expect(await shop.release('v2')).toMatchObject({ status: 'promoted', strategy: 'rollout' });
    await shop.onlyRuns('v2');
  });

  it('fails because of the crash loop, and its Deployment is scaled to zero if the policy says scaleToZero', async () => {
    const shop = story('zero');
    expect(await shop.release('v1-crash')).toMatchObject({ status: 'failed', reason: { code: 'crash_loop' } });
    expect((await shop.get<Found>('Deployment')).spec.replicas).toBe(0);
    await shop.onlyRuns('v1-crash', 0);
    expect(await shop.release('v2')).toMatchObject({ status: 'promoted', strategy: 'rollout' });
    await shop.onlyRuns('v2');
  });
});

describe('a version whose pods restart until their database is there', () => {
  it('is released by default, first as a rollout and then as a canary', async () => {
    const shop = story('late');
    expect(await shop.release('v1-crash-2')).toMatchObject({ status: 'promoted', strategy: 'rollout' });
    expect(await shop.release('v2-crash-2')).toMatchObject({ status: 'promoted', strategy: 'canary' });
    await shop.onlyRuns('v2-crash-2');
    expect(await shop.release('v3-crash-9')).toMatchObject({
      status: 'rolledBack', reason: { code: 'crash_loop', text: expect.stringContaining('3 restarts') },
    });
    await shop.onlyRuns('v2-crash-2');
  });

  it('is rolled back if the policy allows no restarts', async () => {
    const shop = story('strict');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    expect(await shop.release('v2-crash-2')).toMatchObject({
      status: 'rolledBack', strategy: 'canary', reason: { code: 'crash_loop', text: expect.stringContaining('1 restart') },
    });
    await shop.onlyRuns('v1');
  });
});

describe('a Deployment that kubectl apply made', () => {
  it('is adopted without a restart, and loses at promotion the fields that the new manifest dropped', async () => {
    const shop = story('adopted');
    await shop.create(applied('v0'), KUBECTL);
    await shop.create(service(), KUBECTL);
    await shop.onlyRuns('v0');
    const before = await shop.pods();

    const id = await shop.deploy('v1', { strategy: 'canary' });
    await shop.reaches(id, 'analyse');
    const kept = (await shop.pods()).filter(({ tag }) => tag === 'v0');
    expect(kept.length).toBeGreaterThan(0);
    expect(before.map(({ uid }) => uid)).toEqual(expect.arrayContaining(kept.map(({ uid }) => uid)));

    expect(await shop.waved(id)).toMatchObject({ status: 'promoted', strategy: 'canary', stable: { releaseId: null, imageTag: 'v0' } });
    await shop.onlyRuns('v1');
    expect((await shop.get<Found>('Deployment')).spec.template.spec.containers[0]!.env ?? []).toEqual([]);
    expect((await shop.events(id)).map(({ type }) => type)).toContain('StableAdopted');
  });

  it('is restored with the same ReplicaSet and variables if the first release over it is bad', async () => {
    const shop = story('restored');
    await shop.create(applied('v0'), KUBECTL);
    await shop.create(service(), KUBECTL);
    await shop.onlyRuns('v0');
    const [template, replicaSets] = [(await shop.get<Found>('Deployment')).spec.template, await shop.names('ReplicaSet')];
    expect(replicaSets).toHaveLength(1);

    const release = await shop.release('v1-crash');
    expect(release).toMatchObject({
      status: 'rolledBack',
      strategy: 'rollout',
      stable: { releaseId: null, imageTag: 'v0' },
      reason: { code: 'crash_loop' },
    });
    await shop.onlyRuns('v0');
    expect((await shop.get<Found>('Deployment')).spec.template).toEqual(template);
    expect((await shop.pods()).map(({ object }) => object.metadata['ownerReferences'])).toEqual(
      Array.from({ length: 2 }, () => [expect.objectContaining({ kind: 'ReplicaSet', name: replicaSets[0] })]),
    );
    expect((await shop.pods())[0]!.env).toEqual([{ name: 'LEGACY', value: 'on' }]);
    expect(await shop.names('Deployment')).toEqual([WEB]);
  });
});
