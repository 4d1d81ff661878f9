import { isReady } from '@alloy/cluster';
import type { Bundle, KubeObject } from '@alloy/contracts';
import { isRunning, type Payloads, type State } from '@alloy/release';
import { bundleOfWeb, metadata } from './testing/bundle-of-web';
import { NAMESPACE, World } from './testing/world';

const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;
const template = (app: string, tag: string, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: app, image: `registry.example/${app}:${tag}`, ports: [{ containerPort: 8080 }] }], ...spec },
});
const workload = (kind: string, name: string, tag: string, spec: object = {}, pod: object = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind, metadata: metadata(name),
  spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name, tag, pod), ...spec },
});
const reading = (name: string) => ({ volumes: [{ name: 'settings', configMap: { name } }] });
const configMap = (name: string, value: string): KubeObject => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(name), data: { value },
});
const cronJob = (tag: string): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: metadata('nightly'),
  spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: template('nightly', tag, { restartPolicy: 'Never' }) } } },
});
const service = (name: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Service', metadata: metadata(name), spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
});
const parts = (tag: string): readonly KubeObject[] => [configMap('flags', tag), workload('Deployment', 'worker', tag), cronJob(tag)];
const kindAndName = (objects: ReadonlyArray<{ readonly kind: string; readonly name: string }>) =>
  objects.map(({ kind, name }) => `${kind} ${name}`);

