import { isReady } from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import { isRunning, type Payloads, type RequestedStrategy, type State } from '@alloy/release';
import { degraded } from '@alloy/release/testing';
import { eventually } from '../../../test/support/eventually';
import { NAMESPACE, shop, World } from './testing/world';

const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: 'web' };
const HOTFIX = 'registry.example/shop:hotfix';
const IMAGE = 'spec.template.spec.containers[web].image';

type Templated = KubeObject & { readonly spec: { readonly template: KubeObject } };

describe('executor, on a workload that another client has changed since its stable version was recorded', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.withExecutor();
  });
  afterEach(() => world.close());

  async function promote(...tags: readonly string[]): Promise<void> {
    for (const [i, tag] of tags.entries()) {
      await world.request(`R${i + 1}`, shop(tag));
      expect((await world.play(`R${i + 1}`)).status).toBe('promoted');
    }
  }

  const settled = (image: string): Promise<void> =>
    eventually(async () => {
      const pods = await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE });
      const images = pods.map((pod) => (pod as unknown as { spec: { containers: [{ image: string }] } }).spec.containers[0].image);
      expect([pods.length, pods.every(isReady), new Set(images)]).toEqual([3, true, new Set([image])]);
    });

  /** What `kubectl rollout undo` does: it replaces the template by that of an earlier ReplicaSet. */
  async function undoTo(release: string): Promise<void> {
    const sets = (await world.cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: NAMESPACE })) as Templated[];
    const { template } = sets.find(({ spec }) => spec.template.metadata.labels?.[RELEASE_LABEL] === release)!.spec;
    const { 'pod-template-hash': _hash, ...labels } = template.metadata.labels ?? {};
    const value = { ...template, metadata: { ...template.metadata, labels } };
    await world.cluster.patch(WEB, 'json', [{ op: 'replace', path: '/spec/template', value }], 'kubectl-rollout');
  }

  /** What `kubectl set image` and `kubectl set env` do. */
  const set = (container: object): Promise<unknown> =>
    world.cluster.patch(WEB, 'strategic', { spec: { template: { spec: { containers: [{ name: 'web', ...container }] } } } }, 'kubectl-set');

  /** Releases a version that crashes in its canary, or in its rollout, and waits for the end of its rollback. */
  async function crash(releaseId: string, strategy: RequestedStrategy = 'auto'): Promise<void> {
    await world.request(releaseId, shop('crashing-slow'), strategy);
    const state = await world.play(releaseId, at(strategy === 'rollout' ? 'promote' : 'scaleCanary'));
    if (strategy === 'rollout')
      await eventually(async () => expect((await world.live()).web!.byRelease.map(({ release }) => release)).toContain(releaseId));
    await world.append(releaseId, degraded('CrashLoopBackOff')(state));
    expect((await world.play(releaseId)).status).toBe('rolledBack');
  }

  const template = async () => (await world.live()).web!.object.spec.template;
  const liveOf = async (releaseId: string) =>
    (await world.dataOf<Payloads['TargetInspected']>(releaseId, 'TargetInspected')).map(({ live }) => live);
  const planOf = async (releaseId: string) => (await world.dataOf<Payloads['ReleasePlanned']>(releaseId, 'ReleasePlanned'))[0]!;
  const podNames = async () =>
    (await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE })).map(({ metadata }) => metadata.name).sort();

  it('finds the stable version unchanged after a promotion, a restart and a change of the number of pods', async () => {
    await promote('v1');
    await world.cluster.patch(WEB, 'merge', { spec: { replicas: 4 } }, 'kubectl');
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    await world.cluster.patch(WEB, 'strategic', { spec: { template: { metadata: { annotations } } } }, 'kubectl-rollout');
    await world.request('R2', shop('v2'));
    expect((await world.play('R2')).status).toBe('promoted');
    expect(await liveOf('R2')).toEqual([
      { release: 'R1', image: 'registry.example/shop:v1', matches: true, stable: 'v1', differences: [] },
    ]);
    expect(await world.dataOf('R2', 'StableAdopted')).toEqual([]);
  });

  it('rolls back to the earlier version that kubectl rollout undo has restored, without a restart of its pods', async () => {
    await promote('v1', 'v2');
    await undoTo('R1');
    await settled('registry.example/shop:v1');
    const [pods, running] = [await podNames(), await template()];
    await crash('R3');
    expect([await podNames(), await template()]).toEqual([pods, running]);
    const plan = await planOf('R3');
    expect(plan.stable).toMatchObject({ releaseId: 'R1', imageTag: 'v1' });
    expect(plan.reason.text).toMatch(/another client changed the workload \(.*\): registry.example\/shop:v1 runs, and not v2/);
    expect(await liveOf('R3')).toMatchObject([{ release: 'R1', matches: false, stable: 'v2' }]);
    expect(await world.ledger.stable.current('shop', 'production')).toMatchObject({ releaseId: 'R1', imageTag: 'v1', judged: false });
  });

  it('rolls back to the image that kubectl set image has set', async () => {
    await promote('v1');
    await set({ image: HOTFIX });
    await settled(HOTFIX);
    const running = await template();
    await crash('R2', 'rollout');
    await settled(HOTFIX);
    expect(await template()).toEqual(running);
    expect(await liveOf('R2')).toMatchObject([{ release: 'R1', image: HOTFIX, matches: false, stable: 'v1', differences: [IMAGE] }]);
    const stable = { releaseId: 'R1', image: 'registry.example/shop', imageTag: 'hotfix' };
    expect(await world.dataOf('R2', 'StableAdopted')).toMatchObject([{ stable, target: { workload: 'web' } }]);
  });

  it('compares the next release with the adopted version', async () => {
    await promote('v1');
    await set({ image: HOTFIX });
    await settled(HOTFIX);
    const pods = await podNames();
    await crash('R2', 'canary');
    expect(await podNames()).toEqual(pods);
    await world.request('R3', shop('v3'));
    expect((await world.play('R3')).status).toBe('promoted');
    expect(await liveOf('R3')).toMatchObject([{ matches: true, stable: 'hotfix', differences: [] }]);
    await settled('registry.example/shop:v3');
  });

  it('adopts a variable that another client has added', async () => {
    await promote('v1');
    const { managedFields } = (await world.live()).web!.object.metadata;
    const written = Math.max(...(managedFields as readonly { readonly time: string }[]).map(({ time }) => Date.parse(time)));
    // The API server records the times of writes in whole seconds.
    await eventually(() => expect(Date.now()).toBeGreaterThan(written + 1_000));
    await set({ env: [{ name: 'ADDED', value: 'later' }] });
    const running = await template();
    await crash('R2', 'rollout');
    expect(await template()).toEqual(running);
    expect(await liveOf('R2')).toMatchObject([
      { differences: expect.arrayContaining(['spec.template.spec.containers[web].env[ADDED].value']) },
    ]);
  });

  const STRATEGIES = ['canary', 'rollout'] as const;

  it.each(STRATEGIES)('rolls back a %s to the recorded version if the pods of what runs cannot start', async (strategy) => {
    await promote('v1');
    await set({ envFrom: [{ secretRef: { name: 'absent' } }] });
    await crash('R2', strategy);
    await settled('registry.example/shop:v1');
    expect((await template()).spec.containers[0]!.envFrom).toEqual([{ configMapRef: { name: expect.stringMatching(/^settings-/) } }]);
    expect((await planOf('R2')).reason.text).toMatch(/runs, and not v1\. Its pods cannot start without Secret absent, so a rollback restores v1$/);
    expect(await world.dataOf('R2', 'TargetInspected')).toMatchObject([{ unstartable: [{ kind: 'Secret', name: 'absent' }] }]);
    expect(await world.dataOf('R2', 'StableAdopted')).toEqual([]);
  });

  it('creates the copies of an earlier version again to which kubectl rollout undo has led, if they were deleted', async () => {
    await promote('v1', 'v2');
    const maps = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE };
    for (const { metadata: { name } } of await world.cluster.list(maps)) await world.cluster.delete({ ...maps, name }, {});
    await undoTo('R1');
    await crash('R3', 'canary');
    await settled('registry.example/shop:v1');
    expect((await planOf('R3')).stable).toMatchObject({ releaseId: 'R1', imageTag: 'v1' });
  });

  it('restores the judged template if another client changes it during the promotion', async () => {
    await promote('v1');
    let changing: Promise<unknown> | undefined;
    const unwatch = world.playground.store.watch('deployments.apps', ({ object }) => {
      const isV2 = object.metadata.name === 'web' && JSON.stringify(object.spec).includes('registry.example/shop:v2');
      if (isV2) changing ??= set({ image: HOTFIX, env: [{ name: 'ADDED', value: 'later' }] });
    });
    // The strategy that Alloy uses meanwhile: otherwise the retirement restores it, and with it the whole template.
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } };
    const { objects: [web, ...others], ...bundle } = shop('v2');
    const spec = { ...(web!['spec'] as object), strategy };
    await world.request('R2', { ...bundle, objects: [{ ...web!, spec }, ...others] }, 'canary');
    expect((await world.play('R2')).status).toBe('promoted');
    unwatch();
    expect(changing).toBeDefined();
    await changing;
    await settled('registry.example/shop:v2');
    expect((await template()).spec.containers[0]!.env).toEqual([expect.objectContaining({ name: 'KEY' })]);
  });

  it('rejects the release with the changed fields if the policy refuses a changed workload', async () => {
    await world.policy({ onDrift: 'refuse' });
    await promote('v1');
    await set({ image: HOTFIX });
    await world.request('R2', shop('v2'));
    const { generation } = (await world.live()).web!.object.metadata;
    expect(await world.play('R2')).toMatchObject({
      status: 'rejected',
      reason: { code: 'stable_drifted', text: expect.stringContaining(`(changed: ${IMAGE})`) },
    });
    expect((await world.live()).web!.object.metadata.generation).toBe(generation);
    expect(await world.ledger.stable.current('shop', 'production')).toMatchObject({ imageTag: 'v1', judged: true });
  });

  it.each(STRATEGIES)('rolls back a %s to the recorded version, and says so, if the policy overwrites a change', async (strategy) => {
    await world.policy({ onDrift: 'overwrite' });
    await promote('v1');
    await set({ image: HOTFIX });
    await crash('R2', strategy);
    await settled('registry.example/shop:v1');
    expect((await planOf('R2')).reason.text).toContain(`${HOTFIX} runs, and not v1. A rollback restores v1 (onDrift: overwrite)`);
  });
});
