import { stringify } from 'yaml';
import { kindRules } from '@alloy/policy';
import { buildBundle, type BundleRequest } from './build-bundle';
import {
  deployment,
  service,
  secret,
  type Loose,
  base64,
  request,
  good,
  findingsOf,
  changed,
  pod,
  object,
  follower,
} from './testing/bundle-request';

describe('a valid bundle', () => {
  it('gets the namespace and the tag, and loses fields that the cluster wrote', () => {
    const exported = changed((d) => {
      Object.assign(d['metadata'], { uid: 'u', resourceVersion: '1', creationTimestamp: null, managedFields: [] });
      d['status'] = { replicas: 5 };
    });
    const result = buildBundle(request({ ...good(), deployment: exported, secret: base64(secret()) }));
    expect(result).toMatchObject({ ok: true, value: { image: 'localhost:5000/shop/web', replicas: 5, bundle: { workload: 'web' } } });
    if (!result.ok) return;
    const objects = result.value.bundle.objects as readonly Loose[];
    expect(objects.map((object) => `${object['kind']} ${object['metadata'].namespace}`)).toEqual([
      'Service shop', 'Deployment shop', 'Secret shop',
    ]);
    expect(objects[1]!['metadata']).toEqual({ name: 'web', labels: { app: 'web' }, namespace: 'shop' });
    expect(objects[1]).not.toHaveProperty('status');
    expect(pod(objects[1]!)['containers'][0].image).toBe('localhost:5000/shop/web:v1');
  });

  it.each([
    ['base64 with line breaks', (text: string) => base64(text).replace(/(.{20})/g, '$1\n')],
    ['plain YAML', (text: string) => text],
    ['JSON', (text: string) => (text ? JSON.stringify(deployment()) : '')],
    ['a List', () => base64({ apiVersion: 'v1', kind: 'List', items: [deployment()] })],
    ['several documents', (text: string) => base64(`---\n${text}---\n${stringify(secret())}---\n`)],
    ['Windows line ends', (text: string) => base64(text.replaceAll('\n', '\r\n'))],
  ])('may be sent as %s', (_name, encode) => expect(findingsOf({ ...good(), deployment: encode(stringify(deployment())) })).toEqual([]));

  it('accepts a Service and a container whose names begin with a digit', () => {
    const files = {
      service: changed((o) => (o['metadata'].name = '1-web'), service()),
      deployment: changed((o) => (pod(o)['containers'][0].name = '9')),
    };
    expect(findingsOf(files)).toEqual([]);
  });

  it('accepts a Secret whose base64 is broken into lines, as `base64` and `openssl` print it', () => {
    expect(findingsOf({ ...good(), secret: changed((o) => (o['data'] = { a: 'aGVs\r\nbG8=\n' }), secret()) })).toEqual([]);
  });

  it('keeps the live count if replicas is missing', () => {
    const result = buildBundle(request({ ...good(), deployment: changed((d) => delete d['spec'].replicas) }));
    expect(result).toMatchObject({ ok: true, value: { replicas: null } });
  });

  it('may contain every kind in the list', () => {
    const more = [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'b' } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 's' } },
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec: {} },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
      },
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'p' }, spec: {} },
      { ...deployment(), kind: 'StatefulSet', metadata: { name: 'db' } },
      { ...deployment(), kind: 'DaemonSet', metadata: { name: 'agent' } },
      ...[
        ['v1', 'PersistentVolumeClaim'], ['networking.k8s.io/v1', 'NetworkPolicy'], ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
        ['gateway.networking.k8s.io/v1', 'GRPCRoute'], ['monitoring.coreos.com/v1', 'ServiceMonitor'],
        ['monitoring.coreos.com/v1', 'PodMonitor'], ['networking.istio.io/v1', 'VirtualService'],
        ['networking.istio.io/v1', 'DestinationRule'], ['cert-manager.io/v1', 'Certificate'],
      ].map(([apiVersion, kind]) => object(apiVersion!, kind!)),
      object('keda.sh/v1alpha1', 'ScaledObject', { spec: { scaleTargetRef: { name: 'web' } } }),
    ];
    const result = buildBundle(request({ ...good(), more: more.map((one) => stringify(one)).join('---\n') }));
    expect(result).toMatchObject({ ok: true, value: { left: [] } });
  });
});

