import { ENVIRONMENT_LABEL } from '@alloy/contracts';
import type { KubeObject } from '@alloy/contracts';
import { inspect, type InspectInput } from './inspect';
import type { Deployment } from '../json';
import type { Live, LiveWorkload } from '../live';
import { byKey } from '../live';
import { bundleOf, configMap, deployment, service } from '../testing/fixtures';

const owner = { project: 'shop', environment: 'production', releaseId: 'R1', fence: { installation: 'alloy', slot: 1, version: 0 } };
const workload = (object: Deployment, over: Partial<LiveWorkload> = {}): LiveWorkload => ({
  object,
  replicas: 3,
  pods: 3,
  ready: 2,
  draining: 0,
  byRelease: [{ release: null, pods: 3, ready: 2 }],
  ...over,
});
const nothing: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
function inspectLive(live: Partial<Live>, over: Partial<InspectInput> = {}) {
  const { inspected, adopted } = inspect({
    bundle: bundleOf('v1'), live: { ...nothing, ...live }, owner, wantsCanary: false, hasStable: false, ...over,
  });
  return { inspected, adopted: adopted as Exclude<typeof adopted, string> };
}
const owned = <T extends KubeObject>(object: T, fence: string, project = 'shop'): T => ({
  ...object,
  metadata: {
    ...object.metadata,
    labels: { ...object.metadata.labels, 'alloy.dev/project': project },
    annotations: { 'alloy.dev/fence': fence },
  },
});
const found = deployment('registry.example:5000/shop:v0', 3);

