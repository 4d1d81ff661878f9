import type { KubeObject } from '@alloy/contracts';
import type { Live, LiveWorkload } from '../../live';
import { byKey } from '../../live';
import { sharedOf } from '../../shared';
import { bundleOf, configMap, deployment, nameHash, service } from '../../testing/fixtures';
import { plannedWrites, type PlanInput } from './planned-writes';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
const nothing: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
const workload = (object = deployment('shop:v1', 3), replicas = 3): LiveWorkload => ({
  object, replicas, pods: replicas, ready: replicas, draining: 0, byRelease: [{ release: 'R1', pods: replicas, ready: replicas }],
});
const planned = (live: Partial<Live> = {}, over: Partial<PlanInput> = {}) =>
  plannedWrites({ bundle: bundleOf('v2'), live: { ...nothing, ...live }, owner, wantsCanary: true, namespace: 'shop', nameHash, ...over });
const names = (...args: Parameters<typeof planned>) =>
  planned(...args).map(({ object, live }) => `${live ? 'change' : 'create'} ${object.kind} ${object.metadata.name}`);

describe('plannedWrites', () => {
  it('creates the Deployment without pods, the shared objects and the copies if nothing exists', () => {
    expect(names()).toEqual([
      'create Deployment web', 'create Service web', 'create ConfigMap settings', 'create Secret keys',
      expect.stringMatching(/^create ConfigMap settings-\w{10}$/), expect.stringMatching(/^create Secret keys-\w{10}$/),
    ]);
    expect(planned()[0]!.object).toMatchObject({ metadata: { namespace: 'shop' }, spec: { replicas: 0 } });
  });

  it('changes the Deployment without its replicas, and creates the canary without pods', () => {
    const writes = planned({ web: workload() });
    expect(writes.slice(0, 2).map(({ object, live }) => [object.metadata.name, live?.metadata.name])).toEqual([
      ['web', 'web'], ['web-canary', undefined],
    ]);
    expect(writes[0]!.object['spec']).not.toHaveProperty('replicas');
    expect(writes[1]!.object).toMatchObject({ spec: { replicas: 0 } });
  });

  it.each<[string, Partial<Live>, Partial<PlanInput>]>([
    ['the release is no canary', { web: workload() }, { wantsCanary: false }],
    ['no pods are to be compared with', { web: workload(undefined, 0) }, {}],
    ['one was left by an earlier release', { web: workload(), canary: workload() }, {}],
  ])('has no canary if %s', (_what, live, over) => expect(names(live, over)).not.toContain('create Deployment web-canary'));

  it('changes the shared objects that have another content, and creates the absent copies', () => {
    const same: KubeObject = sharedOf(service, 'shop', owner, nameHash).object;
    const [copy] = planned().map(({ object }) => object).slice(-1) as [KubeObject];
    expect(names({ shared: byKey([same, configMap('v1')]), copies: byKey([copy]) })).toEqual([
      'create Deployment web', 'change ConfigMap settings', 'create Secret keys', expect.stringMatching(/^create ConfigMap settings-/),
    ]);
  });

  it('leaves out a claim, which is only created, and a Job that exists, which is replaced', () => {
    const claim: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: {} };
    const spec = { template: { spec: { containers: [{ name: 'job', image: 'a' }] } } };
    const job: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate' }, spec };
    const { workload: name, objects } = bundleOf('v2');
    const bundle = { workload: name, objects: [...objects, claim, job] };
    expect(names({}, { bundle })).toContain('create Job migrate');
    expect(names({ shared: byKey([job]) }, { bundle }).join()).not.toMatch(/Claim|Job/);
    expect(names({}, { bundle }).join()).not.toContain('Claim');
  });
});