it('may contain allowed power', () => {
  const files = {
    service: changed((o) => (o['spec'].externalIPs = ['10.0.0.1']), service()),
    deployment: changed((o) => Object.assign(pod(o), { hostNetwork: true })),
  };
  expect(findingsOf(files, { allow: ['externalIPs', 'hostNetwork'] })).toEqual([]);
  expect(findingsOf(files, { allow: ['hostNetwork'] })).toMatchObject([
    { code: 'privileged', pointer: '/files/service/0/spec/externalIPs' },
  ]);
});

describe('several Deployments', () => {
  const chosen = (files: Record<string, string>, workload?: string) => {
    const result = buildBundle(request(files, { workload }));
    return result.ok ? result.value.bundle.workload : result.findings;
  };
  const both = { ...good(), other: base64(follower('worker')) };
  const api = { ...service(), metadata: { name: 'worker' }, spec: { selector: { app: 'worker' }, ports: [{ port: 1 }] } };
  const served = { ...both, more: base64(api) };

  it('lead to the release of the only one that a Service selects', () => expect(chosen(both)).toBe('web'));
  it('lead to the release of the one that the policy names', () => {
    expect(chosen(both, 'worker')).toMatchObject([{ code: 'replicas_out_of_range' }, { code: 'strategy_unsupported' }]);
    expect(chosen(served, 'web')).toBe('web');
  });

  it('are refused with the list and the key if several have a Service', () => {
    expect(chosen(served)).toEqual([{
      status: 422, code: 'workload_unclear', pointer: '/files/deployment',
      detail: 'These files have several Deployments with a Service: set `workload` in the policy to the one that is released progressively, '
        + 'and release services that change on their own as projects of their own (web, worker).',
    }]);
  });

  it('are refused if none has a Service, or none has the name', () => {
    const { service: _service, ...none } = both;
    expect(chosen(none)).toMatchObject([{ code: 'workload_unclear', detail: expect.stringContaining('none with a Service') }]);
    expect(chosen(both, 'api')).toMatchObject([{ code: 'workload_unclear', detail: expect.stringContaining('(web, worker)') }]);
  });

  it('get the tag if they have the same image, and keep theirs otherwise', () => {
    const result = buildBundle(request({ ...both, same: base64(follower('cron', 'localhost:5000/shop/web:old')) }));
    expect(result.ok).toBe(true);
    expect(JSON.stringify(result).match(/"image":"[^"]*:[^"]*"/g)).toEqual([
      '"image":"localhost:5000/shop/web:v1"', '"image":"r.example/worker:1"', '"image":"localhost:5000/shop/web:v1"',
      '"image":"localhost:5000/shop/web"',
    ]);
  });
});

