import { stringify } from 'yaml';
import { kindRules } from '@alloy/policy';
import { buildBundle, type BundleRequest } from './build-bundle';
import { KnownFiles } from './known-files';

const deployment = () => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'localhost:5000/shop/web:old' }] } },
  },
});
const service = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
});
const secret = () => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web' }, stringData: { password: 'canary-bird' } });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests modify objects on purpose
type Loose = Record<string, any>;
const base64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : stringify(value)).toString('base64');

const request = (files: Record<string, string>, rest: Partial<BundleRequest> = {}): BundleRequest => ({
  files: new KnownFiles().read(files),
  imageTag: 'v1',
  strategy: 'auto',
  namespace: 'shop',
  image: undefined,
  ...rest,
});
const good = () => ({ service: base64(service()), deployment: base64(deployment()) });
const findingsOf = (files: Record<string, string>, rest?: Partial<BundleRequest>) => {
  const result = buildBundle(request(files, rest));
  return result.ok ? [] : result.findings;
};
const changed = (change: (object: Loose) => void, object: Loose = deployment()): string => {
  change(object);
  return base64(object);
};
const pod = (object: Loose): Loose => object['spec'].template.spec;

const d = (change: (object: Loose) => void) => () => ({ ...good(), deployment: changed(change) });
const s = (change: (object: Loose) => void) => () => ({ ...good(), secret: changed(change, secret()) });
const plus = (object: unknown) => () => ({ ...good(), other: base64(object) });
const object = (apiVersion: string, kind: string, rest: object = {}) => ({ apiVersion, kind, metadata: { name: 'x' }, ...rest });

/** A Deployment that no Service selects. */
const follower = (name: string, image = 'r.example/worker:1') => ({
  ...deployment(),
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    strategy: { type: 'Recreate' },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'a', image }] } },
  },
});

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

