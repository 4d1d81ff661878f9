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

/** As a person does it. */
const byHand = async (lane: Lane, args: readonly string[], input?: KubeObject): Promise<void> => {
  await kubectl().output(['--namespace', stage().play(lane).shop.project, ...args], input && JSON.stringify(input));
};

/** A Deployment as somebody had it before Alloy came, with a variable that Alloy's manifest does not have. */
async function byKubectl(lane: Lane): Promise<void> {
  await byHand(
    lane,
    ['apply', '-f', '-'],
    deployment({ image: 'registry.example.com/shop/web:v0', container: { env: [{ name: 'LEGACY', value: 'on' }] } }),
  );
  await byHand(lane, ['apply', '-f', '-'], service());
  await stage().play(lane).shop.onlyRuns('v0');
}

async function adopted(): Promise<void> {
  const { shop } = stage().play('adopted');
  await byKubectl('adopted');
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
  await byKubectl('restored');
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

/** Of all that the release was told of what others changed. */
async function drifts(lane: Lane, id: string): Promise<ReadonlyArray<Payloads['WorkloadDrifted']>> {
  const events = await stage().play(lane).shop.events(id);
  return events.flatMap(({ type, data }) => (type === 'WorkloadDrifted' ? [data as Payloads['WorkloadDrifted']] : []));
}

/** Starts a canary over four pods, and meddles while it is observed; gives the release. */
async function meddledWith(lane: Lane, meddle: () => Promise<void>): Promise<string> {
  const { shop } = stage().play(lane);
  const four = { deployment: deployment({ replicas: 4 }), service: service(120) };
  if ((await shop.names('Deployment')).length === 0) expect(await shop.release('v1', four)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 4);
  const id = await shop.deploy('v2', four);
  await shop.reaches(id, 'analyse');
  await meddle();
  await eventually(async () => expect((await drifts(lane, id)).length).toBeGreaterThan(0));
  return id;
}

/** How often Alloy set the number of stable's pods. */
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
  const id = await meddledWith('scaled', () => byHand('scaled', ['scale', 'deployment', WEB, '--replicas=3']));
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
  const id = await meddledWith('edited', async () => {
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
  expect(spec.template.metadata.annotations).toMatchObject({ 'example.com/by': 'gitops' });
  await stage().prove('edited');
}

/** The cluster's own autoscaler: without metrics it holds the number of pods within its bounds. */
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
  const id = await meddledWith(lane, async () => {
    await stage().api.json({
      method: 'PATCH',
      path: `${path}/${WEB}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { maxReplicas: 3 } },
    });
  });
  expect(await shop.splits(id)).toEqual([{ canary: 2, stable: 4 }]);
  const before = scalings(lane);
  expect(await shop.waved(id)).toMatchObject({ ...promoted, plan: { replicas: 4 } });
  await shop.onlyRuns('v2', 3);
  expect(scalings(lane) - before).toBeLessThanOrEqual(3);
  await stage().prove(lane);
}

/** Of a version that ingest accepts and no server serves any more since 1.25. */
async function unserved(): Promise<void> {
  const { shop } = stage().play('unserved');
  const version = 'autoscaling/v2beta1';
  const hpa = {
    apiVersion: version,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: WEB },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB }, maxReplicas: 4 },
  };
  const text = expect.stringContaining(`knows no HorizontalPodAutoscaler of ${version}`);
  expect(await shop.release('v1', { more: { hpa } })).toMatchObject({ status: 'failed', reason: { code: 'invalid_object', text } });
  expect(await shop.release('v2', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2');
}

needsPods('a Deployment that kubectl apply made', () => {
  sideBySide({
    'is adopted without a restart, and nothing is left of it that the new manifest dropped': adopted,
    'is as it was, pod by pod, if the first canary over it is bad': restored,
  });
});

needsPods('a manifest of an API version that the API server does not serve', () => {
  it('is refused, and the next release goes through', unserved);
});

needsPods('what others change while a release runs is told and not fought', () => {
  sideBySide({
    'by kubectl scale': scaled,
    'by a server-side apply': edited,
    'by the autoscaler, which scales in': autoscaled,
  });
});