describe('objects of kinds that a release does not write', () => {
  const widget = object('example.com/v1', 'Widget', { spec: { template: { spec: { hostNetwork: true, containers: [] } } } });
  const built = (files: Record<string, string>, rest?: Partial<BundleRequest>) => {
    const result = buildBundle(request(files, rest));
    if (!result.ok) throw new Error(JSON.stringify(result.findings));
    return result.value;
  };

  it.each([
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'Alloy never writes access rules.'],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'Alloy never writes access rules.'],
    [
      'admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration',
      'Alloy never writes what intercepts the requests of others to the API server.',
    ],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'Alloy never writes cluster-scoped objects.'],
    ['v1', 'Namespace', 'Alloy never writes cluster-scoped objects.'],
    ['v1', 'Pod', 'The policy does not allow this kind: an administrator can add Pod to its kinds.'],
    ['v1', 'Gizmo', 'Alloy does not know this kind of Kubernetes.'],
    ['example.com/v1', 'Widget', 'The policy does not allow this kind: an administrator can add Widget.example.com to its kinds.'],
    [
      'argoproj.io/v1alpha1', 'Rollout',
      'The policy does not allow this kind: an administrator can add Rollout.argoproj.io to its kinds.',
    ],
  ])('are left to others: %s %s', (apiVersion, kind, why) => {
    const other = base64({ ...object(apiVersion, kind), metadata: { name: 'x', namespace: 'kube-system' } });
    const { bundle, left } = built({ ...good(), other });
    expect(left).toEqual([{ apiVersion, kind, name: 'x', why }]);
    expect(bundle.objects.map((one) => one.kind)).toEqual(['Service', 'Deployment']);
  });

  it('are released from a list of one kind, whose items omit the kind', () => {
    const items = [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }];
    const { bundle } = built({ ...good(), other: base64({ apiVersion: 'v1', kind: 'ConfigMapList', metadata: {}, items }) });
    expect(bundle.objects.slice(-2)).toMatchObject([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } },
    ]);
  });

  it('are left to others in a List, and if they are hooks of Helm', () => {
    const hook = object('batch/v1', 'Job', { metadata: { name: 'migrate', annotations: { 'helm.sh/hook': 'pre-upgrade' } } });
    const { left } = built({ ...good(), other: base64({ apiVersion: 'v1', kind: 'List', items: [object('v1', 'Namespace'), hook] }) });
    expect(left.map(({ kind, name, why }) => [kind, name, why])).toEqual([
      ['Namespace', 'x', 'Alloy never writes cluster-scoped objects.'], ['Job', 'migrate', 'Alloy does not run hooks of Helm.'],
    ]);
  });

  it('are released if the policy allows them, without power over nodes', () => {
    const kinds = kindRules({ kinds: ['default', 'Widget.example.com'] });
    const files = { ...good(), other: base64(widget) };
    expect(findingsOf(files, { kinds })).toMatchObject([
      { status: 403, code: 'privileged', pointer: '/files/other/0/spec/template/spec/hostNetwork' },
    ]);
    expect(built(files, { kinds, allow: ['hostNetwork'] })).toMatchObject({ left: [], bundle: { objects: [{}, {}, { kind: 'Widget' }] } });
    // An object that is not written gets no power.
    expect(built(files).left).toHaveLength(1);
  });

  it('refuse the bundle if the policy says so', () => {
    const files = { ...good(), other: base64(widget) };
    expect(findingsOf(files, { kinds: kindRules({ refuse: ['Widget.example.com'] }) })).toMatchObject([
      { status: 422, code: 'refused_kind', pointer: '/files/other/0/kind' },
    ]);
  });

  it('may have the pods that a Service selects', () => {
    const rollout = { ...deployment(), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db', labels: { app: 'db' } }, spec: {} };
    const other = { ...service(), metadata: { name: 'db' }, spec: { selector: { app: 'db' }, ports: [{ port: 1 }] } };
    expect(findingsOf({ ...good(), other: base64(other) })).toMatchObject([{ code: 'selector_mismatch' }]);
    expect(findingsOf({ ...good(), other: base64(other), pod: base64(rollout) })).toEqual([]);
  });
});

describe('the image tag', () => {
  const two = () =>
    changed(
      (d) =>
        (pod(d)['containers'] = [
          { name: 'web', image: 'nginx:1' },
          { name: 'side', image: 'r.example/side:1' },
        ]),
    );

  it('is set in the container with the policy’s image, in any spelling, and in init containers of the same repository', () => {
    const object = changed((d) => {
      pod(d)['containers'] = [{ name: 'side', image: 'r.example/side:1' }, { name: 'web', image: `nginx:1@sha256:${'a'.repeat(64)}` }];
      pod(d)['initContainers'] = [{ name: 'migrate', image: 'nginx:1' }];
    });
    const result = buildBundle(request({ ...good(), deployment: object }, { image: 'docker.io/library/nginx' }));
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const spec = pod(result.value.bundle.objects.find(({ kind }) => kind === 'Deployment') as Loose);
    expect([...spec['containers'], ...spec['initContainers']].map((container: Loose) => container['image'])).toEqual([
      'r.example/side:1', 'nginx:v1', 'nginx:v1',
    ]);
    expect(result.value.image).toBe('nginx');
  });

  it('is set in StatefulSets, DaemonSets, Jobs and CronJobs that have the same image', () => {
    const image = 'localhost:5000/shop/web:old';
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'a', image }], initContainers: [{ name: 'b', image }] },
    };
    const spec = { selector: { matchLabels: { app: 'web' } }, template };
    const more = [
      object('apps/v1', 'StatefulSet', { spec }), object('apps/v1', 'DaemonSet', { spec }),
      object('batch/v1', 'Job', { spec: { template } }),
      object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }),
    ];
    const result = buildBundle(request({ ...good(), more: more.map((one) => stringify(one)).join('---\n') }));
    expect(result.ok).toBe(true);
    const text = JSON.stringify(result);
    expect(text.match(/shop\/web:v1/g)).toHaveLength(9);
    expect(text).not.toContain(':old');
  });

  it("is set in the only container if none has the policy's image", () =>
    expect(findingsOf(good(), { image: 'elsewhere/other' })).toEqual([]));
  it.each([[undefined], ['elsewhere/other']])('is refused for two containers if the policy has the image %j', (image) => {
    expect(findingsOf({ ...good(), deployment: two() }, { image })).toMatchObject([{ code: 'image_ambiguous', status: 422 }]);
  });
});