describe('inspect', () => {
  it('reports that nothing exists if nothing runs', () => {
    expect(inspectLive({})).toEqual({
      inspected: { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null },
      adopted: null,
    });
  });

  it('adopts an unowned workload as the version to roll back to, without the fields that the server filled in', () => {
    const served = {
      ...found,
      status: { replicas: 3 },
      metadata: {
        ...found.metadata,
        uid: 'u',
        resourceVersion: '7',
        managedFields: [],
        annotations: { 'deployment.kubernetes.io/revision': '4', team: 'a' },
      },
    } as Deployment;
    const { inspected, adopted } = inspectLive({ web: workload(served), shared: byKey([service, configMap('v0')]), hpa: { max: 10 } });
    const autoscaler = { kind: 'HorizontalPodAutoscaler', name: 'web', max: 10, measures: 'allPods' };
    expect(inspected).toEqual({ exists: true, replicas: 3, ready: 2, owner: 'unowned', hpa: true, autoscaler, refusal: null });
    expect(adopted?.image).toBe('registry.example:5000/shop:v0');
    expect(adopted?.bundle.objects[0]).toEqual({ ...found, metadata: { ...found.metadata, annotations: { team: 'a' } } });
    expect(adopted?.bundle.objects).toHaveLength(3);
  });

  it('reports whether Alloy itself, and no other client, has set 0 pods', () => {
    const setBy = (replicas: number, ...managers: readonly string[]) => {
      const managedFields = managers.map((manager) => ({
        manager, operation: 'Update', apiVersion: 'apps/v1', fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      }));
      const web = deployment('shop:v0', replicas);
      const object = { ...web, metadata: { ...web.metadata, managedFields } } as Deployment;
      return inspectLive({ web: workload(object, { replicas }) }).inspected.isUnscaled;
    };
    expect([setBy(0, 'alloy-create'), setBy(0, 'alloy-scale')]).toEqual([true, true]);
    expect([setBy(0, 'kubectl'), setBy(0, 'alloy-create', 'keda'), setBy(0), setBy(2, 'alloy-scale')]).toEqual(Array(4).fill(undefined));
  });

  it('reports an autoscaler that the bundle contains', () => {
    const autoscaler = (name: string) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec: { scaleTargetRef: { kind: 'Deployment', name }, maxReplicas: 2 },
    });
    const bundle = bundleOf('v1');
    const withOne = (name: string) =>
      inspectLive({}, { bundle: { ...bundle, objects: [...bundle.objects, autoscaler(name)] } }).inspected.hpa;
    expect([withOne(bundle.workload), withOne('other')]).toEqual([true, false]);
  });

  it('adopts nothing if Alloy has recorded a stable version, or has released what runs', () => {
    expect(inspectLive({ web: workload(found) }, { hasStable: true }).adopted).toBeNull();
    const released = deployment('shop:v1', 3, {
      template: { ...found.spec.template, metadata: { labels: { app: 'web', 'alloy.dev/release': 'R0' } } },
    });
    const { inspected, adopted } = inspectLive({ web: workload(owned(released, 'alloy/1/9')) });
    expect([inspected.owner, adopted]).toEqual(['alloy', null]);
  });

  it.each([
    ['another installation', { web: workload(owned(found, 'other/1/1')) }, {}, 'foreign_owner'],
    ['another project', { web: workload(owned(found, 'alloy/1/1', 'bank')) }, {}, 'foreign_owner'],
    [
      'another environment of the same project',
      { web: workload(owned({ ...found, metadata: { ...found.metadata, labels: { [ENVIRONMENT_LABEL]: 'staging' } } }, 'alloy/1/1')) },
      {},
      'foreign_owner',
    ],
    ['a web-canary that Alloy did not create', { canary: workload(deployment('shop:x')) }, {}, 'foreign_owner'],
    ['a Service of another project', { shared: byKey([owned(service, 'alloy/1/1', 'bank')]) }, {}, 'foreign_owner'],
    [
      'another selector',
      { web: workload(deployment('shop:v0', 3, { selector: { matchLabels: { app: 'old' } } })) },
      {},
      'selector_immutable',
    ],
    [
      'Recreate for a canary',
      { web: workload(deployment('shop:v0', 3, { strategy: { type: 'Recreate' } })) },
      { wantsCanary: true },
      'strategy_unsupported',
    ],
    [
      'a Service with another selector',
      { web: workload(found), shared: byKey([{ ...service, spec: { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 8080 }] } }]) },
      {},
      'service_change_needs_blue_green',
    ],
    [
      'a Service with another targetPort',
      { web: workload(found), shared: byKey([{ ...service, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }]) },
      {},
      'service_change_needs_blue_green',
    ],
  ] as const)('refuses %s', (_what, live, over, code) => {
    const { inspected, adopted } = inspectLive(live, over);
    expect([inspected.refusal?.code, adopted]).toEqual([code, null]);
  });

  it('refuses bounds or steps of a rollout for the strategy Recreate, and records the surge of the manifest for steps', () => {
    const steps = [{ setWeight: 50 }];
    const refused = { workload: 'web', objects: [deployment('shop:v1', 3, { strategy: { type: 'Recreate' } })] };
    expect(inspectLive({ web: workload(found) }, { bundle: refused, rollout: { maxSurge: 1 } }).inspected.refusal).toEqual({
      code: 'strategy_unsupported',
      text: 'Deployment web has the strategy Recreate, which ends all pods at once; `rollout` of the policy is for RollingUpdate',
    });
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '40%' } };
    const bundle = { workload: 'web', objects: [deployment('shop:v1', 3, { strategy })] };
    const surge = (over: Partial<InspectInput>) => inspectLive({ web: workload(found) }, { bundle, ...over }).inspected.maxSurge;
    expect([surge({ rollout: { steps } }), surge({ rollout: { maxSurge: 1 } }), surge({})]).toEqual(['40%', undefined, undefined]);
  });

  it('adopts a Deployment in which a rollout has stopped as its manifest would have it', () => {
    const spec = { minReadySeconds: 2 ** 31 - 2, progressDeadlineSeconds: 2 ** 31 - 1, strategy: { type: 'RollingUpdate' } };
    const { adopted } = inspectLive({ web: workload(deployment('shop:v0', 3, spec)) });
    expect(Object.keys(adopted!.bundle.objects[0]!['spec'] as object)).not.toEqual(expect.arrayContaining(['minReadySeconds']));
  });

  it('accepts a Service with an additional port, and a rollout with the strategy Recreate', () => {
    const more = { ...service, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: '8080' }, { port: 81 }] } };
    expect(inspectLive({ web: workload(found), shared: byKey([more]) }).inspected.refusal).toBeNull();
    expect(inspectLive({ web: workload(deployment('shop:v0', 3, { strategy: { type: 'Recreate' } })) }).inspected.refusal).toBeNull();
  });

  const canaryOfAlloy = workload(owned(deployment('shop:x'), 'alloy/1/1'));
  it.each<[string, Partial<Live>, Partial<InspectInput>, string]>([
    [
      'web of another installation',
      { web: workload(owned(found, 'other/1/1')) },
      {},
      'Deployment web belongs to another installation or project',
    ],
    [
      'a canary of another installation',
      { canary: workload(owned(deployment('shop:x'), 'other/1/1')) },
      {},
      'Deployment web belongs to another installation or project',
    ],
    [
      'a Service of another project',
      { shared: byKey([owned(service, 'alloy/1/1', 'bank')]) },
      {},
      'Service web belongs to another installation or project',
    ],
    [
      'another selector',
      { web: workload(deployment('shop:v0', 3, { selector: { matchLabels: { app: 'old' } } })) },
      {},
      'Deployment web runs with another selector, and Kubernetes does not allow changing a selector',
    ],
    [
      'Recreate for a canary',
      { web: workload(deployment('shop:v0', 3, { strategy: { type: 'Recreate' } })) },
      { wantsCanary: true },
      "Deployment web has the strategy Recreate, which can't be released as a canary or by blueGreen",
    ],
    [
      'Recreate in the bundle for a canary',
      {},
      { wantsCanary: true, bundle: { workload: 'web', objects: [deployment('shop:v1', 3, { strategy: { type: 'Recreate' } })] } },
      "Deployment web has the strategy Recreate, which can't be released as a canary or by blueGreen",
    ],
    [
      'a Service with another selector',
      { web: workload(found), shared: byKey([{ ...service, spec: { selector: { app: 'x' } } }]) },
      {},
      'Service web would get another selector or targetPort, before the pods of the new version are ready: add a Service or a port, and remove the old one in a later release',
    ],
  ])('names the object and the reason in the refusal of %s', (_, live, over, text) =>
    expect(inspectLive(live, over).inspected.refusal?.text).toBe(text),
  );

  it.each<[string, Partial<Live>, Partial<InspectInput>]>([
    ['a canary that Alloy created', { web: workload(found), canary: canaryOfAlloy }, {}],
    ['a RollingUpdate for a canary', { web: workload(found) }, { wantsCanary: true }],
    ['a Service of a workload that does not run', { shared: byKey([{ ...service, spec: { selector: { app: 'x' } } }]) }, {}],
    ['a ConfigMap with another content', { web: workload(found), shared: byKey([configMap('v0')]) }, {}],
  ])('refuses nothing for %s', (_, live, over) => expect(inspectLive(live, over).inspected.refusal).toBeNull());

  it.each<[string, unknown, unknown, boolean]>([
    [
      'the same',
      { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
      { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
      false,
    ],
    ['a targetPort as a string', { ports: [{ port: 80, targetPort: '8080' }] }, { ports: [{ port: 80, targetPort: 8080 }] }, false],
    ['no targetPort, which is the port', { ports: [{ port: 80 }] }, { ports: [{ port: 80, targetPort: 80 }] }, false],
    ['a targetPort that is the port, left out', { ports: [{ port: 80, targetPort: 80 }] }, { ports: [{ port: 80 }] }, false],
    ['a named targetPort', { ports: [{ port: 80, targetPort: 'http' }] }, { ports: [{ port: 80, targetPort: 'web' }] }, true],
    ['one of two ports', { ports: [{ port: 80 }, { port: 81 }] }, { ports: [{ port: 80 }, { port: 81, targetPort: 90 }] }, true],
    ['a new port', { ports: [{ port: 80 }] }, { ports: [{ port: 80 }, { port: 81, targetPort: 90 }] }, false],
    ['a removed port', { ports: [{ port: 80 }, { port: 81 }] }, { ports: [{ port: 80 }] }, false],
    ['no ports', {}, {}, false],
    ['no spec', undefined, undefined, false],
    ['no selector, as of an external name', { ports: [{ port: 80 }] }, { selector: {}, ports: [{ port: 80 }] }, false],
    ['a removed selector', { selector: { app: 'web' } }, {}, true],
  ])('decides whether a change of a Service moves its traffic: %s', (_, live, asked, isRerouted) => {
    const of = (spec: unknown) =>
      ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, ...(spec !== undefined && { spec }) }) as KubeObject;
    const bundle = { workload: 'web', objects: [deployment('shop:v1'), of(asked)] };
    expect(inspectLive({ web: workload(found), shared: byKey([of(live)]) }, { bundle }).inspected.refusal?.code).toBe(
      isRerouted ? 'service_change_needs_blue_green' : undefined,
    );
  });

  it('adopts a Deployment and its objects without the labels, annotations and fields of Alloy, kubectl and the server', () => {
    const annotations = {
      team: 'a',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'deployment.kubernetes.io/revision': '4',
      'alloy.dev/digest': 'x',
    };
    const labels = { app: 'web', 'alloy.dev/environment': 'production' };
    const live = {
      ...found,
      status: { replicas: 3 },
      metadata: { name: 'web', namespace: 'shop', uid: 'u', generation: 4, labels, annotations },
    } as Deployment;
    const bare = { ...configMap('v0'), metadata: { name: 'settings' } };
    const { adopted } = inspectLive({ web: workload(live), shared: byKey([bare]) });
    expect(adopted?.bundle).toEqual({
      workload: 'web',
      objects: [{ ...found, metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: { team: 'a' } } }, bare],
    });
  });

  describe('a workload that was handed back, whose pods still have the labels of a release', () => {
    const labels = { app: 'web', 'alloy.dev/project': 'shop', 'alloy.dev/release': 'R7', 'alloy.dev/track': 'stable' };
    const labelled = (more: object = {}): Deployment => {
      const { template } = found.spec;
      return { ...found, spec: { ...found.spec, template: { ...template, metadata: { labels: { ...labels, ...more } } } } };
    };

    it('is adopted as a version of that release, so that a rollback restarts no pod', () => {
      const { adopted } = inspectLive({ web: workload(labelled()) });
      expect(adopted).toMatchObject({ release: 'R7', image: 'registry.example:5000/shop:v0' });
      expect((adopted?.bundle.objects[0] as Deployment).spec.template.metadata?.labels).toEqual({ app: 'web' });
    });

    it('is adopted without a release if the labels are of another project', () =>
      expect(inspectLive({ web: workload(labelled({ 'alloy.dev/project': 'other' })) }).adopted).toMatchObject({ release: null }));

    it('is not adopted if Alloy still owns it, since its first release left it', () =>
      expect(inspectLive({ web: workload(owned(labelled(), 'alloy/1/3')) }).adopted).toBeNull());
  });

  it.each<[string, string[], string]>([
    ['of the container with the name that the bundle has', ['sidecar', 'web'], 'image-web'],
    ['of the first container if none has that name', ['main', 'sidecar'], 'image-main'],
  ])('adopts the image %s', (_, names, image) => {
    const live = deployment('x', 3, { template: { spec: { containers: names.map((name) => ({ name, image: `image-${name}` })) } } });
    expect(inspectLive({ web: workload(live) }).adopted?.image).toBe(image);
  });

  it('adopts an empty image if the container names none', () =>
    expect(
      inspectLive({ web: workload(deployment('x', 3, { template: { spec: { containers: [{ name: 'web' }] } } })) }).adopted?.image,
    ).toBe(''));
  it('adopts nothing if it refuses the release', () =>
    expect(
      inspectLive(
        { web: workload(found) },
        { wantsCanary: true, bundle: { workload: 'web', objects: [deployment('shop:v1', 3, { strategy: { type: 'Recreate' } })] } },
      ).adopted,
    ).toBeNull());
});
