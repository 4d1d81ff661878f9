import { isReady } from '@alloy/cluster';
import type { Bundle, KubeObject } from '@alloy/contracts';
import { isRunning, type Payloads, type State } from '@alloy/release';
import { eventually } from '../../../test/support/eventually';
import { NAMESPACE, shop, World } from './testing/world';

const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;
const meta = (name: string) => ({ name, namespace: NAMESPACE });
const template = (app: string, tag: string, more: object = {}) => ({
  metadata: { labels: { app } },
  spec: {
    containers: [
      {
        name: app, image: `registry.example/${app}:${tag}`, ports: [{ containerPort: 8080 }],
        envFrom: [{ configMapRef: { name: 'settings' } }],
      },
    ],
    ...more,
  },
});
const workload = (kind: string, name: string, tag: string, spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind, metadata: meta(name),
  spec: { selector: { matchLabels: { app: name } }, template: template(name, tag), ...spec },
});
const job = (tag: string): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: meta('seed'),
  spec: { backoffLimit: 0, template: template('seed', tag, { restartPolicy: 'Never' }) },
});
const cronJob = (tag: string): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta('nightly'),
  spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: template('nightly', tag, { restartPolicy: 'Never' }) } } },
});
const policyOf = (port: number): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta('web'),
  spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port }] }] },
});
const claim = (size: string): KubeObject => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('data'),
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
});

/** The shop with one object of each further kind. */
const all = (tag: string, { db = tag, agent = tag, worker = tag, seed = tag, port = 8080, size = '1Gi', replicas = 2 } = {}): Bundle => {
  const { workload: web, objects } = shop(tag, 2);
  return {
    workload: web,
    objects: [
      ...objects, workload('StatefulSet', 'db', db, { serviceName: 'db', replicas }), workload('DaemonSet', 'agent', agent),
      workload('Deployment', 'worker', worker, { replicas: 2, strategy: { type: 'Recreate' } }),
      job(seed), cronJob(tag),
      policyOf(port), claim(size),
    ],
  };
};

interface Workload {
  readonly spec: { readonly replicas?: number; readonly template: { readonly spec: { readonly containers: [{
    readonly image: string; readonly envFrom: [{ readonly configMapRef: { readonly name: string } }];
  }] } } };
}

