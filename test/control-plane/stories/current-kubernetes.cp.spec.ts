import type { Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { blockedEvents, quotaGetsRoom, quotaStays } from '../../support/blocked';
import type { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { nodeGetsRoom, nodeStaysFull } from '../../support/full-node';
import { heldPolicy, shortPolicy } from '../../support/stories';
import type { Story } from '../../support/story';
import { deployment, service, WEB } from '../../support/workload';
import { controlPlane, needsPods } from '../support/control-plane';
import { withAdmissionPolicy } from './support/admission-policy';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

/** A shift of traffic waits for draining pods for at most a quarter of its deadline. */
const drainPolicy = { ...shortPolicy, progressDeadline: 240 };
/** A short deadline, for stories that wait for the deadline. */
const hastyPolicy = { ...shortPolicy, progressDeadline: 30 };
const stage = withStage({
  sidecar: shortPolicy,
  resized: heldPolicy,
  denied: shortPolicy,
  unsigned: hastyPolicy,
  refused: shortPolicy,
  room: shortPolicy,
  full: hastyPolicy,
  crowded: { ...shortPolicy, progressDeadline: 600 },
  small: hastyPolicy,
  digit: shortPolicy,
  undecodable: shortPolicy,
  maps: shortPolicy,
  drained: drainPolicy,
});

/** The minor version of the API server, such as 37. */
async function serverMinor(api: ClusterApi): Promise<number> {
  const { minor } = await api.json<{ readonly minor: string }>({ path: '/version' });
  return Number.parseInt(minor, 10);
}

const withSidecar = (tag: string): KubeObject =>
  deployment({
    pod: {
      initContainers: [
        { name: 'migrate', image: 'registry.example.com/tools/migrate:v1' },
        { name: 'proxy', image: `registry.example.com/tools/proxy:${tag}`, restartPolicy: 'Always' },
      ],
    },
  });

async function sidecar(): Promise<void> {
  const { shop } = stage().play('sidecar');
  expect(await shop.release('v1', { deployment: withSidecar('v1') })).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  expect(await shop.release('v2', { deployment: withSidecar('v2-crash') })).toMatchObject({
    status: 'rolledBack',
    reason: { code: 'crash_loop', text: expect.stringContaining('container proxy keeps crashing') },
  });
  await shop.onlyRuns('v1');
  await stage().prove('sidecar');
}

async function resized(): Promise<void> {
  const { shop } = stage().play('resized');
  const version = { deployment: deployment({ container: { resources: { requests: { cpu: '10m' } } } }) };
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy('v2', version);
  await shop.reaches(id, 'analyse');
  for (const { name } of await shop.pods()) {
    const body = { spec: { containers: [{ name: WEB, resources: { requests: { cpu: '20m' } } }] } };
    const path = `/api/v1/namespaces/${shop.project}/pods/${name}/resize?fieldManager=vertical-pod-autoscaler`;
    expect(await stage().api.json({ method: 'PATCH', path, contentType: 'application/strategic-merge-patch+json', body })).toMatchObject({
      spec: { containers: [{ resources: { requests: { cpu: '20m' } } }] },
    });
  }
  expect(await shop.waved(id)).toMatchObject({ status: 'promoted' });
  expect(
    (await shop.events(id)).map(({ type }) => type).filter((type) => type === 'WorkloadDrifted' || type === 'WorkloadDegraded'),
  ).toEqual([]);
  await shop.onlyRuns('v2');
  await stage().prove('resized');
}

async function denied(): Promise<void> {
  const { shop } = stage().play('denied');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const expression = "!object.spec.template.spec.containers.exists(c, c.image.endsWith(':v2'))";
  await withAdmissionPolicy(
    stage().api,
    {
      namespace: shop.project,
      apiGroup: 'apps',
      resource: 'deployments',
      expression,
      message: 'v2 is not signed',
      denied: deployment({ image: 'shop:v2' }),
    },
    async (name) => {
      const text = expect.stringContaining(`ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: v2 is not signed`);
      expect(await shop.release('v2')).toMatchObject({ status: 'rejected', reason: { code: 'admission_denied', text } });
      await shop.onlyRuns('v1');
      expect(await shop.release('v3')).toMatchObject({ status: 'promoted' });
    },
  );
  await stage().prove('denied');
}

/** The policy denies the pods of the ReplicaSet's controller, not a write of Alloy. */
async function podsDenied(): Promise<void> {
  const { shop } = stage().play('unsigned');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unsigned' }, spec: { containers: [{ name: WEB, image: 'shop:v2' }] } };
  const expression = "!object.spec.containers.exists(c, c.image.endsWith(':v2'))";
  await withAdmissionPolicy(
    stage().api,
    { namespace: shop.project, apiGroup: '', resource: 'pods', expression, message: 'v2 is not signed', denied: pod },
    async (name) => {
      const detail = `ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: v2 is not signed`;
      const id = await shop.deploy('v2');
      expect(await shop.ended(id)).toMatchObject({
        status: 'rolledBack',
        reason: { code: 'admission_denied', text: expect.stringContaining(`pods can't be created: ${detail}`) },
      });
      expect(await blockedEvents(shop, id)).toMatchObject([
        { type: 'WorkloadBlocked', data: { track: 'canary', ready: 0, cause: 'AdmissionDenied', detail } },
      ]);
      await shop.onlyRuns('v1');
    },
  );
  await stage().prove('unsigned');
}

/**
 * The policy denies scaling up the stable version, which is the first write of a rollback of a canary. Alloy then
 * deletes the bad canary although that breaks P1 (ADR 29), so the observer does not judge this story.
 */
async function rollbackDenied(): Promise<void> {
  const { shop } = stage().play('refused');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: WEB, namespace: shop.project }, spec: { replicas: 2 } };
  const options = {
    namespace: shop.project,
    apiGroup: 'apps',
    resource: 'deployments/scale',
    expression: `object.metadata.name != '${WEB}' || object.spec.replicas < 2`,
    message: 'one pod is enough',
    denied: scale,
  } as const;
  let id = '';
  await withAdmissionPolicy(stage().api, options, async (name) => {
    id = await shop.deploy('v2-errors');
    const text = expect.stringMatching(new RegExp(`'${name}' denied request: one pod is enough.*rolled back because`));
    expect(await shop.ended(id)).toMatchObject({
      status: 'stuck',
      reason: { code: 'admission_denied', text, evidence: { rollback: 'error_rate' } },
    });
    await eventually(
      async () => expect((await shop.pods()).map(({ tag, ready }) => ({ tag, ready }))).toEqual([{ tag: 'v1', ready: true }]),
      { timeoutMs: 60_000 },
    );
    expect(await shop.look(id)).toMatchObject({ status: 'stuck' });
  });
  expect(await shop.until(id, ({ status }) => status === 'rolledBack')).toMatchObject({ reason: { code: 'error_rate' } });
  await shop.onlyRuns('v1');
  expect(
    (await shop.events(id))
      .filter(({ family }) => family === 'decision')
      .map(({ type }) => type)
      .slice(-3),
  ).toEqual(['RollbackDecided', 'ReleaseStuck', 'ReleaseRolledBack']);
}

