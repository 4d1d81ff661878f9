import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { eventually } from '../../support/eventually';
import { heldPolicy } from '../../support/stories';
import { deployment, service, WEB } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { withKubectl } from '../support/kubectl';
import { withStage } from './support/stage';
import { sideBySide } from './support/side-by-side';

const stage = withStage({
  adopted: heldPolicy,
  restored: heldPolicy,
  autoscaled: heldPolicy,
  scaled: heldPolicy,
  edited: heldPolicy,
  unserved: heldPolicy,
});
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];
type Found = KubeObject & {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: ReadonlyArray<{ readonly image: string; readonly env?: unknown }> } };
  };
};

const promoted = { status: 'promoted', reason: expect.objectContaining({ code: 'all_steps_done' }) };

const kubectl = withKubectl();

/** Runs kubectl, as a user does. */
const withKubectlIn = async (lane: Lane, args: readonly string[], input?: KubeObject): Promise<void> => {
  await kubectl().output(['--namespace', stage().play(lane).shop.project, ...args], input && JSON.stringify(input));
};

/**
 * Creates a Deployment with kubectl before the first release, with a variable that the release's manifest does not
 * have.
 */
async function createByKubectl(lane: Lane): Promise<void> {
  await withKubectlIn(
    lane,
    ['apply', '-f', '-'],
    deployment({ image: 'registry.example.com/shop/web:v0', container: { env: [{ name: 'LEGACY', value: 'on' }] } }),
  );
  await withKubectlIn(lane, ['apply', '-f', '-'], service());
  await stage().play(lane).shop.onlyRuns('v0');
}

async function adopted(): Promise<void> {
  const { shop } = stage().play('adopted');
  await createByKubectl('adopted');
  const before = await shop.pods();
  const id = await shop.deploy('v1', { strategy: 'canary' });
  await shop.reaches(id, 'analyse');
  const kept = (await shop.pods()).filter(({ tag }) => tag === 'v0');
  expect(kept.length).toBeGreaterThan(0);
  expect(before.map(({ uid }) => uid)).toEqual(expect.arrayContaining(kept.map(({ uid }) => uid)));
  expect(await shop.waved(id)).toMatchObject({ ...promoted, strategy: 'canary', stable: { releaseId: null, imageTag: 'v0' } });
  await shop.onlyRuns('v1');
  expect((await shop.get<Found>('Deployment')).spec.template.spec.containers[0]!.env ?? []).toEqual([]);
  await stage().prove('adopted');
}

async function restored(): Promise<void> {
  const { shop } = stage().play('restored');
  await createByKubectl('restored');
  const [{ spec }, before] = [await shop.get<Found>('Deployment'), await shop.pods()];
  expect(await shop.release('v1-crash', { strategy: 'canary' })).toMatchObject({
    status: 'rolledBack',
    stable: { releaseId: null, imageTag: 'v0' },
    reason: { code: 'crash_loop' },
  });
  await shop.onlyRuns('v0');
  expect((await shop.get<Found>('Deployment')).spec.template).toEqual(spec.template);
  expect((await shop.pods()).map(({ uid }) => uid).sort()).toEqual(before.map(({ uid }) => uid).sort());
  await stage().prove('restored');
}

/** The drift events of the release. */
async function drifts(lane: Lane, id: string): Promise<ReadonlyArray<Payloads['WorkloadDrifted']>> {
  const events = await stage().play(lane).shop.events(id);
  return events.flatMap(({ type, data }) => (type === 'WorkloadDrifted' ? [data as Payloads['WorkloadDrifted']] : []));
}

/**
 * Starts a canary with four pods, lets another client change it during the analysis, and waits for the finding; returns
 * the release's id.
 */
async function changedByOthers(
  lane: Lane, change: () => Promise<void>, finding: 'WorkloadDrifted' | 'StableScaled' = 'WorkloadDrifted',
): Promise<string> {
  const { shop } = stage().play(lane);
  const four = { deployment: deployment({ replicas: 4 }), service: service(120) };
  if ((await shop.names('Deployment')).length === 0) expect(await shop.release('v1', four)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 4);
  const id = await shop.deploy('v2', four);
  await shop.reaches(id, 'analyse');
  await change();
  await eventually(async () => expect((await shop.events(id)).map(({ type }) => type)).toContain(finding));
  return id;
}

/** How often Alloy scaled the stable Deployment. */
const scalings = (lane: Lane): number =>
  stage().requests.filter(
    ({ namespace, object, subresource, status, method }) =>
      namespace === stage().play(lane).shop.project &&
      method === 'PUT' &&
      object === `Deployment/${WEB}` &&
      subresource === 'scale' &&
      status < 300,
  ).length;

