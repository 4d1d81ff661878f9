import {
  deployment, service, secret, base64, findingsOf, changed, pod, d, s, plus, object, follower, good,
} from './testing/bundle-request';

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

it('refuses Recreate for a rollout if the policy says how it replaces pods', () => {
  const files = d((o) => (o['spec'].strategy = { type: 'Recreate' }))();
  const pointers = (hasRollout: boolean) => findingsOf(files, { strategy: 'rollout', hasRollout }).map(({ pointer }) => pointer);
  expect([pointers(true), pointers(false)]).toEqual([['/files/deployment/0/spec/strategy/type'], []]);
});

it('refuses two items of a list with the same key, in the pod template and in a Service', () => {
  const ports = [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 8080 }];
  const pod = changed(({ spec }) => (spec.template.spec.containers[0].ports = ports));
  const routes = changed(({ spec }) => (spec.ports = [{ port: 80 }, { port: 80, targetPort: 8080 }]), service());
  expect(findingsOf({ deployment: pod, service: routes }).map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
    'duplicate_item /files/deployment/0/spec/template/spec/containers/0/ports/1', 'duplicate_item /files/service/0/spec/ports/1',
  ]);
});