async function blocked(lane: 'room' | 'full' | 'crowded' | 'small', story: (shop: Story) => Promise<void>): Promise<void> {
  await story(stage().play(lane).shop);
  await stage().prove(lane);
}

/** Kubernetes 1.36 and newer accept a Service whose name begins with a digit. */
async function digit(): Promise<void> {
  const { shop } = stage().play('digit');
  const web = service();
  const release = await shop.release('v1', { service: { ...web, metadata: { ...web.metadata, name: '1-web' } } });
  if ((await serverMinor(stage().api)) >= 36) {
    expect(release).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v1');
  } else {
    const text = expect.stringContaining('metadata.name');
    expect(release).toMatchObject({ status: 'rejected', reason: { code: 'invalid_object', text } });
  }
}

/** If an API server cannot decode the result of a patch, it responds with 500, as for its internal errors. */
async function undecodable(): Promise<void> {
  const { shop } = stage().play('undecodable');
  const hpa = (averageValue: string): KubeObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: WEB },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue } } }],
    },
  });
  expect(await shop.release('v1', { more: { hpa: hpa('100m') } })).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const text = expect.stringMatching(/HorizontalPodAutoscaler.*failed to convert new object/i);
  expect(await shop.release('v2', { more: { hpa: hpa('plenty') } })).toMatchObject({
    status: 'rejected',
    reason: { code: 'invalid_object', text },
  });
  // Nothing was written.
  expect(stage().requests.filter(({ namespace, status }) => namespace === shop.project && status >= 500)).toEqual([]);
  await shop.onlyRuns('v1');
  expect(await shop.release('v3', { more: { hpa: hpa('100m') } })).toMatchObject({ status: 'promoted' });
  await stage().prove('undecodable');
}