async function scaled(): Promise<void> {
  const { shop } = stage().play('scaled');
  const id = await changedByOthers('scaled', () => withKubectlIn('scaled', ['scale', 'deployment', WEB, '--replicas=3']));
  const before = scalings('scaled');
  expect(await drifts('scaled', id)).toEqual([
    expect.objectContaining({ object: { kind: 'Deployment', name: WEB }, fields: [{ path: 'spec.replicas', expected: 2, found: 3 }] }),
  ]);
  expect(await shop.waved(id)).toMatchObject(promoted);
  await shop.onlyRuns('v2', 4);
  expect(scalings('scaled') - before).toBeLessThanOrEqual(2);
  await stage().prove('scaled');
}

async function edited(): Promise<void> {
  const { shop } = stage().play('edited');
  const id = await changedByOthers('edited', async () => {
    const body = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: WEB },
      spec: { template: { metadata: { annotations: { 'example.com/by': 'gitops' } } } },
    };
    await stage().api.json({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${shop.project}/deployments/${WEB}?fieldManager=gitops`,
      contentType: 'application/apply-patch+yaml',
      body,
    });
  });
  expect(await drifts('edited', id)).toContainEqual(
    expect.objectContaining({ object: { kind: 'Deployment', name: WEB }, manager: 'gitops' }),
  );
  expect(await shop.waved(id)).toMatchObject(promoted);
  await shop.onlyRuns('v2', 4);
  const { spec } = await shop.get<
    Found & { readonly spec: { readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } } } }
  >('Deployment');
  // What was judged is what is promoted: the canary had no such annotation.
  expect(spec.template.metadata.annotations ?? {}).not.toHaveProperty(['example.com/by']);
  await stage().prove('edited');
}

/** The autoscaler of the cluster; without metrics it only keeps the number of pods within its limits. */
async function autoscaled(): Promise<void> {
  const lane = 'autoscaled';
  const { shop } = stage().play(lane);
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB },
    minReplicas: 2,
    maxReplicas: 4,
    targetCPUUtilizationPercentage: 70,
  };
  const four = { deployment: deployment({ replicas: 4 }), service: service(120) };
  expect(await shop.release('v1', four)).toMatchObject({ status: 'promoted' });
  const path = `/apis/autoscaling/v1/namespaces/${shop.project}/horizontalpodautoscalers`;
  await stage().api.json({
    method: 'POST',
    path,
    body: { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: WEB }, spec },
  });
  const id = await changedByOthers(lane, async () => {
    await stage().api.json({
      method: 'PATCH',
      path: `${path}/${WEB}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { maxReplicas: 3 } },
    });
  }, 'StableScaled');
  const scaled = (await shop.events(id)).find(({ type }) => type === 'StableScaled');
  expect(scaled!.data).toMatchObject({ from: 4, to: 3 });
  expect(await drifts(lane, id)).toEqual([]);
  expect(await shop.splits(id)).toEqual([{ canary: 2, stable: 4 }]);
  const before = scalings(lane);
  expect(await shop.waved(id)).toMatchObject({ ...promoted, plan: { replicas: 4 } });
  await shop.onlyRuns('v2', 3);
  expect(scalings(lane) - before).toBeLessThanOrEqual(3);
  await stage().prove(lane);
}

/** An API version that ingest accepts, and that no server has served since 1.25. */
async function unserved(): Promise<void> {
  const { shop } = stage().play('unserved');
  const version = 'autoscaling/v2beta1';
  const hpa = {
    apiVersion: version,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: WEB },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB }, maxReplicas: 4 },
  };
  const text = expect.stringContaining(`serves HorizontalPodAutoscaler as autoscaling/v2 and not as ${version}`);
  expect(await shop.release('v1', { more: { hpa } })).toMatchObject({ status: 'rejected', reason: { code: 'kind_not_served', text } });
  expect(await shop.release('v2', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2');
}

needsPods('a Deployment that kubectl apply created', () => {
  sideBySide({
    'is adopted without a restart, and fields that the new manifest lacks are removed': adopted,
    'keeps the same pods and the same template if the first canary is bad': restored,
  });
});

needsPods('a manifest of an API version that the API server does not serve', () => {
  it('is refused, and the next release is promoted', unserved);
});

needsPods('a change by another client during a release is recorded as drift, and reverted at most by the promotion', () => {
  sideBySide({
    'when kubectl scales the Deployment': scaled,
    'when a client applies fields server-side': edited,
    'when the autoscaler scales in': autoscaled,
  });
});
