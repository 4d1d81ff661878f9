import { bootstrap } from '@alloy/ledger';
import { stringify } from 'yaml';
import { base64, body, files, manifest } from '../testing/deploy-body';
import { openDoor, sha256, type Door } from '../testing/door';
import { CANARY, deployed, refuses, type BadInput } from '../testing/refusals';

const ADMIN = 'an-admins-token-of-shop';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
  await bootstrap({ databaseUrl: door.database.url, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterAll(() => door?.close());

/** The good Deployment with something put in the place of a part of it. */
const web = (from: string, to: string) => () => body({ files: { ...files(), deployment: base64(manifest.deployment.replace(from, to)) } });
const service = (from: string, to: string) => () => body({ files: { ...files(), service: base64(manifest.service.replace(from, to)) } });
const plus = (text: string) => () => body({ files: { ...files(), other: base64(text) } });
const object = (kind: string, rest: object = {}, apiVersion = 'v1') => stringify({ apiVersion, kind, metadata: { name: CANARY }, ...rest });
const list = (item: string) => `apiVersion: v1\nkind: List\nitems:\n- ${item.trim().replaceAll('\n', '\n  ')}\n`;

const POD = '/files/deployment/0/spec/template/spec';
const kind = (name: string): BadInput => deployed(`a ${name}`, plus(object(name)), 403, 'forbidden_kind', '/files/other/0/kind');
const named = (what: string, name: string, code: string): BadInput => deployed(`a name with ${what}`, web('name: web}', `name: ${JSON.stringify(name)}}`), 422, code, '/files/deployment/0/metadata/name');

describe('manifests: kinds and namespaces', () => {
  refuses(() => door, [
    deployed('an unknown kind', plus(object('Gizmo')), 422, 'unsupported_kind', '/files/other/0/kind'),
    deployed('a StatefulSet', plus(object('StatefulSet', {}, 'apps/v1')), 422, 'unsupported_kind', '/files/other/0/kind'),
    deployed('an API version of old', plus(object('Ingress', {}, 'extensions/v1beta1')), 422, 'unsupported_api_version', '/files/other/0/apiVersion'),
    ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'CustomResourceDefinition', 'Namespace'].map(kind),
    deployed('a Namespace in a List', plus(list(object('Namespace'))), 403, 'forbidden_kind', '/files/other/0/items/0/kind'),
    deployed('another namespace', plus(object('Secret', { metadata: { name: CANARY, namespace: 'kube-system' } })), 403, 'foreign_namespace', '/files/other/0/metadata/namespace'),
    deployed('another namespace in a List', plus(list(object('Secret', { metadata: { name: CANARY, namespace: 'kube-system' } }))), 403, 'foreign_namespace', '/files/other/0/items/0/metadata/namespace'),
    deployed('one bad document after good ones', plus(`${object('ConfigMap')}---\n${object('Secret')}---\n${object('Namespace')}`), 403, 'forbidden_kind', '/files/other/2/kind'),
    deployed('one object twice', plus(manifest.service), 422, 'duplicate_object', '/files/other/0'),
  ]);

  it('takes a bundle of several documents whole', async () => {
    const answer = await door.deploy(plus(`${object('ConfigMap')}---\n${list(object('ServiceAccount'))}---\n`)());
    expect(answer).toMatchObject({ status: 202 });
    const { events } = await door.ledger.log.load(answer.json.release_id);
    const { objects } = await door.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(objects.map((one) => one.kind).sort()).toEqual(['ConfigMap', 'Deployment', 'Secret', 'Service', 'ServiceAccount']);
  });
});

describe('manifests: the workload', () => {
  refuses(() => door, [
    deployed('no Deployment', () => body({ files: { ...files(), deployment: base64(object('ConfigMap')) } }), 422, 'one_deployment', '/files/deployment'),
    deployed('two Deployments', plus(manifest.deployment.replace('name: web}', `name: ${CANARY}}`)), 422, 'one_deployment', '/files/deployment'),
    deployed('no selector', web('selector: {matchLabels: {app: web}}', ''), 422, 'missing_field', '/files/deployment/0/spec/selector'),
    deployed('a selector that misses the pods', web('matchLabels: {app: web}', `matchLabels: {app: ${CANARY}}`), 422, 'selector_mismatch', '/files/deployment/0/spec/selector'),
    deployed('a Service that misses the pods', service('app: web', `app: ${CANARY}`), 422, 'selector_mismatch', '/files/service/0/spec/selector'),
    deployed('negative replicas', web('replicas: 5', 'replicas: -1'), 422, 'replicas_out_of_range', '/files/deployment/0/spec/replicas'),
    deployed('10^9 replicas', web('replicas: 5', 'replicas: 1000000000'), 422, 'replicas_out_of_range', '/files/deployment/0/spec/replicas'),
    deployed('half a replica', web('replicas: 5', 'replicas: 1.5'), 422, 'wrong_type', '/files/deployment/0/spec/replicas'),
    deployed('replicas in words', web('replicas: 5', `replicas: ${CANARY}`), 422, 'wrong_type', '/files/deployment/0/spec/replicas'),
  ]);

  it('keeps the live count if replicas are not said', async () => {
    const { json } = await door.deploy(web('  replicas: 5\n', '')());
    const { state } = await door.ledger.log.load(json.release_id);
    expect(state).toMatchObject({ status: 'requested', request: { replicas: null } });
  });
});

describe('manifests: names, labels, images', () => {
  refuses(() => door, [
    named('a path', `../../${CANARY}`, 'bad_name'),
    named('upper case', `Canary-Bird-${CANARY}`, 'bad_name'),
    named('254 characters', `${CANARY}${'a'.repeat(254 - CANARY.length)}`, 'bad_name'),
    named('bidi characters', `${CANARY}\u202E`, 'bidi_character'),
    deployed('an image that is none', web('r.example:5000/shop/web:old', `Not An Image ${CANARY}`), 422, 'invalid_value', `${POD}/containers/0/image`),
    deployed('an image with an empty tag', web('shop/web:old', `${CANARY}:`), 422, 'invalid_value', `${POD}/containers/0/image`),
    deployed('an empty tag', () => body({ image_tag: '' }), 422, 'invalid_value', '/image_tag'),
    deployed('an invalid tag', () => body({ image_tag: `${CANARY}:evil` }), 422, 'invalid_value', '/image_tag'),
    deployed('the tag latest', () => body({ image_tag: 'latest' }), 422, 'invalid_value', '/image_tag'),
    deployed('a forged label', web('metadata: {name: web}', `metadata: {name: web, labels: {alloy.dev/track: ${CANARY}}}`), 422, 'forged_label', '/files/deployment/0/metadata/labels/alloy.dev~1track'),
    deployed('a forged label of pods', web('labels: {app: web}', `labels: {app: web, alloy.dev/release: ${CANARY}}`), 422, 'forged_label', '/files/deployment/0/spec/template/metadata/labels/alloy.dev~1release'),
    deployed('a forged annotation', web('metadata: {name: web}', `metadata: {name: web, annotations: {alloy.dev/fence: ${CANARY}}}`), 422, 'forged_label', '/files/deployment/0/metadata/annotations/alloy.dev~1fence'),
    deployed('ownerReferences', web('metadata: {name: web}', `metadata: {name: web, ownerReferences: [{name: ${CANARY}}]}`), 422, 'forged_metadata', '/files/deployment/0/metadata/ownerReferences'),
    deployed('finalizers', web('metadata: {name: web}', `metadata: {name: web, finalizers: [${CANARY}]}`), 422, 'forged_metadata', '/files/deployment/0/metadata/finalizers'),
    deployed('CR, LF and ANSI in a label', web('metadata: {name: web}', String.raw`metadata: {name: web, labels: {note: "a\r\n\e[31m${CANARY}"}}`), 422, 'invalid_value', '/files/deployment/0/metadata/labels/note'),
  ]);

  it('writes neither CR, LF nor ANSI into the log', async () => {
    const logged = door.lines.length;
    await door.deploy(web('metadata: {name: web}', String.raw`metadata: {name: web, annotations: {note: "a\r\n\e[31mred"}}`)());
    await door.deploy(body({ 'a\r\n\u001b[31mred': 1 }));
    await door.call('/api/v1/releases/a%0d%0a%1b[31mred');
    const lines = door.lines.slice(logged).map((line) => line.trimEnd());
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
  });
});

describe('manifests: power and size', () => {
  it('takes what the policy allows', async () => {
    expect(await door.deploy(web('image:', 'securityContext: {privileged: true}, image:')())).toMatchObject({ status: 403 });
    await bootstrap({ databaseUrl: door.database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop', allow: ['hostIPC', 'privileged'] } });
    expect(await door.deploy(web('image:', 'securityContext: {privileged: true}, image:')())).toMatchObject({ status: 202 });
    await bootstrap({ databaseUrl: door.database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop', allow: ['hostIPC'] } });
  });

  refuses(() => door, [
    deployed('a privileged container', web('image:', 'securityContext: {privileged: true}, image:'), 403, 'privileged', `${POD}/containers/0/securityContext/privileged`),
    deployed('a capability like root\'s', web('image:', 'securityContext: {capabilities: {add: [SYS_ADMIN]}}, image:'), 403, 'privileged', `${POD}/containers/0/securityContext/capabilities/add`),
    deployed('hostNetwork', web('spec: {containers', 'spec: {hostNetwork: true, containers'), 403, 'privileged', `${POD}/hostNetwork`),
    deployed('hostPID', web('spec: {containers', 'spec: {hostPID: true, containers'), 403, 'privileged', `${POD}/hostPID`),
    deployed('hostPath', web('spec: {containers', `spec: {volumes: [{name: v, hostPath: {path: /${CANARY}}}], containers`), 403, 'privileged', `${POD}/volumes/0/hostPath`),
    deployed('hostPort', web('image:', 'ports: [{containerPort: 80, hostPort: 80}], image:'), 403, 'privileged', `${POD}/containers/0/ports/0/hostPort`),
    deployed('power that the policy does not allow, beside what it does', web('spec: {containers', 'spec: {hostPID: true, hostIPC: true, containers'), 403, 'privileged', `${POD}/hostPID`),
    {
      what: 'power that an administrator of the project gives himself', status: 403, code: 'forbidden_project', pointer: '/policy/allow',
      send: () => door.call('/api/v1/projects/shop', { method: 'PATCH', token: ADMIN, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ policy: { allow: ['privileged'] } }) }),
    },
    deployed('a Secret over 1 MiB', plus(object('Secret', { stringData: { value: `${CANARY}${'x'.repeat(1_048_576)}` } })), 422, 'too_large', '/files/other/0'),
    deployed('a Secret\'s value that is not base64', plus(object('Secret', { data: { value: `*${CANARY}` } })), 422, 'bad_base64', '/files/other/0/data/value'),
  ]);
});
