import type { Bundle, KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { bundleOfWeb, metadata } from './testing/bundle-of-web';
import { NAMESPACE, World } from './testing/world';

const settings = (a: string, more: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: { a }, ...more });
const secret = (name: string, type: string, data: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: metadata(name), type, data });
const autoscaler = (more: object): KubeObject => ({
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: metadata('web'),
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5, ...more },
});
const twice = (item: object): object[] => [item, item];

describe('a release that the API server would refuse later', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.withExecutor();
    await world.request('R1', bundleOfWeb('v1', {
      container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
      others: [settings('1', { immutable: true }), secret('keys', 'example.com/x')],
    }));
    expect((await world.play('R1')).status).toBe('promoted');
  });
  afterAll(() => world.close());
  afterEach(() => void (world.admit = () => undefined));

  let counter = 1;
  const inspect = async (bundle: Bundle) => {
    const id = `R${(counter += 1)}`;
    const before = await contents();
    await world.request(id, bundle);
    const { status } = await world.play(id);
    const [inspected] = await world.dataOf<Payloads['TargetInspected']>(id, 'TargetInspected');
    return { status, inspected: inspected!, isUntouched: JSON.stringify(await contents()) === JSON.stringify(before) };
  };
  /** Every object of the kinds that Alloy writes, without status: the controllers keep writing that. */
  const contents = async (): Promise<unknown> => {
    const kinds = ['apps/v1 Deployment', 'v1 Service', 'v1 ConfigMap', 'v1 Secret', 'autoscaling/v2 HorizontalPodAutoscaler'];
    const lists = await Promise.all(kinds.map((text) => {
      const [apiVersion = '', kind = ''] = text.split(' ');
      return world.cluster.list({ apiVersion, kind, namespace: NAMESPACE });
    }));
    return lists.flat().map(({ metadata: { name, uid, generation, annotations, labels }, spec, data }) =>
      ({ name, uid, generation, annotations, labels, spec, data }));
  };

  it.each<[string, Bundle, string]>([
    [
      'two ports of a container with the same number',
      bundleOfWeb('v2', { container: { ports: [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 8080 }] } }),
      'Deployment web: spec.template.spec.containers[0].ports: duplicate entries for key [containerPort=8080,protocol="TCP"]',
    ],
    [
      'two aliases of the same address', bundleOfWeb('v2', { pod: { hostAliases: twice({ ip: '10.0.0.1', hostnames: ['a.example'] }) } }),
      'Deployment web: spec.template.spec.hostAliases: duplicate entries for key [ip="10.0.0.1"]',
    ],
    [
      'a variable twice', bundleOfWeb('v2', { container: { env: twice({ name: 'A', value: '1' }) } }),
      'Deployment web: spec.template.spec.containers[0].env: duplicate entries for key [name="A"]',
    ],
    [
      'a volume twice', bundleOfWeb('v2', { pod: { volumes: twice({ name: 'tmp', emptyDir: {} }) } }),
      'Deployment web: spec.template.spec.volumes: duplicate entries for key [name="tmp"]',
    ],
    [
      'a pull secret twice', bundleOfWeb('v2', { pod: { imagePullSecrets: twice({ name: 'registry' }) } }),
      'Deployment web: spec.template.spec.imagePullSecrets: duplicate entries for key [name="registry"]',
    ],
    [
      'a port of the Service twice', bundleOfWeb('v2', { ports: twice({ port: 80, targetPort: 'http' }) }),
      'Service web: spec.ports: duplicate entries for key [port=80,protocol="TCP"]',
    ],
    [
      'a misspelt probe', bundleOfWeb('v2', { container: { readinesProbe: { httpGet: { path: '/healthz', port: 'http' } } } }),
      'Deployment web: spec.template.spec.containers[0].readinesProbe: field not declared in schema',
    ],
    [
      'a port out of range', bundleOfWeb('v2', { ports: [{ port: 99_999 }] }),
      'Service web: spec.ports[0].port FieldValueInvalid: must be between 1 and 65535, inclusive',
    ],
    [
      'an unknown field of the Service', bundleOfWeb('v2', { service: { sessionAfinity: 'ClientIP' } }),
      'Service web: spec.sessionAfinity: field not declared in schema',
    ],
    [
      'an unknown field of an autoscaler', bundleOfWeb('v2', { others: [autoscaler({ minReplica: 2 })] }),
      'HorizontalPodAutoscaler web: spec.minReplica: field not declared in schema',
    ],
    [
      'an unknown field of a ConfigMap', bundleOfWeb('v2', { others: [settings('1', { metadata: metadata('more'), daat: {} })] }),
      'ConfigMap more: daat: field not declared in schema',
    ],
    [
      'a changed immutable ConfigMap', bundleOfWeb('v2', { others: [settings('2', { immutable: true })] }),
      'ConfigMap settings: data FieldValueForbidden: field is immutable when `immutable` is set. ' +
        'The ConfigMap in the cluster is immutable: give the changed one another name, or delete the old one, and release again',
    ],
    [
      'a changed type of a Secret',
      bundleOfWeb('v2', { others: [secret('keys', 'example.com/y')] }),
      'Secret keys: type FieldValueInvalid: field is immutable',
    ],
  ])('is rejected at the inspection for %s, and nothing is changed', async (_what, bundle, text) => {
    const { status, inspected, isUntouched } = await inspect(bundle);
    expect([status, inspected.refusal, isUntouched]).toEqual(['rejected', { code: 'invalid_object', text }, true]);
    expect(inspected.dryRun?.refused[0]).toMatchObject({ cause: text });
  });

  it('is rejected with the message of a policy that denies an object, without values of its Secrets', async () => {
    const dataOf = (object: unknown): string => JSON.stringify((object as { readonly data: unknown }).data);
    world.admit = ({ kind, object }) =>
      kind === 'Secret' ? { webhook: 'secrets.example', message: `weak ${dataOf(object)}` } : undefined;
    const weak = secret('weak', 'Opaque', { password: 'aHVudGVyMg==' });
    const { status, inspected, isUntouched } = await inspect(bundleOfWeb('v2', { others: [weak] }));
    expect([status, inspected.refusal, isUntouched]).toEqual([
      'rejected',
      {
        code: 'admission_denied',
        text: 'Secret weak: admission webhook "secrets.example" denied the request: weak {"password":"…"}',
      },
      true,
    ]);
    expect(JSON.stringify(inspected)).not.toContain('aHVudGVyMg');
  });

  it('is released if a webhook with side effects prevents the dry run, which the inspection records', async () => {
    world.admit = ({ kind }) => (kind === 'Service' ? { webhookWithSideEffects: 'audit.example' } : undefined);
    const ports = [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'more', port: 81 }];
    const { status, inspected } = await inspect(bundleOfWeb('v3', { ports }));
    expect([status, inspected.refusal]).toEqual(['promoted', null]);
    expect(inspected.dryRun).toMatchObject({
      checked: 2, refused: [],
      notChecked: [{ kind: 'Service', name: 'web', cause: expect.stringContaining('webhook "audit.example" does not support dry run') }],
    });
  });
});
