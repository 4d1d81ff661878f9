import { checkPlaceholders, hasPlaceholder } from './placeholder';

it.each(['${TAG}', 'v1-${TAG:-latest}', '$(TAG)', '$TAG', '{{ .Values.tag }}', '<YOUR_IMAGE>', '%TAG%'])('recognizes %s', (text) => {
  expect(hasPlaceholder(text)).toBe(true);
});
it.each(['v1', '$', '$1', '${1}', '/api(/|$)(.*)', 'a<b', '100%', 'x{{', '<a>', '$(1)'])('does not recognize %s', (text) => {
  expect(hasPlaceholder(text)).toBe(false);
});

const pointers = (object: unknown): readonly string[] => checkPlaceholders(object, '').map(({ pointer }) => pointer);

it.each<[string, unknown, string]>([
  ['a name', { metadata: { name: 'web-${ENV}' } }, '/metadata/name'],
  ['replicas', { spec: { replicas: '${REPLICAS}' } }, '/spec/replicas'],
  ['an image', { containers: [{ image: 'web:${TAG}' }] }, '/containers/0/image'],
  ['a port', { ports: [{ targetPort: '$(PORT)' }] }, '/ports/0/targetPort'],
  ['a label', { metadata: { labels: { app: '{{ app }}' } } }, '/metadata/labels/app'],
  ['a selector', { selector: { matchLabels: { app: '$APP' } } }, '/selector/matchLabels/app'],
  ['a limit', { resources: { limits: { memory: '${MEMORY}' } } }, '/resources/limits/memory'],
  ['a host', { rules: [{ host: '${HOST}' }], tls: [{ hosts: ['${HOST}'] }] }, '/rules/0/host'],
  ['the name of a variable', { env: [{ name: '${NAME}', value: 'x' }] }, '/env/0/name'],
])('finds a variable in %s', (_what, object, pointer) => expect(pointers(object)[0]).toBe(pointer));

it.each<[string, unknown]>([
  ['args, command and env', { command: ['$(A)'], args: ['${B}', '{{ c }}'], env: [{ name: 'X', value: '$(Y)' }] }],
  ['a path that Kubernetes expands', { volumeMounts: [{ name: 'v', subPathExpr: '$(POD_NAME)' }] }],
  ['data', { kind: 'ConfigMap', data: { name: '${NAME}', host: '{{ host }}' }, binaryData: { name: '$(X)' } }],
  ['data of a Secret', { kind: 'Secret', stringData: { name: '${NAME}' } }],
  ['annotations', { metadata: { annotations: { name: 'set $x ${HOST}', host: '$HOST' } } }],
  ['the command of a probe', { livenessProbe: { exec: { command: ['sh', '-c', 'test ${PORT}'] } } }],
  ['free text', { spec: { description: 'replaces ${TAG}' } }],
])('leaves %s alone', (_what, object) => expect(pointers(object)).toEqual([]));
