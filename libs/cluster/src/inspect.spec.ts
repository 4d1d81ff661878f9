import { ENVIRONMENT_LABEL } from '@alloy/contracts';
import type { KubeObject } from '@alloy/contracts';
import { inspect, type InspectInput } from './inspect';
import type { Deployment } from './kube-types';
import type { Live, LiveWorkload } from './live';
import { byKey } from './live';
import { bundleOf, configMap, deployment, service } from './testing/fixtures';

const owner = { project: 'shop', environment: 'production', releaseId: 'R1', fence: { installation: 'alloy', slot: 1, version: 0 } };
const workload = (object: Deployment, over: Partial<LiveWorkload> = {}): LiveWorkload => ({ object, replicas: 3, pods: 3, ready: 2, draining: 0, byRelease: [{ release: null, pods: 3, ready: 2 }], ...over });
const nothing: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
const look = (live: Partial<Live>, over: Partial<InspectInput> = {}) =>
  inspect({ bundle: bundleOf('v1'), live: { ...nothing, ...live }, owner, wantsCanary: false, hasStable: false, ...over });
const marked = <T extends KubeObject>(object: T, fence: string, project = 'shop'): T => ({ ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'alloy.dev/project': project }, annotations: { 'alloy.dev/fence': fence } } });
const found = deployment('registry.example:5000/shop:v0', 3);

describe('inspect', () => {
  it('sees nothing where nothing runs', () => {
    expect(look({})).toEqual({ inspected: { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null }, adopted: null });
  });

  it('takes what nobody owns as the version to go back to, without what the server filled in', () => {
    const served = { ...found, status: { replicas: 3 }, metadata: { ...found.metadata, uid: 'u', resourceVersion: '7', managedFields: [], annotations: { 'deployment.kubernetes.io/revision': '4', team: 'a' } } } as Deployment;
    const { inspected, adopted } = look({ web: workload(served), shared: byKey([service, configMap('v0')]), hpa: { max: 10 } });
    expect(inspected).toEqual({ exists: true, replicas: 3, ready: 2, owner: 'unowned', hpa: true, refusal: null });
    expect(adopted?.image).toBe('registry.example:5000/shop:v0');
    expect(adopted?.bundle.objects[0]).toEqual({ ...found, metadata: { ...found.metadata, annotations: { team: 'a' } } });
    expect(adopted?.bundle.objects).toHaveLength(3);
  });

  it('knows of an autoscaler that comes with the release, too', () => {
    const autoscaler = (name: string) => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { scaleTargetRef: { kind: 'Deployment', name }, maxReplicas: 2 } });
    const bundle = bundleOf('v1');
    const withOne = (name: string) => look({}, { bundle: { ...bundle, objects: [...bundle.objects, autoscaler(name)] } }).inspected.hpa;
    expect([withOne(bundle.workload), withOne('other')]).toEqual([true, false]);
  });

  it('adopts nothing where Alloy knows a stable version, or released what runs', () => {
    expect(look({ web: workload(found) }, { hasStable: true }).adopted).toBeNull();
    const released = deployment('shop:v1', 3, { template: { ...found.spec.template, metadata: { labels: { app: 'web', 'alloy.dev/release': 'R0' } } } });
    const { inspected, adopted } = look({ web: workload(marked(released, 'alloy/1/9')) });
    expect([inspected.owner, adopted]).toEqual(['alloy', null]);
  });

  it.each([
    ['another installation', { web: workload(marked(found, 'other/1/1')) }, {}, 'foreign_owner'],
    ['another project', { web: workload(marked(found, 'alloy/1/1', 'bank')) }, {}, 'foreign_owner'],
    ['another environment of the same project', { web: workload(marked({ ...found, metadata: { ...found.metadata, labels: { [ENVIRONMENT_LABEL]: 'staging' } } }, 'alloy/1/1')) }, {}, 'foreign_owner'],
    ['somebody\'s web-canary', { canary: workload(deployment('shop:x')) }, {}, 'foreign_owner'],
    ['a Service of another project', { shared: byKey([marked(service, 'alloy/1/1', 'bank')]) }, {}, 'foreign_owner'],
    ['another selector', { web: workload(deployment('shop:v0', 3, { selector: { matchLabels: { app: 'old' } } })) }, {}, 'selector_immutable'],
    ['Recreate for a canary', { web: workload(deployment('shop:v0', 3, { strategy: { type: 'Recreate' } })) }, { wantsCanary: true }, 'strategy_unsupported'],
    ['a Service with another selector', { web: workload(found), shared: byKey([{ ...service, spec: { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 8080 }] } }]) }, {}, 'service_change_needs_blue_green'],
    ['a Service with another targetPort', { web: workload(found), shared: byKey([{ ...service, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }]) }, {}, 'service_change_needs_blue_green'],
  ] as const)('refuses %s', (_what, live, over, code) => {
    const { inspected, adopted } = look(live, over);
    expect([inspected.refusal?.code, adopted]).toEqual([code, null]);
  });

  it('lets a Service get another port, and Recreate be rolled out', () => {
    const more = { ...service, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: '8080' }, { port: 81 }] } };
    expect(look({ web: workload(found), shared: byKey([more]) }).inspected.refusal).toBeNull();
    expect(look({ web: workload(deployment('shop:v0', 3, { strategy: { type: 'Recreate' } })) }).inspected.refusal).toBeNull();
  });
});