describe('objects that a release changes at promotion, on the playground', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.withExecutor();
  });
  afterEach(() => world.close());

  const found = async (kind: string, name: string, apiVersion = 'apps/v1') =>
    (await world.get(kind, name, apiVersion)) as unknown as Workload;
  const openPort = async () =>
    ((await world.get('NetworkPolicy', 'web', 'networking.k8s.io/v1')) as unknown as {
      spec: { ingress: [{ ports: [{ port: number }] }] };
    }).spec.ingress[0].ports[0].port;
  const imageOf = async (kind: string, name: string, apiVersion?: string) =>
    (await found(kind, name, apiVersion)).spec.template.spec.containers[0].image.split(':')[1];
  /** The colour that the follower reads through its copy. */
  const colourOf = async (kind: string, name: string) => {
    const copy = (await found(kind, name)).spec.template.spec.containers[0].envFrom[0].configMapRef.name;
    expect(copy).toMatch(/^settings-[0-9a-f]{10}$/);
    return ((await world.get('ConfigMap', copy)) as unknown as { data: { COLOUR: string } }).data.COLOUR;
  };
  const pods = async (app: string) =>
    (await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, labels: `app=${app}` })).filter(isReady);
  const release = async (id: string, bundle: Bundle) => {
    await world.request(id, bundle);
    return world.play(id);
  };

  it('are made at once if they are absent, and changed after the workload was promoted', async () => {
    expect((await release('R1', all('v1'))).status).toBe('promoted');
    expect([(await pods('db')).length, (await pods('agent')).length, (await pods('worker')).length]).toEqual([2, 1, 2]);
    await world.request('R2', all('v2', { port: 9090, size: '2Gi' }));
    await world.play('R2', at('promote'));
    // Until then the followers run the version before.
    expect([await imageOf('StatefulSet', 'db'), await colourOf('DaemonSet', 'agent'), await colourOf('Deployment', 'worker')]).toEqual([
      'v1', 'v1', 'v1',
    ]);
    expect((await world.play('R2')).status).toBe('promoted');
    expect([
      await imageOf('StatefulSet', 'db'), await colourOf('StatefulSet', 'db'), await imageOf('DaemonSet', 'agent'),
      await imageOf('Job', 'seed', 'batch/v1'), await imageOf('Deployment', 'worker'), await colourOf('Deployment', 'worker'),
    ]).toEqual(['v2', 'v2', 'v2', 'v2', 'v2', 'v2']);
    expect((await pods('db')).map(({ metadata }) => metadata.name).sort()).toEqual(['db-0', 'db-1']);
    expect(await openPort()).toBe(9090);
    // A claim is never changed.
    expect(await world.get('PersistentVolumeClaim', 'data')).toMatchObject({ spec: { resources: { requests: { storage: '1Gi' } } } });
    const retired = (await world.dataOf<Payloads['ManifestsApplied']>('R2', 'ManifestsApplied')).at(-1)!;
    const actions = Object.fromEntries(retired.objects.map(({ kind, name, action }) => [`${kind} ${name}`, action]));
    expect(actions).toMatchObject({
      'StatefulSet db': 'changed', 'Job seed': 'created', 'NetworkPolicy web': 'changed', 'PersistentVolumeClaim data': 'unchanged',
    });
  });

  it.each([
    ['StatefulSet', 'db'],
    ['Deployment', 'worker'],
  ])('keep a number of pods that a user has set: %s', async (kind, name) => {
    await release('R1', all('v1'));
    const ref = { apiVersion: 'apps/v1', kind, namespace: NAMESPACE, name };
    await eventually(async () => world.cluster.scale(ref, 3, (await world.cluster.get(ref))!.metadata.resourceVersion!, 'kubectl'));
    expect((await release('R2', all('v2'))).status).toBe('promoted');
    expect((await found(kind, name)).spec.replicas).toBe(3);
    await eventually(async () => expect(await pods(name)).toHaveLength(3));
  });

  it('are rolled back with the workload if a Deployment among them crashes, and read their earlier ConfigMap', async () => {
    await release('R1', all('v1'));
    const state = await release('R2', all('v2', { worker: 'v2-crash' }));
    expect(state).toMatchObject({
      status: 'rolledBack', reason: { code: 'follower_failed', text: expect.stringMatching(/pod worker-\S+ of Deployment worker: CrashLoopBackOff/) },
    });
    expect((await world.live()).web).toMatchObject({ replicas: 2, ready: 2, byRelease: [{ release: 'R1' }] });
    for (const [kind, name] of [['StatefulSet', 'db'], ['DaemonSet', 'agent'], ['Deployment', 'worker']] as const)
      expect([await imageOf(kind, name), await colourOf(kind, name)]).toEqual(['v1', 'v1']);
    expect(await pods('worker')).toHaveLength(2);
    // The Deployment that the release is about keeps its canary's name free, and no follower gets its labels.
    expect((await found('Deployment', 'worker')).spec.template).not.toHaveProperty(['metadata', 'labels', 'alloy.dev/track']);
  });

  it('are rolled back with the workload if one crashes, each to its earlier version, also a StatefulSet that is stuck', async () => {
    await release('R1', all('v1'));
    const state = await release('R2', all('v2', { db: 'v2-crash', port: 9090 }));
    expect(state).toMatchObject({
      status: 'rolledBack', reason: { code: 'follower_failed', text: expect.stringContaining('pod db-1 of StatefulSet db') },
    });
    expect((await world.live()).web).toMatchObject({ replicas: 2, ready: 2, byRelease: [{ release: 'R1' }] });
    for (const [kind, name] of [['StatefulSet', 'db'], ['DaemonSet', 'agent']] as const)
      expect([await imageOf(kind, name), await colourOf(kind, name)]).toEqual(['v1', 'v1']);
    expect((await pods('db')).map(({ metadata }) => metadata.name).sort()).toEqual(['db-0', 'db-1']);
    expect(await openPort()).toBe(8080);
    // The next release starts from there.
    expect((await release('R3', all('v3'))).status).toBe('promoted');
    expect(await imageOf('StatefulSet', 'db')).toBe('v3');
  });

  it('fail the release if a Job fails', async () => {
    await release('R1', all('v1'));
    const state = await release('R2', all('v2', { seed: 'v2-crash' }));
    expect(state).toMatchObject({
      status: 'rolledBack', reason: { code: 'follower_failed', text: expect.stringContaining('Job seed failed') },
    });
    expect(await imageOf('StatefulSet', 'db')).toBe('v1');
  });

  it('are refused at the inspection if the cluster does not serve their kind', async () => {
    const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: meta('web'), spec: {} };
    const { workload: web, objects } = shop('v1');
    const state = await release('R1', { workload: web, objects: [...objects, monitor] });
    expect(state).toMatchObject({
      status: 'rejected',
      reason: { code: 'kind_not_served', text: expect.stringContaining('does not serve ServiceMonitor of monitoring.coreos.com/v1') },
    });
    expect(await world.get('Deployment', 'web', 'apps/v1')).toBeUndefined();
  });
});
