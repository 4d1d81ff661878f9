import type { Bundle, KubeObject } from '@alloy/contracts';
import { planPrune, type PruneInput } from './plan-prune';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
const apis: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', CronJob: 'batch/v1', Widget: 'example.com/v1',
};
const manifest = (kind: string, name: string, spec: object = {}): KubeObject =>
  ({ apiVersion: apis[kind] ?? 'v1', kind, metadata: { name }, spec }) as KubeObject;
const pods = (spec: object) => ({ template: { spec: { containers: [{ name: 'a', image: 'a' }], ...spec } } });
const reading = (name: string) => pods({ volumes: [{ name: 'v', configMap: { name } }] });
const managed = (manager: string, subresource?: string) =>
  ({ manager, operation: 'Update', apiVersion: 'v1', ...(subresource && { subresource }) });

/** The object as a release of slot 1 has created it. */
const made = (object: KubeObject, over: object = {}, annotations: object = {}): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata, uid: `uid-${object.metadata.name}`, resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { 'alloy.dev/project': 'shop', 'alloy.dev/environment': 'production' },
    annotations: { 'alloy.dev/fence': 'alloy/1/5', 'alloy.dev/created': 'alloy/1/5', 'alloy.dev/digest': 'd', ...annotations },
    managedFields: [managed('alloy-create'), managed('kube-controller-manager'), managed('controller', 'status')],
    ...over,
  } as KubeObject['metadata'],
});
const web = manifest('Deployment', 'web', pods({}));
const bundle = (...objects: readonly KubeObject[]): Bundle => ({ workload: 'web', objects: [web, ...objects] });
const plan = (found: readonly KubeObject[], over: Partial<PruneInput> = {}) =>
  planPrune({ owner, bundle: bundle(), stable: bundle(), left: [], found, workloads: [], ...over });
const why = (found: KubeObject, over: Partial<PruneInput> = {}) => plan([found], over)?.kept.map((one) => one.why);
const flags = manifest('ConfigMap', 'flags');

it('deletes what a release has made and the bundle no longer has, workloads before what they read', () => {
  expect(plan([made(flags), made(manifest('CronJob', 'nightly')), made(manifest('Deployment', 'worker'))])).toEqual({
    objects: [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker', uid: 'uid-worker' },
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'uid-nightly' },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', uid: 'uid-flags' },
    ],
    kept: [],
  });
});

it('finds nothing if the bundle has all, or the request has it for others, or its deletion has begun, or it is a copy or a canary', () => {
  const left = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', why: 'not released' }];
  const copy = made(flags, { labels: { 'alloy.dev/project': 'shop', 'alloy.dev/copy': 'true' } });
  expect([
    plan([made(flags)], { bundle: bundle(flags) }), plan([made(flags)], { left }), plan([copy]), plan([]),
    plan([made(flags, { deletionTimestamp: '2026-01-01T00:00:00Z' })]), plan([made(manifest('Deployment', 'web-canary'))]),
    plan([made(manifest('Ingress', 'web-canary'), { labels: { 'alloy.dev/project': 'shop', 'alloy.dev/track': 'canary' } })]),
  ]).toEqual(Array(7).fill(undefined));
});

it.each<readonly [string, KubeObject, string]>([
  [
    'who else has written to it', made(flags, { managedFields: [managed('alloy'), managed('kubectl-edit'), managed('helm')] }),
    'kubectl-edit, helm has written to it',
  ],
  [
    'who has scaled it', made(manifest('Deployment', 'w'), { managedFields: [managed('alloy'), managed('kubectl', 'scale')] }),
    'kubectl has written to it',
  ],
  ['an unknown early writer', made(flags, { managedFields: [managed('before-first-apply')] }), 'before-first-apply has written to it'],
  ['that the API server does not record writers', made(flags, { managedFields: [] }), 'the API server does not record who has written it'],
  ['its owner', made(flags, { ownerReferences: [{ kind: 'App', name: 'shop' }] }), 'App shop owns it'],
  [
    'that it belongs to another project', made(flags, { labels: { 'alloy.dev/project': 'other' } }),
    'it belongs to another installation or project',
  ],
  ['that Alloy did not create it', made(flags, {}, { 'alloy.dev/created': undefined }), 'no record shows that Alloy created it'],
  ['that another installation created it', made(flags, {}, { 'alloy.dev/created': 'other/1/5' }), 'no record shows that Alloy created it'],
  ...['Service', 'Secret', 'StatefulSet', 'PersistentVolumeClaim', 'Widget'].map((kind) =>
    [`the kind ${kind}`, made(manifest(kind, 'x')), `Alloy deletes no ${kind}`] as const),
])('keeps an object and names %s', (_, object, reason) => expect(why(object)).toEqual([reason]));

describe('what pods read by name', () => {
  const need = (name: string) => [`the pods of ${name} need it`];
  it('stays if a version reads it that does not bring it along', () => {
    expect(why(made(flags), { bundle: bundle(manifest('Deployment', 'api', reading('flags'))) })).toEqual(need('Deployment api'));
    const cron = manifest('CronJob', 'nightly', { jobTemplate: { spec: reading('flags') } });
    expect(why(made(flags), { stable: bundle(cron) })).toEqual(need('CronJob nightly'));
    // A rollback creates it again.
    expect(why(made(flags), { stable: bundle(cron, flags) })).toEqual([]);
  });

  it('stays if another workload of the namespace reads it, but not because of one that the release changes', () => {
    const workloads = (name: string, kind = 'Deployment') => [manifest(kind, name, pods({ serviceAccountName: 'app' }))];
    const account = made(manifest('ServiceAccount', 'app'));
    expect(why(account, { workloads: workloads('other') })).toEqual(need('Deployment other'));
    expect(why(account, { workloads: workloads('agent', 'DaemonSet') })).toEqual(need('DaemonSet agent'));
    for (const name of ['web', 'web-canary']) expect(why(account, { workloads: workloads(name) })).toEqual([]);
  });

  it('stays with a workload that is kept, also its copies', () => {
    const db = made(manifest('StatefulSet', 'db', reading('flags')));
    const edited = made(manifest('Deployment', 'worker', reading('copy-0123456789')), { managedFields: [managed('kubectl-edit')] });
    expect(plan([db, edited, made(flags)])).toMatchObject({
      objects: [], kept: [{ name: 'db' }, { name: 'worker' }, { name: 'flags', why: need('StatefulSet db')[0] }],
      copies: expect.arrayContaining(['ConfigMap/flags', 'ConfigMap/copy-0123456789']),
    });
  });
});