/** A manager that applies an empty map with force owns the whole map, and every other manager gets 409. */
async function emptyMaps(): Promise<void> {
  const { shop } = stage().play('maps');
  const made = deployment() as Deployment;
  const empty = { labels: {}, annotations: {} };
  const version = {
    deployment: {
      ...made,
      metadata: { ...made.metadata, ...empty },
      spec: { ...made.spec, template: { ...made.spec.template, metadata: { ...made.spec.template.metadata, annotations: {} } } },
    } as KubeObject,
  };
  for (const tag of ['v1', 'v2']) expect(await shop.release(tag, version)).toMatchObject({ status: 'promoted' });
  const fields = { labels: { team: 'shop' }, annotations: { 'example.com/team': 'shop' } };
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: WEB, ...fields },
    spec: { template: { metadata: { annotations: fields.annotations } } },
  };
  const path = `/apis/apps/v1/namespaces/${shop.project}/deployments/${WEB}?fieldManager=gitops`;
  expect(await stage().api.json({ method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body })).toMatchObject({
    metadata: fields,
  });
  await shop.onlyRuns('v2');
  await stage().prove('maps');
}

/** Deleted stable pods stay while they have a finalizer; Kubernetes 1.35 and newer count them in the status. */
async function drained(): Promise<void> {
  const { shop } = stage().play('drained');
  const version = { deployment: deployment({ pod: { terminationGracePeriodSeconds: 60 } }) };
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const pods = (await shop.pods()).map(({ name }) => `/api/v1/namespaces/${shop.project}/pods/${name}`);
  const hold = (path: string, finalizers: readonly string[]) =>
    stage().api.send({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: { metadata: { finalizers } } });
  for (const path of pods) expect((await hold(path, ['example.com/held'])).status).toBe(200);
  const id = await shop.deploy('v2', version);
  const terminating = (await serverMinor(stage().api)) >= 35 ? 1 : undefined;
  const scaled = expect.objectContaining({ replicas: 1, ...(terminating && { terminatingReplicas: terminating }) });
  await eventually(async () => expect((await shop.get<KubeObject & { readonly status: object }>('Deployment')).status).toEqual(scaled), {
    timeoutMs: 60_000,
  });
  expect(await shop.look(id)).toMatchObject({ status: 'releasing', step: { kind: 'shiftTraffic' } });
  const until = Date.now();
  for (const path of pods) await hold(path, []);
  await shop.hasReached(id, 'analyse');
  const shifted = (await shop.events(id)).find(({ type }) => type === 'TrafficShifted');
  expect(Date.parse(shifted!.occurredAt)).toBeGreaterThanOrEqual(until);
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2');
  await stage().prove('drained');
}

needsPods('on a current version of Kubernetes', () => {
  sideBySide({
    'a canary whose sidecar crashes is rolled back as a crash loop': sidecar,
    'an in-place resize of pods causes neither drift nor a degraded workload': resized,
    'a release that a ValidatingAdmissionPolicy denies is rejected, with a reason that names the policy': denied,
    'a release whose pods a ValidatingAdmissionPolicy denies waits until its deadline, with a reason that names the policy': podsDenied,
    'a release whose rollback is denied is stuck without its bad canary, and is rolled back once the policy is gone': rollbackDenied,
    'a release whose pods exceed a ResourceQuota continues once the quota has room': () => blocked('room', quotaGetsRoom),
    'a release whose pods exceed a ResourceQuota until its deadline is rolled back with that reason': () => blocked('full', quotaStays),
    'a release whose canary fits on no node says so, and continues once another pod has made room': () => blocked('crowded', nodeGetsRoom),
    'a release whose canary fits on no node until its deadline is rolled back with that reason': () => blocked('small', nodeStaysFull),
    'a Service whose name begins with a digit is accepted from 1.36 on, and before that refused with the name of the field': digit,
    'a release with an object that the API server cannot decode is rejected, and the executor writes nothing': undecodable,
    'empty labels and annotations in a manifest do not prevent other managers from setting them': emptyMaps,
    'a shift of traffic is complete once the removed stable pods have drained': drained,
  });

  it('releases need only EndpointSlices: the cluster has no core/v1 Endpoints, and users reach stable and canary', async () => {
    const { project } = stage().play('maps').shop;
    expect(await stage().api.json({ path: `/api/v1/namespaces/${project}/endpoints` })).toMatchObject({ items: [] });
    expect(await stage().api.json({ path: `/apis/discovery.k8s.io/v1/namespaces/${project}/endpointslices` })).toMatchObject({
      items: [{ metadata: { labels: { 'kubernetes.io/service-name': WEB } } }],
    });
    const { services } = await controlPlane().takeTraffic();
    const reached = services
      .filter(({ service: name, requests, failed }) => name === `${project}/${WEB}` && requests > 0 && failed === 0)
      .map(({ track }) => track);
    expect([...new Set(reached)].sort()).toEqual(['canary', 'stable']);
  });
});