describe('what the bundle no longer has, on the playground', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.withExecutor();
  });
  afterEach(() => world.close());

  const versions: Readonly<Record<string, string>> = { Deployment: 'apps/v1', StatefulSet: 'apps/v1', CronJob: 'batch/v1' };
  const find = (kind: string, name: string) => world.get(kind, name, versions[kind]);
  const existing = async (...objects: ReadonlyArray<readonly [string, string]>) => {
    const found = await Promise.all(objects.map(([kind, name]) => find(kind, name)));
    return objects.filter((_, i) => found[i] !== undefined).map(([kind, name]) => `${kind} ${name}`);
  };
  const ALL = [['ConfigMap', 'flags'], ['Deployment', 'worker'], ['CronJob', 'nightly']] as const;
  const release = async (id: string, bundle: Bundle, until?: (state: State) => boolean) => {
    await world.request(id, bundle);
    return world.play(id, until);
  };
  const planOf = async (id: string) => (await world.dataOf<Payloads['ReleasePlanned']>(id, 'ReleasePlanned'))[0]!.plan.prune;
  const retired = async (id: string) => (await world.dataOf<Payloads['ManifestsApplied']>(id, 'ManifestsApplied')).at(-1)!.pruned;
  /** A write by a user. */
  const edit = async (kind: string, name: string, body: object) =>
    void (await world.cluster.patch(
      { apiVersion: versions[kind] ?? 'v1', kind, namespace: NAMESPACE, name }, 'merge', body, 'kubectl-edit',
    ));

  it('is deleted after the promotion and not before, and the plan lists it', async () => {
    expect((await release('R1', bundleOfWeb('v1', { others: parts('v1') }))).status).toBe('promoted');
    expect(await planOf('R1')).toBeUndefined();
    const uid = (await find('CronJob', 'nightly'))!.metadata.uid;
    await release('R2', bundleOfWeb('v2'), at('promote'));
    expect(await existing(...ALL)).toEqual(['ConfigMap flags', 'Deployment worker', 'CronJob nightly']);
    const plan = (await planOf('R2'))!;
    expect(kindAndName(plan.objects)).toEqual(['Deployment worker', 'CronJob nightly', 'ConfigMap flags']);
    expect(plan.objects).toContainEqual({ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid });
    expect((await world.play('R2')).status).toBe('promoted');
    expect(await existing(...ALL)).toEqual([]);
    expect(await retired('R2')).toEqual({ deleted: plan.objects, kept: [] });
    expect(await planOf('R2')).toEqual(plan);
    // The third release finds nothing left.
    expect((await release('R3', bundleOfWeb('v3'))).status).toBe('promoted');
    expect(await planOf('R3')).toBeUndefined();
  });

  it('stays if the pods of another client need it', async () => {
    await release('R1', bundleOfWeb('v1', { others: [configMap('flags', 'v1')] }));
    const { replicas: _none, ...spec } = workload('DaemonSet', 'agent', 'a', {}, reading('flags'))['spec'] as Record<string, unknown>;
    await world.cluster.create({ ...workload('DaemonSet', 'agent', 'a'), spec }, 'kubectl-create');
    expect((await release('R2', bundleOfWeb('v2'))).status).toBe('promoted');
    expect(await existing(['ConfigMap', 'flags'])).toEqual(['ConfigMap flags']);
    expect((await planOf('R2'))!.kept).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', why: 'the pods of DaemonSet agent need it' },
    ]);
  });

  it('is known as made by Alloy also after later releases have changed it', async () => {
    for (const tag of ['v1', 'v2']) expect((await release(tag, bundleOfWeb(tag, { others: parts(tag) }))).status).toBe('promoted');
    expect((await release('v3', bundleOfWeb('v3'))).status).toBe('promoted');
    expect(await existing(...ALL)).toEqual([]);
  });

  it('stays if another client has made it or written to it, also after the plan, and is named with the writer', async () => {
    await world.cluster.create(configMap('theirs', 'v0'), 'kubectl-create');
    await release('R1', bundleOfWeb('v1', { others: [...parts('v1'), configMap('theirs', 'v1')] }));
    // A release adopts what others have made when it changes it.
    await release('R2', bundleOfWeb('v2', { others: [...parts('v2'), configMap('theirs', 'v2')] }));
    await edit('ConfigMap', 'flags', { data: { value: 'mine' } });
    await release('R3', bundleOfWeb('v3'), at('promote'));
    expect(await planOf('R3')).toMatchObject({ kept: [
      { kind: 'ConfigMap', name: 'flags', why: 'kubectl-edit has written to it' },
      { kind: 'ConfigMap', name: 'theirs', why: 'no record shows that Alloy created it' },
    ] });
    await edit('CronJob', 'nightly', { spec: { suspend: true } });
    expect((await world.play('R3')).status).toBe('promoted');
    expect(await existing(...ALL, ['ConfigMap', 'theirs'])).toEqual(['ConfigMap flags', 'CronJob nightly', 'ConfigMap theirs']);
    expect(await retired('R3')).toMatchObject({
      deleted: [{ kind: 'Deployment', name: 'worker' }],
      kept: [{ kind: 'CronJob', name: 'nightly', why: 'kubectl-edit has written to it' }],
    });
  });

  it('stays with prune: none', async () => {
    await world.policy({ prune: 'none' });
    await release('R1', bundleOfWeb('v1', { others: parts('v1') }));
    expect((await release('R2', bundleOfWeb('v2'))).status).toBe('promoted');
    expect(await existing(...ALL)).toHaveLength(3);
    expect([await planOf('R2'), await retired('R2')]).toEqual([undefined, undefined]);
  });

  it('stays if it may hold data or others connect to it, or if a pod needs it', async () => {
    const db = workload('StatefulSet', 'db', 'v1', { serviceName: 'db' }, { ...reading('shared'), serviceAccountName: 'db' });
    const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('db') };
    await release('R1', bundleOfWeb('v1', {
      others: [db, service('db'), account, configMap('shared', 'v1'), configMap('base', 'v1'), ...parts('v1')],
    }));
    const copy = ((await find('StatefulSet', 'db')) as unknown as {
      spec: { template: { spec: { volumes: [{ configMap: { name: string } }] } } };
    }).spec.template.spec.volumes[0].configMap.name;
    // v2 reads ConfigMap base without bringing it along.
    await release('R2', bundleOfWeb('v2', { pod: reading('base') }));
    const kept = (await planOf('R2'))!.kept.map(({ kind, name, why }) => `${kind} ${name}: ${why}`);
    expect(kept.sort()).toEqual([
      'ConfigMap base: the pods of Deployment web need it', 'Service db: Alloy deletes no Service',
      'ServiceAccount db: the pods of StatefulSet db need it', 'StatefulSet db: Alloy deletes no StatefulSet',
    ]);
    expect(await existing(['ConfigMap', 'shared'], ['ConfigMap', 'base'], ['Service', 'db'], ['StatefulSet', 'db'], ...ALL)).toEqual([
      'ConfigMap base', 'Service db', 'StatefulSet db',
    ]);
    // The copies that its pods read stay with it, although no version of the release needs them any more.
    for (const tag of ['v3', 'v4']) expect((await release(tag, bundleOfWeb(tag))).status).toBe('promoted');
    expect(await find('ConfigMap', copy)).toBeDefined();
    expect(await find('ConfigMap', 'base')).toBeUndefined();
  });

  it('is restored by a rollback, and what only the failed version had goes', async () => {
    await release('R1', bundleOfWeb('v1', { others: parts('v1') }));
    const added = [
      configMap('added', 'v2'), workload('Deployment', 'extra', 'v2'), workload('Deployment', 'broken', 'v2-crash'), service('added'),
    ];
    await release('R2', bundleOfWeb('v2', { others: added }), at('promote'));
    expect(await existing(['ConfigMap', 'added'], ['Deployment', 'extra'])).toHaveLength(2);
    expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'follower_failed' } });
    expect(await existing(...ALL)).toHaveLength(3);
    expect(await existing(['ConfigMap', 'added'], ['Deployment', 'extra'], ['Deployment', 'broken'], ['Service', 'added'])).toEqual([
      'Service added',
    ]);
    const [{ pruned }] = (await world.dataOf<Payloads['TrafficShifted']>('R2', 'TrafficShifted')).slice(-1) as [Payloads['TrafficShifted']];
    expect(kindAndName(pruned!.deleted).sort()).toEqual(['ConfigMap added', 'Deployment broken', 'Deployment extra']);
    expect(pruned!.kept).toEqual([{ apiVersion: 'v1', kind: 'Service', name: 'added', why: 'Alloy deletes no Service' }]);
    const pods = await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, labels: 'app=worker' });
    expect(pods.filter(isReady)).toHaveLength(1);
  });

  it('stays and is named if the API server refuses its deletion, and the release is promoted', async () => {
    await world.close();
    world = new World();
    await world.open();
    const proxy = await world.proxied();
    await world.startExecutor({ ALLOY_KUBECONFIG: world.kubeconfig({ server: proxy.url }) });
    await release('R1', bundleOfWeb('v1', { others: parts('v1') }));
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403, message: 'CronJobs stay' };
    proxy.instead = (method, path) =>
      method === 'DELETE' && path.includes('/cronjobs/nightly')
        ? { status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify(status) }
        : undefined;
    expect((await release('R2', bundleOfWeb('v2'))).status).toBe('promoted');
    expect(await existing(...ALL)).toEqual(['CronJob nightly']);
    expect((await retired('R2'))!.kept).toEqual([
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', why: expect.stringContaining('CronJobs stay') },
    ]);
    proxy.instead = () => undefined;
    expect((await release('R3', bundleOfWeb('v3'))).status).toBe('promoted');
    expect(await existing(...ALL)).toEqual([]);
  });
});