it.each<[string, () => Record<string, string>, number, string, string]>([
  ['text that is neither YAML nor base64', () => ({ ...good(), secret: 'not base64 at all!' }), 422, 'bad_base64', '/files/secret'],
  ['base64 of another length', () => ({ ...good(), secret: 'abcde' }), 422, 'bad_base64', '/files/secret'],
  ['an empty file', () => ({ ...good(), secret: ' \n' }), 422, 'empty_manifest', '/files/secret'],
  [
    'bytes that are not UTF-8',
    () => ({ ...good(), secret: Buffer.from([0xff, 0xfe, 0x3a]).toString('base64') }),
    400,
    'bad_text',
    '/files/secret',
  ],
  ['NUL', () => ({ ...good(), secret: base64('a: "\0"') }), 400, 'bad_text', '/files/secret'],
  ['separators only', () => ({ ...good(), secret: base64('---\n---\n') }), 422, 'empty_manifest', '/files/secret'],
  ['comments only', () => ({ ...good(), secret: '# off\n---\n# off, too\n' }), 422, 'empty_manifest', '/files/secret'],
  ['a misspelt field of metadata', s((o) => { o['metadata'].label = {}; }), 422, 'unknown_key', '/files/secret/0/metadata/label'],
  [
    "a misspelt field of the pods' metadata", d((o) => { o['spec'].template.metadata.anotations = {}; }), 422, 'unknown_key',
    '/files/deployment/0/spec/template/metadata/anotations',
  ],
  [
    'a Deployment whose ReplicaSet would have too long a name', d((o) => { o['metadata'].name = 'a'.repeat(236); }), 422, 'bad_name',
    '/files/deployment/0/metadata/name',
  ],
  [
    'an input of kustomize', plus({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['a.yaml'] }), 422,
    'unsupported_kind', '/files/other/0/kind',
  ],
  ['a list for an object', () => ({ ...good(), secret: base64('- a: 1') }), 422, 'wrong_type', '/files/secret/0'],
  ['a text for an object', () => ({ ...good(), secret: base64('hello') }), 422, 'wrong_type', '/files/secret/0'],
  [
    '__proto__',
    () => ({ ...good(), secret: base64('apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n__proto__: {a: 1}') }),
    422,
    'forbidden_key',
    '/files/secret/0',
  ],
  [
    'constructor',
    () => ({ ...good(), secret: base64('apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {constructor: a}') }),
    422,
    'forbidden_key',
    '/files/secret/0/stringData',
  ],
  ['no kind', plus({ apiVersion: 'v1', metadata: { name: 'x' } }), 422, 'missing_field', '/files/other/0'],
  ['no metadata', plus({ apiVersion: 'v1', kind: 'Secret' }), 422, 'missing_field', '/files/other/0/metadata'],
  ['a StatefulSet of another group', plus(object('v1', 'StatefulSet')), 422, 'unsupported_api_version', '/files/other/0/apiVersion'],
  ['a misspelt kind', plus(object('v1', 'Servce')), 422, 'unsupported_kind', '/files/other/0/kind'],
  ['an apiVersion that is none', plus(object('latest', 'Widget')), 422, 'invalid_value', '/files/other/0/apiVersion'],
  ['an object that is left to others, with a name that can not be listed', plus(object('rbac.authorization.k8s.io/v1', 'Role', {
    metadata: { name: 'a\u001b[2J' },
  })), 422, 'bad_name', '/files/other/0/metadata/name'],
  ['a kind named like a property of every object', plus(object('v1', 'toString')), 422, 'unsupported_kind', '/files/other/0/kind'],
  ['an old API version', plus(object('extensions/v1beta1', 'Ingress')), 422, 'unsupported_api_version', '/files/other/0/apiVersion'],
  [
    'another namespace',
    d((o) => (o['metadata'].namespace = 'kube-system')),
    403,
    'foreign_namespace',
    '/files/deployment/0/metadata/namespace',
  ],
  [
    'another namespace in a List',
    plus({ apiVersion: 'v1', kind: 'List', items: [object('v1', 'Secret', { metadata: { name: 'x', namespace: 'other' } })] }),
    403,
    'foreign_namespace',
    '/files/other/0/items/0/metadata/namespace',
  ],
  ['no Deployment', () => ({ service: base64(service()) }), 422, 'one_deployment', '/files/deployment'],
  ['two Deployments with a Service', plus({ ...deployment(), metadata: { name: 'other' } }), 422, 'workload_unclear', '/files/deployment'],
  ['a follower with the name of the canary', plus(follower('web-canary')), 422, 'bad_name', '/files/other/0/metadata/name'],
  ['an object twice', plus(service()), 422, 'duplicate_object', '/files/other/0'],
  ['no selector', d((o) => delete o['spec'].selector), 422, 'missing_field', '/files/deployment/0/spec/selector'],
  [
    'a selector that does not match the pods',
    d((o) => (o['spec'].selector.matchLabels = { app: 'api' })),
    422,
    'selector_mismatch',
    '/files/deployment/0/spec/selector',
  ],
  [
    'an expression that does not match the pods',
    d((o) => (o['spec'].selector.matchExpressions = [{ key: 'app', operator: 'NotIn', values: ['web'] }])),
    422,
    'selector_mismatch',
    '/files/deployment/0/spec/selector',
  ],
  [
    'a Service that does not match the pods',
    () => ({ ...good(), service: changed((o) => (o['spec'].selector = { app: 'api' }), service()) }),
    422,
    'selector_mismatch',
    '/files/service/0/spec/selector',
  ],
  [
    'an autoscaler of another workload',
    plus(object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'y' } } })),
    422,
    'unresolved_reference',
    '/files/other/0/spec/scaleTargetRef',
  ],
  [
    "a key that the bundle's Secret does not have",
    () => ({
      ...good(),
      secret: base64(secret()),
      deployment: changed((o) => (pod(o)['containers'][0].env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'web', key: 'no' } } }])),
    }),
    422,
    'unresolved_reference',
    '/files/deployment/0/spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef/key',
  ],
  ['negative replicas', d((o) => (o['spec'].replicas = -1)), 422, 'replicas_out_of_range', '/files/deployment/0/spec/replicas'],
  ['10^9 replicas', d((o) => (o['spec'].replicas = 1e9)), 422, 'replicas_out_of_range', '/files/deployment/0/spec/replicas'],
  ['half a replica', d((o) => (o['spec'].replicas = 1.5)), 422, 'wrong_type', '/files/deployment/0/spec/replicas'],
  ['replicas as text', d((o) => (o['spec'].replicas = 'five')), 422, 'wrong_type', '/files/deployment/0/spec/replicas'],
  ['a paused Deployment', d((o) => (o['spec'].paused = true)), 422, 'paused', '/files/deployment/0/spec/paused'],
  ['paused as text', d((o) => (o['spec'].paused = 'yes, please')), 422, 'wrong_type', '/files/deployment/0/spec/paused'],
  ...['../../etc', 'Web', 'a'.repeat(254), 'we\u202Eb', ''].map(
    (name) =>
      [
        `the name ${JSON.stringify(name.slice(0, 12))}`,
        d((o) => (o['metadata'].name = name)),
        422,
        name.includes('\u202E') ? 'bidi_character' : 'bad_name',
        '/files/deployment/0/metadata/name',
      ] as [string, () => Record<string, string>, number, string, string],
  ),
  [
    'a number for a name',
    () => ({ ...good(), secret: base64('apiVersion: v1\nkind: Secret\nmetadata: {name: 12}') }),
    422,
    'wrong_type',
    '/files/secret/0/metadata/name',
  ],
  [
    'a boolean for a string',
    () => ({ ...good(), cm: base64('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  debug: no') }),
    422,
    'wrong_type',
    '/files/cm/0/data/debug',
  ],
  [
    'infinity for a string',
    () => ({ ...good(), cm: base64('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  num: 1e999') }),
    422,
    'wrong_type',
    '/files/cm/0/data/num',
  ],
  [
    'a number beyond 2^53',
    () => ({ ...good(), cm: base64('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  num: 9007199254740993') }),
    422,
    'wrong_type',
    '/files/cm/0/data/num',
  ],
  [
    'a number for an env value',
    d((o) => (pod(o)['containers'][0].env = [{ name: 'A', value: 1 }])),
    422,
    'wrong_type',
    '/files/deployment/0/spec/template/spec/containers/0/env/0/value',
  ],
  [
    'forged labels',
    d((o) => (o['metadata'].labels['alloy.dev/track'] = 'stable')),
    422,
    'forged_label',
    '/files/deployment/0/metadata/labels/alloy.dev~1track',
  ],
  [
    'forged labels of pods',
    d((o) => (o['spec'].template.metadata.labels['alloy.dev/release'] = 'x')),
    422,
    'forged_label',
    '/files/deployment/0/spec/template/metadata/labels/alloy.dev~1release',
  ],
  [
    'forged annotations',
    d((o) => (o['metadata'].annotations = { 'alloy.dev/fence': 'x' })),
    422,
    'forged_label',
    '/files/deployment/0/metadata/annotations/alloy.dev~1fence',
  ],
  [
    'an invalid label',
    d((o) => (o['metadata'].labels.note = 'a b\r\nc')),
    422,
    'invalid_value',
    '/files/deployment/0/metadata/labels/note',
  ],
  [
    'ownerReferences',
    d((o) => (o['metadata'].ownerReferences = [])),
    422,
    'forged_metadata',
    '/files/deployment/0/metadata/ownerReferences',
  ],
  ['finalizers', d((o) => (o['metadata'].finalizers = ['x'])), 422, 'forged_metadata', '/files/deployment/0/metadata/finalizers'],
  [
    'a privileged container',
    d((o) => (pod(o)['containers'][0].securityContext = { privileged: true })),
    403,
    'privileged',
    '/files/deployment/0/spec/template/spec/containers/0/securityContext/privileged',
  ],
  ['hostNetwork', d((o) => (pod(o)['hostNetwork'] = true)), 403, 'privileged', '/files/deployment/0/spec/template/spec/hostNetwork'],
  [
    'hostPath',
    d((o) => (pod(o)['volumes'] = [{ name: 'v', hostPath: { path: '/' } }])),
    403,
    'privileged',
    '/files/deployment/0/spec/template/spec/volumes/0/hostPath',
  ],
  [
    'hostPort',
    d((o) => (pod(o)['containers'][0].ports = [{ containerPort: 80, hostPort: 80 }])),
    403,
    'privileged',
    '/files/deployment/0/spec/template/spec/containers/0/ports/0/hostPort',
  ],
  [
    'externalIPs',
    () => ({ ...good(), service: changed((o) => (o['spec'].externalIPs = ['10.0.0.1']), service()) }),
    403,
    'privileged',
    '/files/service/0/spec/externalIPs',
  ],
  ...[
    ['DaemonSet', ['spec', 'template']] as const,
    ['StatefulSet', ['spec', 'template']] as const,
  ].map(
    ([kind, path]) =>
      [
        `hostPath in a ${kind}`,
        plus({ ...deployment(), kind, spec: { ...deployment().spec, replicas: undefined, template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'a', image: 'a' }], volumes: [{ name: 'v', hostPath: { path: '/' } }] },
        } } }),
        403,
        'privileged',
        `/files/other/0/${path.join('/')}/spec/volumes/0/hostPath`,
      ] as [string, () => Record<string, string>, number, string, string],
  ),
  [
    'a privileged container of a CronJob',
    plus(object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec: {
      containers: [{ name: 'a', image: 'a', securityContext: { privileged: true } }],
    } } } } } })),
    403,
    'privileged',
    '/files/other/0/spec/jobTemplate/spec/template/spec/containers/0/securityContext/privileged',
  ],
  ['a Job without containers', plus(object('batch/v1', 'Job', { spec: { template: { spec: {} } } })), 422, 'missing_field',
    '/files/other/0/spec/template/spec/containers'],
  [
    'a StatefulSet whose selector does not match its pods',
    plus({ ...deployment(), kind: 'StatefulSet', spec: { ...deployment().spec, selector: { matchLabels: { app: 'db' } } } }),
    422, 'selector_mismatch', '/files/other/0/spec/selector',
  ],
  ['no container', d((o) => (pod(o)['containers'] = [])), 422, 'missing_field', '/files/deployment/0/spec/template/spec/containers'],
  [
    'a bad image',
    d((o) => (pod(o)['containers'][0].image = 'Not An Image')),
    422,
    'invalid_value',
    '/files/deployment/0/spec/template/spec/containers/0/image',
  ],
  ['a Secret value that is not base64', s((o) => (o['data'] = { a: '***' })), 422, 'bad_base64', '/files/secret/0/data/a'],
  ['a Secret value with a space in its base64', s((o) => (o['data'] = { a: 'aGVs bG8=' })), 422, 'bad_base64', '/files/secret/0/data/a'],
  [
    "a ConfigMap's binaryData with a tab in its base64",
    () => ({ ...good(), cm: base64('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nbinaryData: {a: "aGVs\\tbG8="}') }),
    422,
    'bad_base64',
    '/files/cm/0/binaryData/a',
  ],
  [
    'a Service whose name begins with a hyphen',
    () => ({ ...good(), service: changed((o) => (o['metadata'].name = '-web'), service()) }),
    422,
    'bad_name',
    '/files/service/0/metadata/name',
  ],
  ['a Secret over 1 MiB', s((o) => (o['stringData'].password = 'x'.repeat(1_048_577))), 422, 'too_large', '/files/secret/0'],
  [
    'Recreate',
    d((o) => (o['spec'].strategy = { type: 'Recreate' })),
    422,
    'strategy_unsupported',
    '/files/deployment/0/spec/strategy/type',
  ],
])('refuses %s', (_name, files, status, code, pointer) => {
  const findings = findingsOf(files());
  expect(findings).toContainEqual(expect.objectContaining({ status, code, pointer }));
  expect(JSON.stringify(findings)).not.toContain('canary-bird');
});

it('refuses two items of a list with the same key, in the pod template and in a Service', () => {
  const ports = [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 8080 }];
  const pod = changed(({ spec }) => (spec.template.spec.containers[0].ports = ports));
  const routes = changed(({ spec }) => (spec.ports = [{ port: 80 }, { port: 80, targetPort: 8080 }]), service());
  expect(findingsOf({ deployment: pod, service: routes }).map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
    'duplicate_item /files/deployment/0/spec/template/spec/containers/0/ports/1', 'duplicate_item /files/service/0/spec/ports/1',
  ]);
});
