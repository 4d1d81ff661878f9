import type { KubeObject } from '@alloy/contracts';
import { executorRules } from '@alloy/policy';
import { shortPolicy } from '../../support/stories';
import { configMap, deployment, service } from '../../support/workload';
import type { Version } from '../../support/story';
import { followerIsSlow, followerSecretIsLate } from '../../support/waiting-follower';
import { needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const WIDGET = 'Widget.kinds.example.com';
const stage = withStage({
  promoted: { ...shortPolicy, kinds: ['default', WIDGET] },
  rolledback: { ...shortPolicy, kinds: ['default', WIDGET] },
  late: shortPolicy,
  slow: { ...shortPolicy, progressDeadline: 25 },
  unserved: { ...shortPolicy, kinds: ['default', 'Gizmo.kinds.example.com'] },
});

const workload = (kind: string, name: string, tag: string, spec: object): KubeObject => ({
  apiVersion: 'apps/v1', kind, metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{
          name, image: `registry.example.com/shop/${name}:${tag}`, ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/healthz', port: 'http' } }, envFrom: [{ configMapRef: { name: 'settings' } }],
        }],
      },
    },
    ...spec,
  },
});

/** A workload with a StatefulSet, a worker, a network policy, a claim and an object of an operator. */
const version = (tag: string, { db = tag, size = '1Gi' } = {}): Version => ({
  deployment: deployment({ container: { envFrom: [{ configMapRef: { name: 'settings' } }] } }),
  service: service(),
  more: {
    settings: configMap('settings', { version: tag }),
    db: workload('StatefulSet', 'db', db, { serviceName: 'db', replicas: 2 }),
    worker: workload('Deployment', 'worker', tag, { replicas: 1 }),
    policy: {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'db' },
      spec: { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { version: tag } } }] }] },
    },
    claim: {
      apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
    },
    widget: { apiVersion: 'kinds.example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { tag } },
    role: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'kinds-left' }, rules: [] } as KubeObject,
  },
});

/** Installs the operator's kind, and permits it to the executor by what `alloy project rbac` prints. */
async function installWidgets(): Promise<void> {
  const api = stage().api;
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.kinds.example.com' },
    spec: {
      group: 'kinds.example.com', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
      versions: [{
        name: 'v1', served: true, storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      }],
    },
  };
  await api.json({ method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: crd });
  for (const lane of ['promoted', 'rolledback'] as const) {
    const namespace = stage().play(lane).shop.project;
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const metadata = { name: 'widgets', namespace };
    const rules = executorRules([WIDGET]).filter(({ apiGroups }) => apiGroups.includes('kinds.example.com'));
    await api.json({ method: 'POST', path: `${path}/roles`, body: { metadata, rules } });
    await api.json({ method: 'POST', path: `${path}/rolebindings`, body: {
      metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'widgets' },
      subjects: [{ kind: 'ServiceAccount', name: 'alloy-executor', namespace: 'alloy' }],
    } });
  }
}

type Lane = 'promoted' | 'rolledback';
const find = async (lane: Lane, apiVersion: string, kind: string, name: string) => {
  const { shop } = stage().play(lane);
  return (await shop.cluster.get({ apiVersion, kind, namespace: shop.project, name })) as KubeObject & {
    readonly spec: Readonly<Record<string, unknown>> & { readonly template: { readonly spec: { readonly containers: [{
      readonly image: string; readonly envFrom: [{ readonly configMapRef: { readonly name: string } }];
    }] } } };
  };
};

/** Tag of the follower's image, and the version in the ConfigMap that it reads. */
async function runs(lane: Lane, kind: string, name: string): Promise<readonly unknown[]> {
  const { image, envFrom: [{ configMapRef }] } = (await find(lane, 'apps/v1', kind, name)).spec.template.spec.containers[0];
  const copy = await find(lane, 'v1', 'ConfigMap', configMapRef.name);
  return [image.split(':').at(-1), (copy['data'] as { readonly version: string }).version];
}

/** The tags of the objects without pods. */
async function others(lane: Lane): Promise<readonly unknown[]> {
  const policy = await find(lane, 'networking.k8s.io/v1', 'NetworkPolicy', 'db');
  const claim = await find(lane, 'v1', 'PersistentVolumeClaim', 'data');
  const widget = await find(lane, 'kinds.example.com/v1', 'Widget', 'w');
  const { storage } = (claim.spec['resources'] as { readonly requests: { readonly storage: string } }).requests;
  const [{ from: [{ podSelector }] }] = policy.spec['ingress'] as [{ from: [{ podSelector: { matchLabels: { version: string } } }] }];
  return [podSelector.matchLabels.version, storage, widget.spec['tag']];
}

async function promoted(): Promise<void> {
  const { shop } = stage().play('promoted');
  expect(await shop.release('v1', version('v1'))).toMatchObject({ status: 'promoted' });
  expect(await others('promoted')).toEqual(['v1', '1Gi', 'v1']);
  expect(await shop.release('v2', version('v2', { size: '2Gi' }))).toMatchObject({ status: 'promoted', strategy: 'canary' });
  expect(await runs('promoted', 'StatefulSet', 'db')).toEqual(['v2', 'v2']);
  expect(await runs('promoted', 'Deployment', 'worker')).toEqual(['v2', 'v2']);
  expect(await others('promoted')).toEqual(['v2', '1Gi', 'v2']);
  expect(await shop.cluster.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'kinds-left' })).toBeUndefined();
  await stage().prove('promoted');
}

async function rolledBack(): Promise<void> {
  const { shop } = stage().play('rolledback');
  expect(await shop.release('v1', version('v1'))).toMatchObject({ status: 'promoted' });
  expect(await shop.release('v2', version('v2', { db: 'v2-crash' }))).toMatchObject({
    status: 'rolledBack',
    reason: { code: 'follower_failed', text: expect.stringContaining('pod db-1 of StatefulSet db: CrashLoopBackOff') },
  });
  expect(await runs('rolledback', 'StatefulSet', 'db')).toEqual(['v1', 'v1']);
  expect(await runs('rolledback', 'Deployment', 'worker')).toEqual(['v1', 'v1']);
  expect((await find('rolledback', 'apps/v1', 'StatefulSet', 'db'))['status']).toMatchObject({ readyReplicas: 2 });
  expect(await others('rolledback')).toEqual(['v1', '1Gi', 'v1']);
}

async function unserved(): Promise<void> {
  const { shop } = stage().play('unserved');
  const gizmo = { apiVersion: 'kinds.example.com/v1', kind: 'Gizmo', metadata: { name: 'g' } };
  expect(await shop.release('v1', { more: { gizmo } })).toMatchObject({
    status: 'rejected', reason: { code: 'kind_not_served', text: expect.stringContaining('does not serve Gizmo of kinds.example.com/v1') },
  });
}

needsPods('objects of further kinds, on a real API server', () => {
  beforeAll(() => installWidgets());
  afterAll(() => stage().api.send({
    method: 'DELETE', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.kinds.example.com',
  }));
  sideBySide({
    'are made at once if they are absent, and changed at promotion': promoted,
    'are rolled back with the workload if a StatefulSet among them crashes': rolledBack,
    'are named with a missing Secret while the release waits for them': () => followerSecretIsLate(stage().play('late').shop),
    'are named by the reason of the deadline if they do not become ready': () => followerIsSlow(stage().play('slow').shop),
    'are refused at the inspection if the API server does not serve their kind': unserved,
  });
});
